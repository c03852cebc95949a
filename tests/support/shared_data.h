// Where the measurement data lies, if it lies anywhere. It is no part of the product: a test that wants it
// skips by name where it is absent.
#pragma once

#include <filesystem>
#include <optional>

namespace whorl::tests {

// WHORL_SHARED_DIR, else ../shared beside the repository; empty when that folder does not exist.
std::optional<std::filesystem::path> shared_dir();
// <shared>/data/fingerprints when it holds a manifest.csv.
std::optional<std::filesystem::path> shared_fingerprints();
// <shared>/models when it holds the face detector and networks that the tests use.
std::optional<std::filesystem::path> shared_models();
// <shared>/data/faces when it holds lfw_a_pairs.csv.
std::optional<std::filesystem::path> shared_faces();
// A file or folder of the repository itself, e.g. "tests/golden/loop.png".
std::filesystem::path source_path(const std::filesystem::path& relative);
// A fresh, empty directory below the system's temporary one; removed when the object dies.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace whorl::tests
