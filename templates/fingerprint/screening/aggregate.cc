#include "templates/fingerprint/screening/aggregate.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include "base/simd.h"

namespace whorl::fingerprint {

std::span<const std::uint8_t> shipped_aggregate_bytes();  // made by CMake from aggregate.bin

namespace {

constexpr std::size_t kBits = 256;
constexpr std::size_t kComponents = 128;  // of a descriptor
constexpr std::size_t kCentroids = 64;
constexpr std::size_t kSums = kCentroids * kComponents;
constexpr float kTooSmallShare = 1e-6F;
constexpr float kNothing = 1e-6F;  // as in train_aggregate.py

struct Constants {
  float softness = 0;
  std::vector<float> mean, rotation, centroids, centre, codebook;
  std::vector<float> weights;  // a row of kSums a component of the vector
  std::vector<float> start;    // what no set bit becomes
  std::vector<float> squares;  // of each centroid's length
  std::vector<float> centre_weighed;

  explicit Constants(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    std::array<std::uint32_t, 4> sizes{};
    take(sizes.data(), sizes.size());
    if (sizes != std::array<std::uint32_t, 4>{kBits, kComponents, kCentroids, kAggregateDimension}) std::abort();
    take(&softness, 1);
    std::vector<float> steps;
    take(mean, kBits);
    take(rotation, kBits * kComponents);
    take(centroids, kSums);
    take(centre, kSums);
    take(steps, kAggregateDimension);
    take(codebook, kAggregateDimension * kAggregateValues);
    std::vector<std::int8_t> stepped;
    take(stepped, kAggregateDimension * kSums);
    if (!bytes_.empty()) std::abort();
    weights.resize(stepped.size());
    for (std::size_t i = 0; i < stepped.size(); ++i) weights[i] = static_cast<float>(stepped[i]) * steps[i / kSums];
    derive();
  }

 private:
  template <class T>
  void take(T* out, std::size_t count) {
    if (bytes_.size() < count * sizeof(T)) std::abort();
    std::memcpy(out, bytes_.data(), count * sizeof(T));
    bytes_ = bytes_.subspan(count * sizeof(T));
  }
  template <class T>
  void take(std::vector<T>& out, std::size_t count) {
    out.resize(count);
    take(out.data(), count);
  }

  void derive() {
    start.assign(kComponents, 0);
    for (std::size_t bit = 0; bit < kBits; ++bit) {
      for (std::size_t c = 0; c < kComponents; ++c) start[c] -= mean[bit] * rotation[bit * kComponents + c];
    }
    squares.assign(kCentroids, 0);
    for (std::size_t i = 0; i < kSums; ++i) squares[i / kComponents] += centroids[i] * centroids[i];
    centre_weighed.assign(kAggregateDimension, 0);
    for (std::size_t i = 0; i < weights.size(); ++i) centre_weighed[i / kSums] += weights[i] * centre[i % kSums];
  }

  std::span<const std::uint8_t> bytes_;
};

const Constants& constants() {
  static const Constants out(shipped_aggregate_bytes());
  return out;
}

constexpr std::size_t kLanes = 16;
using Lane = float __attribute__((vector_size(kLanes * sizeof(float))));

WHORL_MULTIVERSION
float product(const float* a, const float* b, std::size_t n) {
  Lane sum{};
  for (std::size_t i = 0; i < n; i += kLanes) {
    Lane x;
    Lane y;
    std::memcpy(&x, a + i, sizeof x);
    std::memcpy(&y, b + i, sizeof y);
    sum += x * y;
  }
  float out = 0;
  for (std::size_t k = 0; k < kLanes; ++k) out += sum[k];
  return out;
}

// out += factor * (a - b)
WHORL_MULTIVERSION
void add_difference(const float* a, const float* b, float factor, float* out) {
  for (std::size_t c = 0; c < kComponents; ++c) out[c] += factor * (a[c] - b[c]);
}

WHORL_MULTIVERSION
void add(const float* a, float* out) {
  for (std::size_t c = 0; c < kComponents; ++c) out[c] += a[c];
}

using Components = std::array<float, kComponents>;

Components components_of(const Constants& by, const ScanRow& row, std::size_t minutia) {
  Components out;
  std::copy(by.start.begin(), by.start.end(), out.begin());
  for (std::size_t w = 0; w < row.words.size(); ++w) {
    for (std::uint64_t word = row.words[w][minutia]; word != 0; word &= word - 1) {
      const std::size_t bit = w * 64 + static_cast<std::size_t>(std::countr_zero(word));
      add(by.rotation.data() + bit * kComponents, out.data());
    }
  }
  return out;
}

void share_out(const Constants& by, const Components& of, std::vector<float>& sums) {
  std::array<float, kCentroids> shares{};
  for (std::size_t k = 0; k < kCentroids; ++k) {
    shares[k] = by.squares[k] - 2 * product(of.data(), by.centroids.data() + k * kComponents, kComponents);
  }
  const float nearest = *std::min_element(shares.begin(), shares.end());
  float all = 0;
  for (float& share : shares) all += share = std::exp((nearest - share) / by.softness);
  for (std::size_t k = 0; k < kCentroids; ++k) {
    const float share = shares[k] / all;
    if (share < kTooSmallShare) continue;
    add_difference(of.data(), by.centroids.data() + k * kComponents, share, sums.data() + k * kComponents);
  }
}

// Signed roots; each centroid's part of length 1, and all together, too.
void even_out(std::vector<float>& sums) {
  float all = 0;
  for (std::size_t k = 0; k < kCentroids; ++k) {
    const auto part = std::span(sums).subspan(k * kComponents, kComponents);
    float length = 0;
    for (float& value : part) {
      value = std::copysign(std::sqrt(std::fabs(value)), value);
      length += value * value;
    }
    length = std::sqrt(length) + kNothing;
    for (float& value : part) {
      value /= length;
      all += value * value;
    }
  }
  const float length = std::sqrt(all) + kNothing;
  for (float& value : sums) value /= length;
}

template <class Number>
Aggregate of_length_1(const std::array<Number, kAggregateDimension>& values) {
  Number square = 0;
  for (const Number value : values) square += value * value;
  Aggregate out{};
  if (!(square > 0)) return out;
  const Number length = std::sqrt(square);
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = static_cast<float>(values[i] / length);
  return out;
}

std::size_t described(const ScanRow& row) { return std::min<std::size_t>(row.minutiae, ScanRow::kMinutiae); }

}  // namespace

Aggregate aggregated(const ScanRow& row) {
  if (described(row) == 0) return {};
  const Constants& by = constants();
  std::vector<float> sums(kSums);
  for (std::size_t m = 0; m < described(row); ++m) share_out(by, components_of(by, row, m), sums);
  even_out(sums);
  std::array<float, kAggregateDimension> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = product(sums.data(), by.weights.data() + i * kSums, kSums) - by.centre_weighed[i];
  }
  return of_length_1(out);
}

