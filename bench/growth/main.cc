// whorl_growth: a gallery of real people hidden among ever more synthetic ones: how fast it loads, opens and searches,
// what it takes, whom it misses. See --help and docs/index.md.
#include <malloc.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "base/files.h"
#include "base/limits.h"
#include "base/progress_bar.h"
#include "base/simd.h"
#include "bench/growth/people.h"
#include "bench/growth/report.h"
#include "bench/growth/searches.h"
#include "crypto/vault/root_source.h"

namespace whorl::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string directory;
  std::string manifest;
  std::string out;
  std::vector<std::uint64_t> people = {10'000};
  std::size_t non_mated = 3000;
  std::size_t everybody = 40;  // exhaustive searches, the oracle
  std::size_t mated = 2000;
  std::size_t all = 100;      // searches by all fingers
  std::size_t unknown = 40;   // searches by one finger of unknown position
  std::uint64_t mixed = 100;  // people enrolled and erased while others are searched for
  Candidates candidates = index::kDefaultCandidates;
  Population population;
  Instructions instructions = Instructions::kAvx512;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of this process, in MiB: a line of /proc/self/status, as VmRSS or VmHWM.
double memory_mib(const std::string& line_name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(line_name + ":")) return std::stod(line.substr(line_name.size() + 1)) / 1024;
  }
  return 0;
}

double disk_mib(const fs::path& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<double>(bytes) / (1024 * 1024);
}

Result<std::unique_ptr<index::Gallery>> open_gallery(const Options& options) {
  index::GalleryOptions gallery;
  gallery.directory = options.directory;
  // A key of its own beside the gallery, which stays for another run; never one in the user's state folder.
  const fs::path keys = options.directory + ".key";
  WHORL_TRY(crypto::root_key_made_once(keys));
  gallery.root_key = keys / crypto::kRootKeyName;
  gallery.verify_records = false;  // as a start in service does; snapshots are verified all the same
  return index::Gallery::open(std::move(gallery));
}

Status load_batch(index::Gallery& gallery, std::vector<index::EncodedRecord> batch, GrowthRow& row) {
  const auto start = std::chrono::steady_clock::now();
  WHORL_ASSIGN(const index::LoadOutcome outcome, gallery.load(std::move(batch), "growth", {}));
  row.load_s += seconds_since(start);
  row.loaded_fingers += outcome.samples[Modality::kFinger];
  if (outcome.refused.empty()) return {};
  return internal_error("a record was refused: " + outcome.refused.front().error.text());
}

// Synthetic people from `have` on, until there are `want`.
Status fill(index::Gallery& gallery, const Options& options, std::uint64_t have, std::uint64_t want, GrowthRow& row) {
  constexpr std::uint64_t kBatchFingers = 60'000;
  const std::uint64_t batch = kBatchFingers / static_cast<std::uint64_t>(options.population.fingers);
  ProgressBar bar("loading " + std::to_string(want) + " people", true);
  People made(options.population);
  for (std::uint64_t done = have; done < want; done += std::min(batch, want - done)) {
    const auto start = std::chrono::steady_clock::now();
    WHORL_ASSIGN(auto people, made.make(done, std::min(batch, want - done)));
    row.make_s += seconds_since(start);
    WHORL_TRY(load_batch(gallery, std::move(people), row));
    bar.update(std::min(done + batch, want), want);
  }
  return {};
}

// What remains is what a fresh process would have: freed memory goes back to the system.
Result<std::unique_ptr<index::Gallery>> reopen(std::unique_ptr<index::Gallery> gallery, const Options& options,
                                               const CapturedFingers& first_probe, GrowthRow& row) {
  gallery.reset();
  malloc_trim(0);
  std::ofstream("/proc/sys/vm/drop_caches") << "1";  // from the disk, where the system lets us
  const auto start = std::chrono::steady_clock::now();
  WHORL_ASSIGN(gallery, open_gallery(options));
  row.open_s = seconds_since(start);
  WHORL_ASSIGN(const Found first, search(*gallery, first_probe, ProbeKind::kOneFinger, options.candidates));
  row.first_answer_s = seconds_since(start);
  if (!first.complete) return internal_error("the first search was not complete");
  row.snapshots_used = gallery->opening().snapshots_used;
  row.prepared_again = gallery->opening().encounters_prepared;
  return gallery;
}

