// From files to faces: one, or a whole data set on all cores.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "templates/face/extract.h"
#include "templates/image/image.h"

namespace whorl::datasets {

// An image's face, or a native template alone.
struct LoadedFace {
  face::FaceTemplate face;
  std::optional<face::ExtractedFace> extracted;  // empty for a template
  std::optional<image::ColourImage> image;
  std::vector<std::string> notices = {};  // what of the file was not used, a sentence each
};

// A face of a file: an image through the extractor, or a native template (kTemplateSuffix), which needs no weights.
class FaceLoader {
 public:
  using Open = std::function<Result<std::unique_ptr<face::FaceExtractor>>()>;
  // `open` is called when the first image comes.
  FaceLoader(Open open, face::ExtractOptions options) : open_(std::move(open)), options_(options) {}
  // Errors: those of read_file, decode_colour, extract, decode_native_face (with the path as field) and `open`.
  Result<LoadedFace> load(const std::filesystem::path& path);

 private:
  Open open_;
  face::ExtractOptions options_;
  std::unique_ptr<face::FaceExtractor> extractor_;
};

// One image of a data set: its face, or why there is none.
struct FaceOutcome {
  std::optional<face::ExtractedFace> extracted;
  std::string reason;
};

// All files in order, on all cores; without their crops. Errors: of the first file that cannot be read or decoded:
// that is a fault of the data set, not a failure to extract.
Result<std::vector<FaceOutcome>> extract_faces(const face::FaceExtractor& extractor,
                                               const face::ExtractOptions& options,
                                               const std::vector<std::filesystem::path>& files,
                                               const ProgressCallback& progress);

// A colour image of a file; of a record the first that can be decoded. `notices`, where given: what was not used.
// Errors: those of read_file and decode_colour, with the path as field.
Result<image::ColourImage> load_colour_image(const std::filesystem::path& path,
                                             std::vector<std::string>* notices = nullptr);

}  // namespace whorl::datasets
