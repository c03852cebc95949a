#include "datasets/face_files.h"

#include "base/files.h"
#include "base/parallel.h"
#include "datasets/sample_files.h"
#include "templates/codec/native_face.h"
#include "templates/image/decode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"

namespace whorl::datasets {
namespace fs = std::filesystem;

Result<image::ColourImage> load_colour_image(const fs::path& path, std::vector<std::string>* notices) {
  const image::ImageLimits limits;
  WHORL_ASSIGN(Bytes file, read_file(path, limits.max_bytes));
  if (interchange::begins_interchange(file)) {
    auto found = interchange::samples_of(file, Modality::kFace);
    if (!found.ok()) return naming(path, found.error());
    interchange::leave_undecodable(found->samples, found->left);
    if (notices != nullptr) *notices = notices_of(*found);
    file = std::move(found->samples.front().bytes);
  } else if (notices != nullptr) {
    *notices = interchange::notes_of_picture(file, {});
  }
  auto image = image::decode_colour(file, limits);
  if (!image.ok()) return naming(path, image.error());
  return image;
}

Result<LoadedFace> FaceLoader::load(const fs::path& path) {
  if (path.extension() == kTemplateSuffix) {
    WHORL_ASSIGN(const Bytes file, read_file(path, codec::kMaxNativeFaceBytes));
    auto decoded = codec::decode_native_face(file);
    if (!decoded.ok()) return naming(path, decoded.error());
    return LoadedFace{std::move(decoded).value(), {}, {}, {}};
  }
  std::vector<std::string> notices;
  WHORL_ASSIGN(image::ColourImage image, load_colour_image(path, &notices));
  if (!extractor_) {
    WHORL_ASSIGN(extractor_, open_());
  }
  auto extracted = extractor_->extract(image, options_);
  if (!extracted.ok()) return naming(path, extracted.error());
  face::FaceTemplate made = extracted->face;
  return LoadedFace{std::move(made), std::move(extracted).value(), std::move(image), std::move(notices)};
}

Result<std::vector<FaceOutcome>> extract_faces(const face::FaceExtractor& extractor,
                                               const face::ExtractOptions& options, const std::vector<fs::path>& files,
                                               const ProgressCallback& progress) {
  std::vector<FaceOutcome> out(files.size());
  std::vector<std::optional<Error>> failures(files.size());
  const auto one = [&](std::size_t i) {
    const auto image = load_colour_image(files[i]);
    if (!image.ok()) {
      failures[i] = image.error();
      return;
    }
    auto extracted = extractor.extract(*image, options);
    if (!extracted.ok()) {
      out[i].reason = extracted.error().message;
      if (extracted.error().kind != ErrorKind::kInvalidInput) failures[i] = naming(files[i], extracted.error());
      return;
    }
    out[i].extracted = std::move(extracted).value();
    out[i].extracted->crop = {};  // thousands of them would fill the memory
  };
  parallel_each(files.size(), one, progress);
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return out;
}

}  // namespace whorl::datasets
