// Candidate search in the index: votes over binary descriptors alone, and with everybody compared exactly.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "base/parallel.h"
#include "bench/population.h"
#include "index/gallery.h"
#include "index/record/native_sample.h"
#include "templates/fingerprint/compare/compare.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

struct Filled {
  tests::TemporaryDirectory directory;
  std::unique_ptr<index::Gallery> gallery;
  std::string failure;
};

Status add(index::Gallery& gallery, std::size_t number, const fingerprint::FingerprintTemplate& finger) {
  index::EncounterRecord record;
  record.person_id = "p" + std::to_string(number);
  record.encounter_id = "e";
  record.encounter_type = "enrolment";
  record.galleries = {"default"};
  WHORL_ASSIGN(index::SampleRecord sample, index::native_sample(fingerprint::FingerPosition::kRightIndex, finger));
  record.samples.push_back(std::move(sample));
  const auto added = gallery.add(record, index::PersonRule::kNew);
  if (!added.ok()) return added.error();
  return {};
}

// n people; made once for each n.
Filled& filled(std::size_t n) {
  static std::map<std::size_t, std::unique_ptr<Filled>> made;
  if (made.empty()) endings().push_back([] { made.clear(); });
  auto& slot = made[n];
  if (slot) return *slot;
  slot = std::make_unique<Filled>();
  index::GalleryOptions options;
  options.directory = slot->directory.path() / "gallery";
  auto opened = index::Gallery::open(std::move(options));
  if (!opened.ok()) {
    slot->failure = opened.error().text();
    return *slot;
  }
  slot->gallery = std::move(opened).value();
  const auto people = non_mated(n, 3);
  std::vector<std::string> failures(n);
  const auto one = [&](std::size_t i) {
    const Status done = add(*slot->gallery, i, people[i]);
    if (!done.ok()) failures[i] = done.error().text();
  };
  parallel_each(n, one, {});
  for (const std::string& failure : failures) {
    if (!failure.empty()) slot->failure = failure;
  }
  return *slot;
}

double best_pair(const index::PersonScore& person) {
  const auto& pairs = person.pairs;
  double best = 0;
  for (const index::PairScore& pair : pairs) best = std::max(best, pair.score);
  return best;
}

// `persons` as in index::SearchRequest::candidates.
void search(benchmark::State& state, std::size_t persons) {
  Filled& gallery = filled(static_cast<std::size_t>(state.range(0)));
  if (!gallery.failure.empty()) return state.SkipWithError(gallery.failure.c_str());
  std::vector<index::PreparedSample> probes;
  for (const Impression& one : population()->impressions) probes.push_back(index::prepare_probe(one.extracted));
  std::size_t i = 0;
  const auto once = [&]() -> Status {
    const index::ProbeSample finger{static_cast<std::uint8_t>(fingerprint::FingerPosition::kRightIndex),
                                    &probes[i++ % probes.size()]};
    index::SearchRequest request;
    request.gallery_id = "default";
    request.probe = {&finger, 1};
    request.candidates.persons = persons;
    request.compare_all_samples = 0;
    request.rank = best_pair;
    const auto result = gallery.gallery->search(request);
    benchmark::DoNotOptimize(result);
    return result.ok() ? Status() : Status(result.error());
  };
  // The first reads all that was enrolled for the first time, which takes as long as some searches.
  Status done = once();
  for (auto _ : state) {
    if (!done.ok()) return state.SkipWithError(done.error().text().c_str());
    done = once();
  }
  state.SetItemsProcessed(state.iterations());
}

void candidates(benchmark::State& state) { search(state, 1); }
void everybody(benchmark::State& state) { search(state, 0); }
BENCHMARK(candidates)
    ->Name("candidate search, 1 compared")
    ->Unit(benchmark::kMillisecond)
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime();
BENCHMARK(everybody)
    ->Name("search, everybody compared")
    ->Unit(benchmark::kMillisecond)
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime();

}  // namespace
}  // namespace whorl::bench
