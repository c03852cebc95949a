// The options that choose face networks and treat faces; for every verb that reads faces.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "engine/calibration.h"
#include "templates/face/extract.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct FaceOptions {
  std::string models;    // folder of the weights; empty: the default one
  std::string network;   // name of a card; empty: the first recommended one whose weights are there
  std::string card;      // a card file of the user's, instead of `network`
  std::string detector;  // name of a card; empty: the YuNet whose weights are there
  std::string several = "refuse";
  double min_confidence = 0.75;
};

// --models, --network, --card, --detector, --several, --min-confidence
void add_face_options(CLI::App& verb, FaceOptions& options);
// --modality finger|face
void add_modality_option(CLI::App& verb, std::string& modality);

// Errors: those of read_file, parse_card, shipped_card and FaceExtractor::open.
Result<std::unique_ptr<face::FaceExtractor>> open_extractor(const FaceOptions& options);

face::ExtractOptions extract_options(const FaceOptions& options);

// What a calibration of this network must say it is of.
engine::Calibration::Origin origin_of(const face::NetworkId& network);

// The calibration in `path`; where that is empty, the one that the network's card names, beside the weights; else none:
// then a score has no decibels. Errors: as read_file and parse; kInvalidInput for a calibration of another network.
Result<std::optional<engine::Calibration>> face_calibration(const std::string& path, const face::NetworkId& network,
                                                            const FaceOptions& options);

// The calibration file that the chosen network's card names, beside the weights; empty when it names none.
std::filesystem::path calibration_of_card(const FaceOptions& options);

// A face of a file: an image through the extractor, or a native template, which needs no weights.
struct LoadedFace {
  face::FaceTemplate face;
  std::optional<face::ExtractedFace> extracted;  // empty for a template
  std::optional<image::ColourImage> image;
};

// Opens the networks when the first image comes.
class FaceLoader {
 public:
  explicit FaceLoader(FaceOptions options);
  ~FaceLoader();
  // Errors: those of read_file, decode_colour, extract, decode_native_face (with the path as field) and open_extractor.
  Result<LoadedFace> load(const std::filesystem::path& path);

 private:
  FaceOptions options_;
  std::unique_ptr<face::FaceExtractor> extractor_;
};

// One image of a data set: its face, or why there is none.
struct FaceOutcome {
  std::optional<face::ExtractedFace> extracted;
  std::string reason;
};

// All files in order, on all cores; without their crops. Errors: of the first file that cannot be read or decoded:
// that is a fault of the data set, not a failure to extract.
Result<std::vector<FaceOutcome>> extract_faces(const face::FaceExtractor& extractor, const FaceOptions& options,
                                               const std::vector<std::filesystem::path>& files,
                                               const ProgressCallback& progress);

}  // namespace whorl::cli
