// One face image to one template, on one core and on two at once; needs the networks and images that tests/README.md
// names, and is skipped without them.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "datasets/face_files.h"
#include "templates/face/extract.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 480;
constexpr int kEnlarged = 3;

// A face of some 150 px in the middle of a grey 640 x 480 image.
image::ColourImage posed(const image::ColourImage& small) {
  image::ColourImage out{kWidth, kHeight, Bytes(std::size_t{3} * kWidth * kHeight, 128)};
  const int left = (kWidth - kEnlarged * small.width) / 2;
  const int top = (kHeight - kEnlarged * small.height) / 2;
  for (int y = 0; y < kEnlarged * small.height; ++y) {
    for (int x = 0; x < kEnlarged * small.width; ++x) {
      if (x + left < 0 || x + left >= kWidth || y + top < 0 || y + top >= kHeight) continue;
      for (int c = 0; c < 3; ++c) {
        out.pixels[static_cast<std::size_t>(3 * ((y + top) * kWidth + x + left) + c)] =
            small.pixels[static_cast<std::size_t>(3 * (y / kEnlarged * small.width + x / kEnlarged) + c)];
      }
    }
  }
  return out;
}

// One for each network; null where models or images are absent.
struct Subject {
  std::unique_ptr<face::FaceExtractor> extractor;
  image::ColourImage image;
};

const Subject* subject(const char* network) {
  static std::map<std::string, std::unique_ptr<Subject>> made;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const auto [at, is_new] = made.emplace(network, nullptr);
  const auto models = tests::shared_models();
  const auto faces = tests::shared_faces();
  if (!is_new || !models || !faces) return at->second.get();
  const auto decoded = datasets::load_colour_image(*faces / "LFW_A/Akhmed_Zakayev/Akhmed_Zakayev_0001.jpg");
  const auto detector = face::shipped_card("yunet_2022feb", face::Role::kDetector);
  const auto embedder = face::shipped_card(network, face::Role::kEmbedder);
  if (!decoded.ok() || !detector.ok() || !embedder.ok()) return nullptr;
  auto opened = face::FaceExtractor::open({*models, *detector, *embedder});
  if (!opened.ok()) return nullptr;
  at->second = std::make_unique<Subject>(Subject{std::move(opened).value(), posed(*decoded)});
  return at->second.get();
}

void extract_face(benchmark::State& state, const char* network) {
  const Subject* with = subject(network);
  if (with == nullptr) {
    state.SkipWithError("no shared models or faces");
    return;
  }
  for (auto _ : state) {
    auto extracted = with->extractor->extract(with->image, {face::SeveralFaces::kCentral, 0.75f});
    if (!extracted.ok()) {
      state.SkipWithError(extracted.error().message.c_str());
      return;
    }
    benchmark::DoNotOptimize(extracted);
  }
  state.SetItemsProcessed(state.iterations());
}

#define FACE_BENCH(network)                                      \
  BENCHMARK_CAPTURE(extract_face, network, #network)             \
      ->Name("face: detect, align and embed 640x480, " #network) \
      ->Unit(benchmark::kMillisecond)                            \
      ->ThreadRange(1, 2)                                        \
      ->UseRealTime()                                            \
      ->Iterations(100)
FACE_BENCH(face_reidentification_retail_0095);
FACE_BENCH(mobilefacenet_y1);

void compare_faces(benchmark::State& state) {
  std::vector<float> values(256);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 17) - 8.0f;
  const auto made = face::make_template({"bench", {}}, 50, values);
  if (!made.ok()) {
    state.SkipWithError("no template");
    return;
  }
  for (auto _ : state) {
    auto score = face::compare(*made, *made);
    benchmark::DoNotOptimize(score);
  }
}
BENCHMARK(compare_faces)->Name("face: compare two templates of 256 numbers")->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace whorl::bench