Aggregate aggregated_plainly(const ScanRow& row) {
  if (described(row) == 0) return {};
  const Constants& by = constants();
  std::vector<double> sums(kSums);
  for (std::size_t m = 0; m < described(row); ++m) {
    std::vector<double> of(kComponents);
    for (std::size_t c = 0; c < kComponents; ++c) {
      for (std::size_t bit = 0; bit < kBits; ++bit) {
        const double is_set = static_cast<double>(row.words[bit / 64][m] >> (bit % 64) & 1);
        of[c] += (is_set - static_cast<double>(by.mean[bit])) * static_cast<double>(by.rotation[bit * kComponents + c]);
      }
    }
    std::vector<double> shares(kCentroids);
    for (std::size_t i = 0; i < kSums; ++i) {
      const double apart = of[i % kComponents] - static_cast<double>(by.centroids[i]);
      shares[i / kComponents] += apart * apart;
    }
    const double nearest = *std::min_element(shares.begin(), shares.end());
    double all = 0;
    for (double& share : shares) all += share = std::exp((nearest - share) / static_cast<double>(by.softness));
    for (std::size_t i = 0; i < kSums; ++i) {
      sums[i] += shares[i / kComponents] / all * (of[i % kComponents] - static_cast<double>(by.centroids[i]));
    }
  }
  std::vector<double> lengths(kCentroids);
  for (std::size_t i = 0; i < kSums; ++i) lengths[i / kComponents] += std::fabs(sums[i]);
  double all = 0;
  for (std::size_t i = 0; i < kSums; ++i) {
    sums[i] = std::copysign(std::sqrt(std::fabs(sums[i])), sums[i]) / (std::sqrt(lengths[i / kComponents]) + 1e-6);
    all += sums[i] * sums[i];
  }
  std::array<double, kAggregateDimension> out{};
  for (std::size_t i = 0; i < out.size() * kSums; ++i) {
    const double value = sums[i % kSums] / (std::sqrt(all) + 1e-6) - static_cast<double>(by.centre[i % kSums]);
    out[i / kSums] += value * static_cast<double>(by.weights[i]);
  }
  return of_length_1(out);
}

std::span<const float> aggregate_codebook() { return constants().codebook; }

AggregateCode code_of(const Aggregate& aggregate) {
  const auto values = aggregate_codebook();
  AggregateCode out{};
  for (std::size_t pair = 0; pair < kAggregateDimension / kAggregateCoded; ++pair) {
    const float* const of = aggregate.data() + pair * kAggregateCoded;
    std::size_t nearest = 0;
    float least = std::numeric_limits<float>::max();
    for (std::size_t v = 0; v < kAggregateValues; ++v) {
      const float* const value = values.data() + (pair * kAggregateValues + v) * kAggregateCoded;
      const float apart = (of[0] - value[0]) * (of[0] - value[0]) + (of[1] - value[1]) * (of[1] - value[1]);
      if (apart < least) {
        least = apart;
        nearest = v;
      }
    }
    out[pair / 2] = static_cast<std::uint8_t>(out[pair / 2] | nearest << (pair % 2 * 4));
  }
  return out;
}

}  // namespace whorl::fingerprint
