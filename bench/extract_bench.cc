// One image to one template, on one core.
#include <benchmark/benchmark.h>

#include "bench/population.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::bench {
namespace {

void decode(benchmark::State& state) {
  const auto& all = population()->impressions;
  std::size_t i = 0;
  for (auto _ : state) {
    const Impression& one = all[i++ % all.size()];
    image::DecodeOptions options;
    options.ppi = one.ppi;
    auto image = image::decode_to_standard(one.file, options);
    benchmark::DoNotOptimize(image);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode)->Name("decode an image")->Unit(benchmark::kMillisecond);

void extract(benchmark::State& state) {
  const auto& all = population()->impressions;
  std::size_t i = 0;
  for (auto _ : state) {
    auto extracted = fingerprint::extract(all[i++ % all.size()].image);
    benchmark::DoNotOptimize(extracted);
  }
  state.SetItemsProcessed(state.iterations());
}
// A multiple of the 80 images, so that each counts alike.
BENCHMARK(extract)->Name("extract a template")->Unit(benchmark::kMillisecond)->Iterations(160);

}  // namespace
}  // namespace whorl::bench
