// Template against template, on one core.
#include <benchmark/benchmark.h>

#include <utility>

#include "bench/population.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/ridges/ridge_decode.h"
#include "templates/fingerprint/ridges/ridge_encode.h"
#include "templates/fingerprint/screening/second_look.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

using fingerprint::PreparedTemplate;

const std::vector<PreparedTemplate>& prepared() {
  static const auto all = [] {
    std::vector<PreparedTemplate> out;
    for (const Impression& one : population()->impressions) out.emplace_back(one.extracted);
    return out;
  }();
  return all;
}

void prepare(benchmark::State& state) {
  const auto& all = population()->impressions;
  std::size_t i = 0;
  for (auto _ : state) {
    PreparedTemplate one(all[i++ % all.size()].extracted);
    benchmark::DoNotOptimize(one);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prepare)->Name("prepare a template")->Unit(benchmark::kMicrosecond);

void prepare_native(benchmark::State& state) {
  std::vector<Bytes> all;
  for (const Impression& one : population()->impressions) all.push_back(codec::encode_native(one.extracted).value());
  std::size_t i = 0;
  for (auto _ : state) {
    auto one = codec::prepare_native(all[i++ % all.size()]);
    benchmark::DoNotOptimize(one);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(prepare_native)->Name("prepare a template from its bytes")->Unit(benchmark::kMicrosecond);

void decode_ridge_map(benchmark::State& state) {
  const auto& all = population()->impressions;
  std::vector<Bytes> codes;
  for (const Impression& one : all) codes.push_back(fingerprint::encode_ridges(one.extracted.ridges));
  fingerprint::RidgeMap map;
  std::size_t i = 0;
  for (auto _ : state) {
    map.columns = all[i % all.size()].extracted.ridges.columns;
    map.rows = all[i % all.size()].extracted.ridges.rows;
    benchmark::DoNotOptimize(fingerprint::decode_ridges(codes[i++ % all.size()], map));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_ridge_map)->Name("decode a ridge map")->Unit(benchmark::kMicrosecond);

void compare_pairs(benchmark::State& state, bool mated) {
  const auto& all = population()->impressions;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = a + 1; b < all.size(); ++b) {
      if ((all[a].finger == all[b].finger) == mated) pairs.emplace_back(a, b);
    }
  }
  const auto& templates = prepared();
  std::size_t i = 0;
  for (auto _ : state) {
    const auto& [a, b] = pairs[i++ % pairs.size()];
    auto comparison = fingerprint::compare(templates[a], templates[b]);
    benchmark::DoNotOptimize(comparison);
  }
  state.SetItemsProcessed(state.iterations());
}
void compare_mated(benchmark::State& state) { compare_pairs(state, true); }
void compare_non_mated(benchmark::State& state) { compare_pairs(state, false); }
BENCHMARK(compare_mated)->Name("compare, genuine pairs")->Unit(benchmark::kMicrosecond);
BENCHMARK(compare_non_mated)->Name("compare, impostor pairs")->Unit(benchmark::kMicrosecond);

// One probe against n references that lie in memory as a gallery keeps them.
void compare_one_to_many(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<PreparedTemplate> references;
  for (const auto& non_mated : non_mated(n, 1)) {
    references.emplace_back(non_mated, fingerprint::CompareParameters{}, fingerprint::RidgeForm::kCoded);
  }
  const auto& probes = prepared();
  std::size_t i = 0;
  for (auto _ : state) {
    const PreparedTemplate& probe = probes[i++ % probes.size()];
    double best = 0;
    for (const PreparedTemplate& reference : references) {
      best = std::max(best, fingerprint::compare(probe, reference).score);
    }
    benchmark::DoNotOptimize(best);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(compare_one_to_many)->Name("compare one to many")->Unit(benchmark::kMillisecond)->Arg(1000)->Arg(10000);

// Every print of the measurement data that may be trained on: the six FVC sets.
const Result<std::vector<PreparedTemplate>>& fvc_prints() {
  static const auto all = []() -> Result<std::vector<PreparedTemplate>> {
    const auto folder = tests::shared_fingerprints();
    if (!folder) return not_found("the measurement data is not here");
    WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(*folder / "manifest.csv"));
    std::vector<datasets::SampleFile> files;
    for (const auto& sample : listed.samples) {
      if (sample.set.starts_with("FVC")) files.push_back({sample.path, sample.ppi});
    }
    WHORL_ASSIGN(const auto extracted, datasets::extract_all(files, {}));
    std::vector<PreparedTemplate> out;
    for (const auto& one : extracted) {
      if (one) out.emplace_back(*one);
    }
    return out;
  }();
  return all;
}

// Every eighth print against all.
void compare_one_to_all_fvc(benchmark::State& state) {
  const auto& all = fvc_prints();
  if (!all.ok()) return state.SkipWithError(all.error().text().c_str());
  std::size_t i = 0;
  for (auto _ : state) {
    double best = 0;
    for (const PreparedTemplate& reference : *all) {
      best = std::max(best, fingerprint::compare((*all)[i % all->size()], reference).score);
    }
    i += 8;
    benchmark::DoNotOptimize(best);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(all->size()));
}
BENCHMARK(compare_one_to_all_fvc)->Name("compare one to the six FVC sets")->Unit(benchmark::kMillisecond);

std::vector<fingerprint::ScanRow> rows_of_non_mated(std::int64_t n) {
  std::vector<fingerprint::ScanRow> out;
  for (const auto& non_mated : non_mated(static_cast<std::size_t>(n), 1)) out.emplace_back(PreparedTemplate(non_mated));
  return out;
}

fingerprint::Preselector fitted_to(const std::vector<fingerprint::ScanRow>& references) {
  fingerprint::Preselector out(prepared().front());
  for (std::size_t i = 0; i < 1000; ++i) out.sample_non_mated(references[i]);
  out.fit_rarity();
  return out;
}

// The candidate stage: a probe's votes for each of n references; `plainly` by its obvious twin.
void preselect(benchmark::State& state, bool plainly) {
  const auto references = rows_of_non_mated(state.range(0));
  const fingerprint::Preselector preselector = fitted_to(references);
  for (auto _ : state) {
    float votes = 0;
    for (std::size_t i = 0; i < references.size(); ++i) {
      if (i + 3 < references.size()) fingerprint::Preselector::prefetch(references[i + 3]);
      votes += plainly ? preselector.votes_plainly(references[i]) : preselector.votes(references[i]);
    }
    benchmark::DoNotOptimize(votes);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
void preselect_fast(benchmark::State& state) { preselect(state, false); }
void preselect_plainly(benchmark::State& state) { preselect(state, true); }
BENCHMARK(preselect_fast)->Name("vote one to many")->Unit(benchmark::kMillisecond)->Arg(10000);
BENCHMARK(preselect_plainly)->Name("vote one to many, plainly")->Unit(benchmark::kMillisecond)->Arg(10000);

// A second look at each of n references.
void look_again(benchmark::State& state) {
  const auto references = rows_of_non_mated(state.range(0));
  const fingerprint::SecondLook look(prepared().front(), fitted_to(references));
  for (auto _ : state) {
    float sum = 0;
    for (const auto& reference : references) sum += look.score(reference);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(look_again)->Name("second look one to many")->Unit(benchmark::kMillisecond)->Arg(10000);

}  // namespace
}  // namespace whorl::bench
