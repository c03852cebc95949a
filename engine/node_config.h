// What a node is opened with: one value, from a TOML file, from flags, or from a program that links the engine.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/options.h"
#include "templates/face/extract.h"
#include "templates/image/image.h"

namespace whorl::engine {

// Whether the networks that read images of faces are opened (about 50 ms). Templates of faces need none.
enum class FaceImages {
  kNever,          // images of faces are refused, saying what to do
  kWherePossible,  // opened where their weights are; else a notice says why not. What is named must be there
  kAlways,         // an error where their weights are not
};
std::string_view name_of(FaceImages images);  // "never", "where_possible", "always"

// Whether a gallery keeps the images of enrolments to come: its own setting, or what it is to be from now on.
enum class KeepImages { kAsItIs, kYes, kNo };
std::string_view name_of(KeepImages keep);          // "as_it_is", "yes", "no"
std::string_view name_of(index::FaceIndexUse use);  // "where_fast", "always", "never"

struct FaceConfig {
  FaceImages images = FaceImages::kWherePossible;
  std::filesystem::path models;       // folder of the weights; empty: face::default_models_directory()
  std::string network;                // name of a model card; empty: the first recommended one whose weights are there
  std::filesystem::path card;         // a card file of the user's, instead of `network`
  std::string detector;               // name of a model card; empty: the YuNet whose weights are there
  std::filesystem::path calibration;  // empty: the one that the network's card names, beside the weights, if any
  std::vector<std::string> alone;     // galleries (ALL is one of its own) in which a face alone may be a match
  face::ExtractOptions options;
};

struct NodeConfig {
  std::filesystem::path gallery;         // the folder
  bool create = false;                   // make a gallery there where there is none
  int threads = 0;                       // to search with; 0: all cores
  std::uint64_t memory_limit_bytes = 0;  // what the gallery may take (index/gallery.h); 0: no limit
  bool verify_records = true;            // read every record while opening (index/gallery.h)
  KeepImages keep_images = KeepImages::kAsItIs;
  index::FaceIndexUse face_index = index::FaceIndexUse::kWhereFast;
  std::filesystem::path root_key;  // its file; empty: a systemd credential, else the user's state folder (docs/keys.md)
  std::filesystem::path audit_checkpoints;  // a file for those of the audit log; empty: none
  int audit_keep_days = 0;                  // of its leaves; 0: for ever
  int min_quality = 10;                     // enrolment refuses an encounter whose every finger is below this
  double review_band_db = 5.0;              // width of the indeterminate band below the threshold
  std::vector<std::string> filterable;      // names by which callers who signed in may narrow a search
  std::filesystem::path calibration;        // of fingerprints; empty: the built-in one
  image::ImageLimits image_limits;
  FaceConfig face;
};

// A longer file is refused unread.
inline constexpr std::size_t kMaxNodeConfigBytes = std::size_t{64} << 10;

// Reads the TOML text of a node's configuration; node_config_text() shows its keys. Absent keys keep the values of
// NodeConfig{}. Relative paths are relative to the folder of `file`, which also names the place in errors.
// Errors: kInvalidInput; the field is "FILE:LINE" and the key: no TOML, too long, an unknown key (the message names the
// nearest known one), another type, a value out of range.
Result<NodeConfig> parse_node_config(std::string_view toml, const std::filesystem::path& file);

// The same of a file. Errors: those of read_file and of parse_node_config.
Result<NodeConfig> read_node_config(const std::filesystem::path& file);

// The configuration as TOML with a comment at every key; what is as in NodeConfig{} is commented out. Reading it again
// gives the same configuration, where its paths are absolute or the file lies in the working folder.
std::string node_config_text(const NodeConfig& config);

// `error` as one of the configuration's key; what it was about before (a file) goes into the message.
Error about(const FieldPath& key, Error error);

// Errors: kInvalidInput for a value out of its range; the field is the key ("gallery.threads").
Status check(const NodeConfig& config);

}  // namespace whorl::engine
