// Files that are cut, and files with changed bytes: an answer each time, and nothing read that is not there.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"
#include "tests/support/shared_data.h"

namespace whorl::interchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPrefix = 4096;

void read_every_way(const Bytes& file) {
  const LenientReading read = read_leniently(file);
  if (read.report.verdict == Verdict::kValid) {
    EXPECT_EQ(read.report.findings.errors(), 0u);
  }
  for (const Finding& each : read.report.findings.all()) EXPECT_LE(each.offset, file.size());
  static_cast<void>(samples_of(file, Modality::kFinger));
  static_cast<void>(samples_of(file, Modality::kFace));
}

void cut_and_change(const Bytes& file, std::size_t step, int changes) {
  for (std::size_t n = 0; n < std::min(file.size(), kMostPrefix); n += step) {
    read_every_way(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n)));
  }
  std::mt19937_64 draw(file.size());
  for (int i = 0; i < changes && !file.empty(); ++i) {
    Bytes changed = file;
    const std::size_t reach = std::min(changed.size(), kMostPrefix);
    for (std::uint64_t n = 1 + draw() % 4; n > 0; --n) changed[draw() % reach] = static_cast<std::uint8_t>(draw());
    read_every_way(changed);
  }
}

TEST(Hostile, DrawnRecordsCutAndChanged) {
  const std::string cbeff = tests::drawn_cbeff(tests::drawn_fmr(false, 9), "2");
  for (const Bytes& file :
       {tests::drawn_fmr(false, 30), tests::drawn_fmr(true, 30), tests::drawn_fir(false), tests::drawn_fir(true),
        tests::drawn_fir_2011(), tests::drawn_fac(), tests::drawn_dg2(tests::drawn_fac()),
        Bytes(cbeff.begin(), cbeff.end()), tests::drawn_itl("NONE", Bytes(std::size_t{40} * 36, 1))}) {
    cut_and_change(file, 1, 2000);
  }
}

TEST(Hostile, RealFilesCutAndChanged) {
  const auto shared = tests::shared_dir();
  if (!shared || !fs::exists(*shared / "data/interchange")) GTEST_SKIP() << "no data/interchange beside the repository";
  constexpr std::size_t kLargest = 100'000;
  for (const auto& entry : fs::recursive_directory_iterator(*shared / "data/interchange")) {
    if (!entry.is_regular_file() || entry.file_size() > kLargest) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const Bytes file{std::istreambuf_iterator<char>(in), {}};
    if (check(file).verdict == Verdict::kUnknown) continue;
    cut_and_change(file, file.size() < 2000 ? 1 : 37, file.size() < 2000 ? 200 : 30);
  }
}

}  // namespace
}  // namespace whorl::interchange
