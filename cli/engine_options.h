// The options that open a gallery and name fingers; for enrol, identify, verify and erase.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/face_options.h"
#include "engine/engine.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct GalleryOptions {
  std::string directory;
  std::string calibration;
  int threads = 0;
  std::uint64_t memory_limit_bytes = 0;
  bool skip_record_check = false;
  std::string face_calibration;
  std::vector<std::string> face_alone;
};

// --gallery-dir, --threads, --memory-limit, --skip-record-check
void add_storage_options(CLI::App& verb, GalleryOptions& options);
// The same and --calibration, --face-calibration, --face-alone.
void add_gallery_options(CLI::App& verb, GalleryOptions& options);
// Says on standard error what the operator should know of how it was opened.
// Errors: those of Engine::open and load_calibration. `create`: make the gallery where there is none. `faces`: with
// what images of faces are read; null: not at all. Without --face-calibration the one that the network's card names is
// taken.
Result<std::unique_ptr<engine::Engine>> open_engine(const GalleryOptions& options, bool create,
                                                    std::optional<int> min_quality = {},
                                                    std::shared_ptr<const face::FaceExtractor> faces = {},
                                                    const FaceOptions& face_options = {});

struct FaceFile {
  std::string file;
  FaceOptions options;
};
// --face and what add_face_options adds
void add_face_file_options(CLI::App& verb, FaceFile& options);
// Reads the file; one ending in .whorl is a template. Nothing when none is named. Errors: as read_file.
Result<std::optional<engine::FaceSample>> read_face(const FaceFile& options);
// With what to read the sample's image; null when it is none. Errors: as open_extractor, which say what to do.
Result<std::shared_ptr<const face::FaceExtractor>> extractor_for(const std::optional<engine::FaceSample>& sample,
                                                                 const FaceOptions& options);

struct FingerOptions {
  std::vector<std::string> fingers;  // POSITION=PATH or PATH
  std::optional<double> ppi;
};

// --finger, --ppi
void add_finger_options(CLI::App& verb, FingerOptions& options);
// "right_index=a.png" -> the position and the path; a text without '=' is a path of unknown position.
// Errors: kInvalidInput naming the positions there are.
struct FingerPath {
  engine::FingerPosition position = engine::FingerPosition::kUnknown;
  std::string path;
};
Result<FingerPath> parse_finger(const std::string& text);
// Reads the files; those ending in .whorl are templates. Errors: as read_file.
Result<engine::FingerSample> read_finger(const FingerPath& finger, std::optional<double> ppi);
// `needed`: one finger at least.
Result<std::vector<engine::FingerSample>> read_fingers(const FingerOptions& options, bool needed = true);

}  // namespace whorl::cli
