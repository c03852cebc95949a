// The readers of score files on any bytes. The first byte chooses the format; where a format takes two files the second
// begins after the first 0x1e. What is accepted has a finite score for every pair, of both kinds.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include "base/bytes.h"
#include "datasets/score_table.h"
#include "tests/fuzz/require.h"
#include "tests/support/shared_data.h"

namespace {

using namespace whorl;

void write(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tests::TemporaryDirectory folder;
  if (size == 0) return 0;
  const std::string_view bytes = as_text(ByteView(data + 1, size - 1));
  const std::size_t cut = std::min(bytes.find('\x1e'), bytes.size());
  const auto format = static_cast<datasets::ScoreFormat>(data[0] % 4);
  const bool matrix = data[0] % 8 < 4;
  const std::filesystem::path first = folder.path() / (matrix ? "scores.mtx" : "scores.csv");
  const std::filesystem::path second = folder.path() / "more";
  write(first, bytes.substr(0, cut));
  write(second, bytes.substr(std::min(cut + 1, bytes.size())));
  const auto got = datasets::read_score_table(first, format, second);
  if (!got.ok()) return 0;
  for (const auto& trial : got->trials) {
    fuzz::require(!trial.mated.empty() && !trial.non_mated.empty());
    fuzz::require(trial.pairs.size() == trial.values.size());
    fuzz::require(std::all_of(trial.values.begin(), trial.values.end(), [](double v) { return std::isfinite(v); }));
  }
  return 0;
}
