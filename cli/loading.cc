#include "cli/loading.h"

#include "cli/files.h"
#include "engine/evaluation/parallel.h"

namespace whorl::cli {

using fingerprint::FingerprintTemplate;

Error naming(const std::filesystem::path& path, Error error) {
  error.field = error.field.empty() || error.field == path.string() ? path.string() : path.string() + " " + error.field;
  return error;
}

Result<GreyImage> load_image(const std::filesystem::path& path, std::optional<double> ppi) {
  DecodeOptions options;
  options.ppi = ppi;
  WHORL_ASSIGN(const Bytes file, read_file(path, options.limits.max_bytes));
  auto image = decode_to_standard(file, options);
  if (!image.ok()) return naming(path, image.error());
  return image;
}

Result<std::vector<std::optional<FingerprintTemplate>>> extract_all(const std::vector<ToExtract>& files,
                                                                    const evaluation::ProgressCallback& progress) {
  std::vector<std::optional<FingerprintTemplate>> out(files.size());
  std::vector<std::optional<Error>> failures(files.size());
  const auto one = [&](std::size_t i) {
    const auto image = load_image(files[i].path, files[i].ppi);
    if (!image.ok()) {
      failures[i] = image.error();
      return;
    }
    auto extracted = fingerprint::extract(*image);
    if (extracted.ok()) out[i] = std::move(extracted).value();
  };
  evaluation::parallel_each(files.size(), one, progress);
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return out;
}

}  // namespace whorl::cli