std::vector<CapturedFingers> some(const std::vector<CapturedFingers>& from, std::size_t n) {
  std::vector<CapturedFingers> out;
  if (from.empty()) return out;
  const std::size_t step = std::max<std::size_t>(1, from.size() / std::max<std::size_t>(n, 1));
  for (std::size_t i = 0; i < from.size() && out.size() < n; i += step) {
    out.push_back(from[i]);
  }
  return out;
}

// Every probe's two fingers, one by one: first all right ones, then all left ones.
Result<Searches> one_by_one(const index::Gallery& gallery, const std::vector<CapturedFingers>& probes, Candidates by,
                            const std::string& label) {
  WHORL_ASSIGN(Searches out, search_all(gallery, probes, ProbeKind::kOneFinger, by, label));
  WHORL_ASSIGN(const Searches left, search_all(gallery, probes, ProbeKind::kOtherFinger, by, label));
  out.found.insert(out.found.end(), left.found.begin(), left.found.end());
  return out;
}

// Fingers whose mate reaches the threshold, but was not found first; everybody compared.
Status search_missed(const index::Gallery& gallery, const std::vector<CapturedFingers>& probes, GrowthRow& row) {
  const HitRate rate = hit_rate(row.one, row.nobody, kFpir);
  for (std::size_t i = 0; i < row.one.found.size(); ++i) {
    const Found& found = row.one.found[i];
    if (!rate.reached_by(found) || rate.hit(found)) continue;
    const ProbeKind kind = i < probes.size() ? ProbeKind::kOneFinger : ProbeKind::kOtherFinger;
    WHORL_ASSIGN(const Found again, search(gallery, probes[i % probes.size()], kind, {}));
    row.missed.found.push_back(again);
  }
  return {};
}

Status measure(index::Gallery& gallery, const Options& options, const RealPeople& real, GrowthRow& row) {
  std::vector<CapturedFingers> nobody;
  Population strangers = options.population;
  strangers.seed += 1'000'003;
  for (std::size_t i = 0; i < options.non_mated; ++i) {
    nobody.push_back(synthetic_capture(strangers, i));
    nobody.back().person_id.clear();
  }
  const auto probes = some(real.probes, options.mated);
  const auto few = some(real.probes, options.everybody);
  const auto by = options.candidates;
  WHORL_ASSIGN(row.one, one_by_one(gallery, probes, by, "one finger"));
  WHORL_ASSIGN(row.two, search_all(gallery, probes, ProbeKind::kTwoFingers, by, "two fingers"));
  WHORL_ASSIGN(row.unknown, search_all(gallery, some(real.probes, options.unknown), ProbeKind::kOneOfUnknownPosition,
                                       by, "unknown position"));
  WHORL_ASSIGN(row.nobody, search_all(gallery, nobody, ProbeKind::kOneFinger, by, "non-mated"));
  if (options.population.fingers > 2) {
    WHORL_ASSIGN(row.all, search_all(gallery, some(nobody, options.all), ProbeKind::kAllFingers, by, "all fingers"));
  }
  WHORL_ASSIGN(row.few, search_all(gallery, few, ProbeKind::kOneFinger, by, "few, candidates"));
  WHORL_ASSIGN(row.oracle, search_all(gallery, few, ProbeKind::kOneFinger, {}, "few, everybody"));
  if (options.everybody > 0) WHORL_TRY(search_missed(gallery, probes, row));
  Population clients = options.population;
  clients.seed += 2'000'003;
  WHORL_ASSIGN(row.mixed, mixed_load(gallery, clients, options.mixed, probes, by));
  return {};
}

