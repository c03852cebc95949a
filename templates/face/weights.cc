#include "templates/face/weights.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include "base/catalogue.h"
#include "base/sha256.h"

namespace whorl::face {
namespace fs = std::filesystem;
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string how_to_get(const ModelCard& card) {
  if (!card.url.empty()) return "run: scripts/fetch-models " + card.name;
  return "nobody publishes it as one ONNX file; put it there yourself (source: " + card.source +
         "), or use another network: scripts/fetch-models";
}

}  // namespace

fs::path default_models_directory() {
  if (const std::string own = variable("WHORL_MODELS"); !own.empty()) return own;
  if (const std::string data = variable("XDG_DATA_HOME"); !data.empty()) return fs::path(data) / "whorl/models";
  if (const std::string home = variable("HOME"); !home.empty()) return fs::path(home) / ".local/share/whorl/models";
  return "models";
}

Result<Bytes> read_weights(const ModelCard& card, const fs::path& directory) {
  const auto pinned = sha256_named(card.sha256);
  if (!pinned) {
    return failure(ErrorCode::kWeightsNotPinned, card.name + ".sha256", with<"card">(card.name));
  }
  const fs::path path = directory / card.file;
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) {
    return failure(ErrorCode::kWeightsMissing, path.string(), with<"card">(card.name),
                   with<"remedy">(how_to_get(card)));
  }
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed || size > kMaxWeightsBytes) {
    return failure(ErrorCode::kWeightsUnreadable, path.string());
  }
  Bytes out(static_cast<std::size_t>(size));
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  if (!in || in.gcount() != static_cast<std::streamsize>(out.size())) {
    return internal_error("reading " + path.string() + " failed");
  }
  WHORL_ASSIGN(const Sha256 found, sha256(out));
  if (found == *pinned) return out;
  return failure(ErrorCode::kWeightsDamaged, with<"file">(path.string()), with<"found">(hex_of(found)),
                 with<"card">(card.name), with<"pinned">(hex_of(*pinned)), with<"remedy">(how_to_get(card)));
}

}  // namespace whorl::face
