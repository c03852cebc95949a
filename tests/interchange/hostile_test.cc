// Files that are cut, and files with changed bytes: an answer each time, and nothing read that is not there.
//
// WHORL_HOSTILE=full (scripts/hostile): every file of the corpus beside the repository cut at every byte to 4 KB, and
// 10,000 changes a format; then no call may take over 100 ms of the processor's time, or twice what the file itself
// takes where that is more (a valid picture of JPEG 2000 is decoded), and none may map over a GiB.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <random>

#include "templates/interchange/check.h"
#include "templates/interchange/identifiers.h"
#include "templates/interchange/samples.h"
#include "tests/interchange/drawn_records.h"
#include "tests/support/shared_data.h"

namespace whorl::interchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPrefix = 4096;

double processor_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// Of the calls so far; printed by the full form.
struct Slowest {
  double ms = 0;
  std::string what;
};
Slowest slowest;

// What else a machine does costs a call time of its own processor, too: one that seems slowest is made thrice, and the
// fastest counts.
template <class Call>
void timed(const std::string& what, const Call& call) {
  double ms = std::numeric_limits<double>::max();
  for (int i = 0; i < 3 && ms > slowest.ms; ++i) {
    const double started = processor_ms();
    call();
    ms = std::min(ms, processor_ms() - started);
  }
  if (ms > slowest.ms) slowest = {ms, what};
}

void read_every_way(const Bytes& file, const std::string& name) {
  timed("reading " + name, [&] {
    const LenientReading read = read_leniently(file);
    if (read.report.verdict == Verdict::kValid) {
      EXPECT_EQ(read.report.findings.errors(), 0u);
    }
    for (const Finding& each : read.report.findings.all()) EXPECT_LE(each.offset, file.size());
  });
  for (const Modality modality : {Modality::kFinger, Modality::kFace}) {
    timed("samples of " + name, [&] { static_cast<void>(samples_of(file, modality)); });
  }
  timed("names in " + name, [&] {
    static_cast<void>(itl_value(file, 1, 9));
    static_cast<void>(cbeff_index(file));
  });
}

void cut(const Bytes& file, std::size_t step, const std::string& name) {
  for (std::size_t n = 0; n < std::min(file.size(), kMostPrefix); n += step) {
    read_every_way(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n)), name);
  }
}

// One to four bytes each time, half of the times near the beginning.
void change(const Bytes& file, int changes, std::uint64_t seed, const std::string& name) {
  if (file.empty()) return;
  std::mt19937_64 draw(seed);
  for (int i = 0; i < changes; ++i) {
    Bytes changed = file;
    const std::size_t reach = i % 2 == 0 ? std::min(changed.size(), kMostPrefix) : changed.size();
    for (std::uint64_t n = 1 + draw() % 4; n > 0; --n) changed[draw() % reach] = static_cast<std::uint8_t>(draw());
    read_every_way(changed, name);
  }
}

TEST(Hostile, DrawnRecordsCutAndChanged) {
  const std::string cbeff = tests::drawn_cbeff(tests::drawn_fmr(false, 9), "2");
  for (const Bytes& file :
       {tests::drawn_fmr(false, 30), tests::drawn_fmr(true, 30), tests::drawn_fir(false), tests::drawn_fir(true),
        tests::drawn_fir_2011(), tests::drawn_fac(), tests::drawn_dg2(tests::drawn_fac()),
        Bytes(cbeff.begin(), cbeff.end()), tests::drawn_itl("NONE", Bytes(std::size_t{40} * 36, 1))}) {
    cut(file, 1, "a drawn record");
    change(file, 2000, file.size(), "a drawn record");
  }
}

struct RealFile {
  std::string name;
  Bytes bytes;
};

// By format; what is of no known format is not there.
std::map<std::string, std::vector<RealFile>> real_files(const fs::path& folder, std::size_t largest) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.file_size() <= largest) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::map<std::string, std::vector<RealFile>> out;
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    Bytes file{std::istreambuf_iterator<char>(in), {}};
    const Report report = check(file);
    if (report.verdict != Verdict::kUnknown) {
      out[report.format].push_back({path.lexically_relative(folder).string(), std::move(file)});
    }
  }
  return out;
}

void forbid_large_maps() {
  rlimit now{};
  ::getrlimit(RLIMIT_AS, &now);
  std::ifstream in("/proc/self/statm");
  std::uint64_t pages = 0;
  in >> pages;
  now.rlim_cur = pages * 4096 + (std::uint64_t{1} << 30);
  ::setrlimit(RLIMIT_AS, &now);
}

TEST(Hostile, RealFilesCutAndChanged) {
  const auto shared = tests::shared_dir();
  if (!shared || !fs::exists(*shared / "data/interchange")) GTEST_SKIP() << "no data/interchange beside the repository";
  const char* form = std::getenv("WHORL_HOSTILE");
  const bool full = form != nullptr && std::string(form) == "full";
  constexpr std::size_t kLargest = 100'000;
  constexpr int kChangesOfFormat = 10'000;
  constexpr double kMost_ms = 100;
  if (full) forbid_large_maps();
  Slowest slowest_of_all;
  std::vector<std::string> broken;
  for (const auto& [format, files] : real_files(*shared / "data/interchange", full ? kMostFileBytes : kLargest)) {
    for (const RealFile& file : files) {
      slowest = {};
      read_every_way(file.bytes, file.name);
      const double most = std::max(kMost_ms, 2 * slowest.ms);
      const bool small = file.bytes.size() < 2000;
      cut(file.bytes, full || small ? 1 : 37, file.name);
      const int changes = full ? kChangesOfFormat / static_cast<int>(files.size()) + 1 : small ? 200 : 30;
      change(file.bytes, changes, file.bytes.size(), file.name);
      if (slowest.ms > slowest_of_all.ms) slowest_of_all = slowest;
      if (slowest.ms > most) broken.push_back(slowest.what + ": " + std::to_string(slowest.ms) + " ms");
    }
    if (full) std::printf("%s: %zu files\n", format.c_str(), files.size());
  }
  if (!full) return;
  std::printf("the slowest call: %.1f ms, %s\n", slowest_of_all.ms, slowest_of_all.what.c_str());
  EXPECT_EQ(broken, std::vector<std::string>{});
}

}  // namespace
}  // namespace whorl::interchange
