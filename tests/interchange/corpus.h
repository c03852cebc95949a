// The real records beside the repository. For this folder's tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/bytes.h"
#include "tests/support/shared_data.h"

namespace whorl::interchange {

// Nothing where the measurement data is absent.
inline std::optional<std::filesystem::path> corpus() {
  const auto shared = tests::shared_dir();
  if (!shared || !std::filesystem::exists(*shared / "data/interchange/expected.json")) return std::nullopt;
  return *shared / "data/interchange";
}

inline Bytes read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace whorl::interchange
