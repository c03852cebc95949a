#include "bench/faces/population.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>

#include "base/files.h"
#include "templates/face/extract.h"
#include "templates/image/decode.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

constexpr std::size_t kDimension = 128;
// Cosines between two captures of one person and their spread: about those of mobilefacenet_y1 on LFW.
constexpr double kWithin = 0.68;
constexpr double kWithinSpread = 0.09;
// Components decay with this power, which spreads strangers' cosines as far as real ones' (about 0.10).
constexpr double kDecay = 0.16;

void normalise(std::vector<float>& v) {
  double sum = 0;
  for (const float x : v) sum += double{x} * double{x};
  for (float& x : v) x = static_cast<float>(double{x} / std::sqrt(sum));
}

class Synthetic {
 public:
  std::vector<float> identity() {
    std::vector<float> out(kDimension);
    for (std::size_t i = 0; i < kDimension; ++i) {
      out[i] = normal_(random_) * static_cast<float>(std::pow(static_cast<double>(i + 1), -kDecay));
    }
    normalise(out);
    return out;
  }
  // Two captures of one identity have cosine c on average when each has the root of c with the identity.
  std::vector<float> capture(const std::vector<float>& identity) {
    const double c = std::clamp(kWithin + kWithinSpread * double{normal_(random_)}, 0.3, 0.95);
    std::vector<float> out = this->identity();
    for (std::size_t i = 0; i < kDimension; ++i) {
      out[i] = static_cast<float>(std::sqrt(c) * double{identity[i]} + std::sqrt(1 - c) * double{out[i]});
    }
    normalise(out);
    return out;
  }

 private:
  std::mt19937 random_{20240501};
  std::normal_distribution<float> normal_;
};

// Embeddings of LFW by person; nothing where images or networks are absent.
std::map<std::string, std::vector<std::vector<float>>> real_faces() {
  std::map<std::string, std::vector<std::vector<float>>> out;
  const auto models = tests::shared_models();
  const auto faces = tests::shared_faces();
  const auto detector = face::shipped_card("yunet_2022feb", face::Role::kDetector);
  const auto embedder = face::shipped_card("mobilefacenet_y1", face::Role::kEmbedder);
  if (!models || !faces || !detector.ok() || !embedder.ok()) return out;
  const auto extractor = face::FaceExtractor::open({*models, *detector, *embedder});
  if (!extractor.ok()) return out;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*faces / "LFW_A")) {
    if (file.path().extension() != ".jpg") continue;
    const auto bytes = read_file(file.path(), image::ImageLimits{}.max_bytes);
    if (!bytes.ok()) continue;
    const auto image = image::decode_colour(*bytes);
    if (!image.ok()) continue;
    const auto found = (*extractor)->extract(*image, {face::SeveralFaces::kCentral, 0.75F});
    if (!found.ok()) continue;
    std::vector<float> embedding(found->face.embedding.begin(), found->face.embedding.end());
    normalise(embedding);
    out[file.path().parent_path().filename()].push_back(std::move(embedding));
  }
  return out;
}

void put(std::vector<float>& rows, const std::vector<float>& row) { rows.insert(rows.end(), row.begin(), row.end()); }

struct Spread {
  double sum = 0;
  double squares = 0;
  std::size_t n = 0;
  void add(const float* a, const float* b) {
    double cosine = 0;
    for (std::size_t i = 0; i < kDimension; ++i) cosine += double{a[i]} * double{b[i]};
    sum += cosine;
    squares += cosine * cosine;
    ++n;
  }
  [[nodiscard]] std::string text() const {
    const double mean = sum / static_cast<double>(n);
    char out[64];
    std::snprintf(out, sizeof out, "%.2f +- %.2f", mean, std::sqrt(squares / static_cast<double>(n) - mean * mean));
    return out;
  }
};

}  // namespace

Faces make_faces(std::size_t n, std::size_t probes) {
  Faces out;
  out.dimension = kDimension;
  out.enrolled.reserve(n * kDimension);
  Spread real_within;
  Spread real_between;
  std::size_t person = 0;
  std::size_t real = 0;
  const float* last = nullptr;
  const auto lfw = real_faces();
  for (const auto& [name, captures] : lfw) {
    put(out.enrolled, captures[0]);
    out.persons.push_back(person);
    ++real;
    if (last != nullptr) real_between.add(last, captures[0].data());
    last = captures[0].data();
    if (captures.size() > 1) real_within.add(captures[0].data(), captures[1].data());
    if (captures.size() > 1 && out.wanted.size() < probes) {
      put(out.probes, captures[1]);
      out.wanted.push_back(person);
    }
    ++person;
  }
  const std::size_t real_probes = out.wanted.size();
  Synthetic synthetic;
  Spread within;
  Spread between;
  const std::size_t every = std::max<std::size_t>(1, n / 2 / (probes - real_probes + 1));
  for (; out.persons.size() < n; ++person) {
    const auto identity = synthetic.identity();
    const auto capture = synthetic.capture(identity);
    put(out.enrolled, capture);
    out.persons.push_back(person);
    if (out.persons.size() < n) {
      const auto second = synthetic.capture(identity);
      within.add(capture.data(), second.data());
      between.add(out.enrolled.data() + (out.persons.size() - 2) * kDimension, second.data());
      put(out.enrolled, second);
      out.persons.push_back(person);
    }
    if (person % every == 0 && out.wanted.size() < probes) {
      put(out.probes, synthetic.capture(identity));
      out.wanted.push_back(person);
    }
  }
  between = {};
  for (std::size_t i = real + 2; i + 4 < n && between.n < 100000; i += 2) {
    between.add(out.enrolled.data() + i * kDimension, out.enrolled.data() + (i + 2) * kDimension);
  }
  out.note = std::to_string(n - real) + " synthetic embeddings (cosine within a person " + within.text() +
             ", between persons " + between.text() + ")";
  if (real > 0) {
    out.note += ", " + std::to_string(real) + " people of LFW (" + real_within.text() + ", " + real_between.text() +
                "); " + std::to_string(real_probes) + " of " + std::to_string(out.wanted.size()) + " probes of LFW";
  }
  return out;
}

}  // namespace whorl::bench
