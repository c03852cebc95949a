// Model cards: what a network is, what input it takes, whose it is. The weights are the user's files; the cards are
// ours.
//
// A card is a JSON file (docs/face.md); those of templates/face/cards are part of the binary.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "templates/face/template.h"
#include "templates/face/types.h"

namespace whorl::face {

// What a network is for: finding faces, or turning one into numbers.
enum class Role { kDetector, kEmbedder };
// In which order a network takes the channels of a pixel.
enum class ChannelOrder { kBgr, kRgb };

// A plain value; parse_card() gives sound ones alone.
struct ModelCard {
  std::string name;  // 1..64 of letters, digits, '.', '_', '-'
  Role role = Role::kEmbedder;
  std::string file;     // its name in the models directory; no folder
  std::string sha256;   // 64 hexadecimal digits; empty: nobody has pinned it, and it is refused
  std::string url;      // empty: not to be had as one ONNX file
  std::string licence;  // of the weights, which are not ours
  std::string source;   // who made them, and where that is said
  std::string note;     // for people

  // Of an embedder only. The input is (v - mean) * scale for v in 0..255, channel by channel in the order of
  // `channels`.
  int input_width = 0;  // pixels
  int input_height = 0;
  ChannelOrder channels = ChannelOrder::kBgr;
  std::array<double, 3> mean{};
  double scale = 1;
  int dimension = 0;        // numbers in an embedding
  Landmarks alignment{};    // where the landmarks belong, in pixels of the input
  std::string calibration;  // the file of its calibration, beside the weights; empty: none

  friend bool operator==(const ModelCard&, const ModelCard&) = default;
};

// Longer texts are refused before they are parsed.
inline constexpr std::size_t kMaxCardBytes = 64 * 1024;

// Errors: kInvalidInput naming the field: too long, no JSON, an unknown or missing field, a value out of bounds, a file
// with a folder in its name, alignment points outside the input or without extent.
Result<ModelCard> parse_card(std::string_view json);

// The cards inside this binary, ordered by name. Thread-safe; parsed at the first call.
const std::vector<ModelCard>& shipped_cards();
// Errors: kNotFound naming the cards there are of that role.
Result<ModelCard> shipped_card(std::string_view name, Role role);

// Which embeddings the card's network makes: its name, and a digest of weights, preprocessing and kExtractorVersion.
// Errors: kInvalidInput for a card without a digest, or of a detector.
Result<NetworkId> network_id(const ModelCard& card);

}  // namespace whorl::face
