// The whole way through the engine: decode, extract, candidates, exact comparison, decision.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/parallel.h"
#include "bench/opened_gallery.h"
#include "bench/population.h"
#include "engine/engine.h"
#include "templates/codec/native.h"

namespace whorl::bench {
namespace {

using engine::Accuracy;
using engine::Engine;

Status enrol(Engine& engine, const std::string& person, const fingerprint::FingerprintTemplate& finger) {
  engine::EnrolRequest request;
  request.person_id = person;
  WHORL_ASSIGN(Bytes bytes, codec::encode_native(finger));
  request.samples.push_back(native_finger(fingerprint::FingerPosition::kRightIndex, std::move(bytes)));
  const auto receipt = engine.enrol({}, request);
  if (!receipt.ok()) return receipt.error();
  return {};
}

// n persons of one finger, the first ten of them those of population(); made once for each n.
OpenedGallery& gallery_of(std::size_t n) {
  static std::map<std::size_t, std::unique_ptr<OpenedGallery>> made;
  if (made.empty()) endings().push_back([] { made.clear(); });
  auto& slot = made[n];
  if (slot) return *slot;
  slot = opened_gallery();
  OpenedGallery& gallery = *slot;
  if (!gallery.engine) return gallery;
  std::vector<fingerprint::FingerprintTemplate> people = non_mated(n, 2);
  for (const Impression& one : population()->impressions) {
    if (static_cast<std::size_t>(one.finger) < n) people[static_cast<std::size_t>(one.finger)] = one.extracted;
  }
  std::vector<std::string> failures(n);
  const auto one = [&](std::size_t i) {
    const Status done = enrol(*gallery.engine, "p" + std::to_string(i), people[i]);
    if (!done.ok()) failures[i] = done.error().text();
  };
  parallel_each(n, one, {});
  for (const std::string& failure : failures) {
    if (!failure.empty()) gallery.failure = failure;
  }
  return gallery;
}

void identify(benchmark::State& state, Accuracy accuracy, bool from_image) {
  OpenedGallery& gallery = gallery_of(static_cast<std::size_t>(state.range(0)));
  if (!gallery.failure.empty()) return state.SkipWithError(gallery.failure.c_str());
  const auto& probes = population()->impressions;
  std::size_t i = 0;
  for (auto _ : state) {
    const Impression& probe = probes[i++ % probes.size()];
    engine::IdentifyRequest request;
    request.accuracy = accuracy;
    Sample sample;
    sample.position = static_cast<std::uint8_t>(fingerprint::FingerPosition::kRightIndex);
    if (from_image) {
      sample.bytes = probe.file;
      sample.resolution_ppi = probe.ppi;
    } else {
      sample.bytes = *codec::encode_native(probe.extracted);
    }
    request.samples.push_back(std::move(sample));
    const auto answer = gallery.engine->identify({}, request);
    if (!answer.ok()) return state.SkipWithError(answer.error().text().c_str());
    benchmark::DoNotOptimize(answer);
  }
  state.SetItemsProcessed(state.iterations());
}

void image_default(benchmark::State& state) { identify(state, Accuracy::kDefault, true); }
void template_fast(benchmark::State& state) { identify(state, Accuracy::kFast, false); }
void template_default(benchmark::State& state) { identify(state, Accuracy::kDefault, false); }
void template_exhaustive(benchmark::State& state) { identify(state, Accuracy::kExhaustive, false); }

BENCHMARK(image_default)
    ->Name("identify an image, default")
    ->Unit(benchmark::kMillisecond)
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime();
BENCHMARK(template_fast)
    ->Name("identify a template, fast")
    ->Unit(benchmark::kMillisecond)
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime();
BENCHMARK(template_default)
    ->Name("identify a template, default")
    ->Unit(benchmark::kMillisecond)
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime();
BENCHMARK(template_exhaustive)
    ->Name("identify a template, exhaustive")
    ->Unit(benchmark::kMillisecond)
    ->Arg(1000)
    ->Arg(10000)
    ->UseRealTime();

}  // namespace
}  // namespace whorl::bench
