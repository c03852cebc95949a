#include <benchmark/benchmark.h>

#include <cstdio>

#include "base/freed_memory.h"
#include "bench/population.h"

int main(int argc, char** argv) {
  whorl::keep_freed_memory();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const auto& people = whorl::bench::population();
  if (!people.ok()) {
    std::fprintf(stderr, "whorl_bench: %s\n", people.error().text().c_str());
    return 1;
  }
  benchmark::AddCustomContext("data", people->source);
  benchmark::RunSpecifiedBenchmarks();
  for (const auto& ending : whorl::bench::endings()) ending();
  benchmark::Shutdown();
  return 0;
}
