#include "cli/files.h"
#include "cli/loading.h"
#include "templates/codec/native.h"

namespace whorl::cli {
namespace {

Result<Loaded> load_template(const std::filesystem::path& path) {
  WHORL_ASSIGN(const Bytes file, read_file(path, codec::kMaxNativeBytes));
  auto decoded = codec::decode_native(file);
  if (!decoded.ok()) return naming(path, decoded.error());
  return Loaded{std::nullopt, std::move(decoded).value()};
}

}  // namespace

Result<Loaded> load(const std::filesystem::path& path, std::optional<double> ppi, fingerprint::TraceSink* trace) {
  if (path.extension() == kTemplateSuffix) return load_template(path);
  WHORL_ASSIGN(GreyImage image, load_image(path, ppi));
  auto extracted = fingerprint::extract(image, {}, trace);
  if (!extracted.ok()) return naming(path, extracted.error());
  return Loaded{std::move(image), std::move(extracted).value()};
}

}  // namespace whorl::cli
