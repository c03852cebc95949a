// An enrolment of two fingers into a sealed gallery, to the disk, and what of it the audit log costs at most: a leaf
// that is written by itself takes a batch, a group and a look at the signature of its own, and one that comes with an
// enrolment rides in that one's batch.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "bench/opened_gallery.h"
#include "bench/population.h"
#include "index/gallery.h"
#include "templates/codec/native.h"

namespace whorl::bench {
namespace {

constexpr std::size_t kTemplates = 1000;

struct Gallery {
  std::unique_ptr<OpenedGallery> opened = opened_gallery();
  std::string failure = opened->failure;
  std::vector<Bytes> templates;
  std::size_t enrolled = 0;
};

Gallery& gallery() {
  static std::unique_ptr<Gallery> made;
  if (made) return *made;
  endings().push_back([] { made.reset(); });
  made = std::make_unique<Gallery>();
  if (!made->opened->engine) return *made;
  for (const auto& finger : non_mated(kTemplates, 4)) {
    auto bytes = codec::encode_native(finger);
    if (!bytes.ok()) made->failure = bytes.error().text();
    if (bytes.ok()) made->templates.push_back(std::move(bytes).value());
  }
  return *made;
}

Sample finger_of(const Gallery& at, std::size_t i, fingerprint::FingerPosition position) {
  return native_finger(position, at.templates[i % at.templates.size()]);
}

void enrol_two(benchmark::State& state) {
  Gallery& at = gallery();
  if (!at.failure.empty()) return state.SkipWithError(at.failure.c_str());
  for (auto _ : state) {
    const std::size_t i = at.enrolled++;
    engine::EnrolRequest request;
    request.person_id = "p" + std::to_string(i);
    request.samples = {finger_of(at, 2 * i, fingerprint::FingerPosition::kRightIndex),
                       finger_of(at, 2 * i + 1, fingerprint::FingerPosition::kLeftIndex)};
    const auto receipt = at.opened->engine->enrol({}, request);
    if (!receipt.ok()) return state.SkipWithError(receipt.error().text().c_str());
  }
  state.SetItemsProcessed(state.iterations());
}

void write_leaf(benchmark::State& state) {
  Gallery& at = gallery();
  if (!at.failure.empty()) return state.SkipWithError(at.failure.c_str());
  audit::Event event;
  event.operation = audit::Operation::kEnrol;
  event.outcome = "enrolled";
  event.galleries = {"default"};
  for (auto _ : state) {
    const auto noted = at.opened->engine->own_gallery().note(event, "p0");
    if (!noted.ok()) return state.SkipWithError(noted.error().text().c_str());
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(enrol_two)->Name("enrol two templates")->Unit(benchmark::kMicrosecond);
BENCHMARK(write_leaf)->Name("write a leaf of the audit log by itself")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace whorl::bench
