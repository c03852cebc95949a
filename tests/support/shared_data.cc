#include "tests/support/shared_data.h"

#include <cstdlib>
#include <string>
#include <system_error>

namespace whorl::tests {
namespace fs = std::filesystem;

std::optional<fs::path> shared_dir() {
  const char* named = std::getenv("WHORL_SHARED_DIR");
  const fs::path path = named != nullptr ? fs::path(named) : fs::path(WHORL_SOURCE_DIR).parent_path() / "shared";
  if (!fs::is_directory(path)) return std::nullopt;
  return path;
}

std::optional<fs::path> shared_fingerprints() {
  const auto shared = shared_dir();
  if (!shared || !fs::exists(*shared / "data/fingerprints/manifest.csv")) return std::nullopt;
  return *shared / "data/fingerprints";
}

std::optional<fs::path> shared_models() {
  const auto shared = shared_dir();
  if (!shared) return std::nullopt;
  for (const char* file :
       {"yunet_120x160_2022feb.onnx", "face_reidentification_retail_0095.onnx", "mobilefacenet_y1.onnx"}) {
    if (!fs::exists(*shared / "models" / file)) return std::nullopt;
  }
  return *shared / "models";
}

std::optional<fs::path> shared_faces() {
  const auto shared = shared_dir();
  if (!shared || !fs::exists(*shared / "data/faces/lfw_a_pairs.csv")) return std::nullopt;
  return *shared / "data/faces";
}

fs::path source_path(const fs::path& relative) { return fs::path(WHORL_SOURCE_DIR) / relative; }

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "whorl-test-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data()) != nullptr ? fs::path(pattern) : fs::path();
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace whorl::tests