Status run(const Options& options) {
  WHORL_ASSIGN(const RealPeople real, real_people(options.manifest));
  if (real.probes.empty()) return invalid_input("the manifest has no finger with two prints", "--manifest");
  WHORL_ASSIGN(auto gallery, open_gallery(options));
  std::uint64_t have = gallery->galleries().front().persons;
  std::vector<GrowthRow> rows;
  GrowthRow carried;
  if (have == 0) {
    WHORL_TRY(load_batch(*gallery, real.records, carried));
    have = real.records.size();
  }
  for (const std::uint64_t want : options.people) {
    GrowthRow row = carried;
    carried = {};
    const std::uint64_t synthetic = have - real.records.size();
    WHORL_TRY(fill(*gallery, options, synthetic, std::max(want, have) - real.records.size(), row));
    have = std::max(want, have);
    const auto start = std::chrono::steady_clock::now();
    gallery->settle();
    row.settle_s = seconds_since(start);
    WHORL_ASSIGN(gallery, reopen(std::move(gallery), options, real.probes.front(), row));
    row.people = have;
    row.counted_mib = static_cast<double>(gallery->memory().total()) / (1024 * 1024);
    row.resident_mib = memory_mib("VmRSS");
    row.population = options.population;
    row.disk_mib = disk_mib(options.directory);
    WHORL_TRY(measure(*gallery, options, real, row));
    row.most_mib = memory_mib("VmHWM");
    rows.push_back(std::move(row));
    std::cout << text_of(rows.back()) << std::flush;
  }
  if (!options.out.empty()) WHORL_TRY(write_file(options.out, json_of(rows) + "\n"));
  return {};
}

}  // namespace
}  // namespace whorl::bench

int main(int argc, char** argv) {
  whorl::bench::Options options;
  CLI::App app("Measures one gallery as it grows: real people with two index fingers hidden among synthetic ones.");
  app.add_option("--directory", options.directory, "the gallery; made when absent, grown when there")->required();
  app.add_option("--manifest", options.manifest, "the real prints (docs/evaluation.md)")->required();
  app.add_option("--people", options.people, "sizes to measure at, rising")->delimiter(',')->capture_default_str();
  app.add_option("--non-mated", options.non_mated, "searches for people who are not there")->capture_default_str();
  app.add_option("--everybody", options.everybody,
                 "searches that compare everybody, to compare with; 0: none, nor for mates that were missed")
      ->capture_default_str();
  app.add_option("--mated", options.mated, "at most so many searches for people who are there")->capture_default_str();
  app.add_option("--mixed", options.mixed,
                 "people enrolled, searched for, erased and searched for, among other searches")
      ->capture_default_str();
  app.add_option("--candidates", options.candidates.persons, "people compared exactly, at least")
      ->capture_default_str();
  app.add_option("--share", options.candidates.share, "the same as a share of the gallery")->capture_default_str();
  app.add_option("--looks", options.candidates.looks, "so many times as many are looked at again")
      ->capture_default_str();
  app.add_option("--all", options.all, "at most so many of them by all fingers, where people have more than two")
      ->capture_default_str();
  app.add_option("--unknown", options.unknown, "searches by one finger of unknown position")->capture_default_str();
  app.add_option("--fingers", options.population.fingers, "of each synthetic person")
      ->check(CLI::Range(2, static_cast<int>(whorl::limits::kFingers)))
      ->capture_default_str();
  app.add_option(
         "--distinct", options.population.distinct,
         "so many people have fingers of their own, the others theirs again, mixed, which is faster made; 0: all")
      ->capture_default_str();
  app.add_option("--seed", options.population.seed, "of the synthetic people")->capture_default_str();
  const std::map<std::string, whorl::Instructions> steps = {{"plain", whorl::Instructions::kPlain},
                                                            {"avx2", whorl::Instructions::kAvx2},
                                                            {"avx512", whorl::Instructions::kAvx512}};
  app.add_option("--instructions", options.instructions, "the most that paths for vector instructions may use")
      ->transform(CLI::CheckedTransformer(steps))
      ->default_str("avx512");
  app.add_option("--out", options.out, "write all figures here, as JSON");
  CLI11_PARSE(app, argc, argv);
  whorl::limit_instructions(options.instructions);
  const whorl::Status status = whorl::bench::run(options);
  if (status.ok()) return 0;
  std::cerr << status.error().text() << "\n";
  return 1;
}
