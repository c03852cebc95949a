#include "datasets/sample_files.h"

#include "base/files.h"
#include "base/parallel.h"
#include "templates/codec/native.h"
#include "templates/image/decode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"

namespace whorl::datasets {

using fingerprint::FingerprintTemplate;

namespace {

Result<LoadedSample> load_template(const std::filesystem::path& path) {
  WHORL_ASSIGN(const Bytes file, read_file(path, codec::kMaxNativeBytes));
  auto decoded = codec::decode_native(file);
  if (!decoded.ok()) return naming(path, decoded.error());
  return LoadedSample{std::nullopt, std::move(decoded).value(), {}};
}

Result<LoadedSample> load_image_sample(const std::filesystem::path& path, ByteView file, std::optional<double> ppi,
                                       fingerprint::TraceSink* trace, std::vector<std::string> notices) {
  image::DecodeOptions options;
  options.ppi = ppi;
  auto image = image::decode_to_standard(file, options);
  if (!image.ok()) return naming(path, image.error());
  auto extracted = fingerprint::extract(*image, {}, trace);
  if (!extracted.ok()) return naming(path, extracted.error());
  return LoadedSample{std::move(image).value(), std::move(extracted).value(), std::move(notices)};
}

// The first finger of a record of another system.
Result<LoadedSample> load_record(const std::filesystem::path& path, ByteView file, std::optional<double> ppi,
                                 fingerprint::TraceSink* trace, const std::string& stated = {}) {
  auto found = interchange::samples_of(file, Modality::kFinger, stated);
  if (!found.ok()) return naming(path, found.error());
  interchange::leave_undecodable(found->samples, found->left);
  const Sample& sample = found->samples.front();
  std::vector<std::string> notices = notices_of(*found);
  if (ppi && interchange::is_other_resolution(sample.resolution_ppi, *ppi)) {
    notices.emplace_back("the record's resolution is another than the one that was given, which is used");
  }
  if (sample.format != Format::kNativeFinger) {
    return load_image_sample(path, sample.bytes, ppi ? ppi : sample.resolution_ppi, trace, std::move(notices));
  }
  auto decoded = codec::decode_native(sample.bytes);
  if (!decoded.ok()) return naming(path, decoded.error());
  return LoadedSample{std::nullopt, std::move(decoded).value(), std::move(notices)};
}

}  // namespace

Error naming(const std::filesystem::path& path, Error error) {
  if (error.field.empty() || error.field == path.string()) {
    error.field = path.string();
  } else {
    error.field = path.string() + " " + error.field.text();
  }
  return error;
}

std::vector<std::string> notices_of(const interchange::FoundSamples& found) {
  std::vector<std::string> out;
  const Sample& taken = found.samples.front();
  const std::string which(name_of(static_cast<fingerprint::FingerPosition>(taken.position)));
  const bool finger = taken.modality == Modality::kFinger;
  for (const std::string& each : found.left) out.push_back("left out: " + each);
  if (found.samples.size() > 1) {
    out.push_back("the record holds " + std::to_string(found.samples.size()) +
                  (finger ? " samples of fingers; the first is taken (" + which + ")" : " faces; the first is taken") +
                  ", the others are not looked at");
  }
  return out;
}

Result<image::GreyImage> load_image(const std::filesystem::path& path, std::optional<double> ppi) {
  image::DecodeOptions options;
  options.ppi = ppi;
  WHORL_ASSIGN(const Bytes file, read_file(path, options.limits.max_bytes));
  auto image = image::decode_to_standard(file, options);
  if (!image.ok()) return naming(path, image.error());
  return image;
}

Result<LoadedSample> load_sample(const std::filesystem::path& path, std::optional<double> ppi,
                                 fingerprint::TraceSink* trace) {
  if (path.extension() == kTemplateSuffix) return load_template(path);
  WHORL_ASSIGN(const Bytes file, read_file(path, image::ImageLimits{}.max_bytes));
  if (interchange::begins_interchange(file)) return load_record(path, file, ppi, trace);
  return load_image_sample(path, file, ppi, trace, interchange::notes_of_picture(file, ppi));
}

Result<LoadedSample> load_stated_sample(const std::filesystem::path& path, const std::string& stated,
                                        std::optional<double> ppi) {
  if (stated.empty()) return load_sample(path, ppi);
  WHORL_ASSIGN(const Bytes file, read_file(path, image::ImageLimits{}.max_bytes));
  return load_record(path, file, ppi, nullptr, stated);
}

Result<std::vector<std::optional<FingerprintTemplate>>> extract_all(const std::vector<SampleFile>& files,
                                                                    const ProgressCallback& progress,
                                                                    std::vector<std::string>* notices) {
  std::vector<std::optional<FingerprintTemplate>> out(files.size());
  std::vector<std::optional<Error>> failures(files.size());
  std::vector<std::vector<std::string>> noted(files.size());
  const auto one = [&](std::size_t i) {
    const auto file = read_file(files[i].path, image::ImageLimits{}.max_bytes);
    if (file.ok() && interchange::begins_interchange(*file)) {
      auto loaded = load_record(files[i].path, *file, files[i].ppi, nullptr);
      if (loaded.ok()) {
        out[i] = std::move(loaded->extracted);
        noted[i] = std::move(loaded->notices);
      } else {
        failures[i] = loaded.error();
      }
      return;
    }
    const auto image = load_image(files[i].path, files[i].ppi);
    if (!image.ok()) {
      failures[i] = image.error();
      return;
    }
    auto extracted = fingerprint::extract(*image);
    if (extracted.ok()) out[i] = std::move(extracted).value();
  };
  parallel_each(files.size(), one, progress);
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  for (std::size_t i = 0; notices != nullptr && i < files.size(); ++i) {
    for (const std::string& each : noted[i]) notices->push_back(files[i].path.string() + ": " + each);
  }
  return out;
}

}  // namespace whorl::datasets
