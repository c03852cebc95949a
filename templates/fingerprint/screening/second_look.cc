#include "templates/fingerprint/screening/second_look.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

constexpr float kWeaker = 2;        // a likeness takes part from e^-2 of the rarity that a vote asks for
constexpr std::size_t kPairs = 32;  // the rarest
constexpr std::size_t kBases = 8;   // of them say how the prints lie
constexpr float kPairReach = 3.5F;  // steps from where a pair should lie, and more the farther it is from the base
constexpr float kPairStretch = 0.08F;
constexpr int kPairTurn = 20;       // 256ths of a turn
constexpr float kMeetReach = 2.0F;  // the same of minutiae that need not be alike
constexpr float kMeetStretch = 0.05F;
constexpr int kMeetTurn = 16;
constexpr float kMargin = 1.25F;  // steps around the reference's minutiae where the probe's count
constexpr float kMet = 2;         // what a minutia that meets one is worth
constexpr float kAlone = 0.6F;    // and one that meets none

struct Turn {
  float cosine, sine;
};

const std::array<Turn, 256>& turns() {
  static const std::array<Turn, 256> table = [] {
    std::array<Turn, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / 256;
      out[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    }
    return out;
  }();
  return table;
}

int turned(std::uint8_t a, std::uint8_t b) {
  return std::abs(static_cast<std::int8_t>(static_cast<std::uint8_t>(a - b)));
}

float squared(float x) { return x * x; }

// How many bits each of a reference's descriptors shares with one of the probe's.
WHORL_MULTIVERSION
void shared_bits(const std::uint64_t* probe, const ScanRow& reference, int* out) {
  for (std::size_t j = 0; j < reference.minutiae; ++j) {
    out[j] = std::popcount(probe[0] & reference.words[0][j]) + std::popcount(probe[1] & reference.words[1][j]) +
             std::popcount(probe[2] & reference.words[2][j]) + std::popcount(probe[3] & reference.words[3][j]);
  }
}

// Whether any of ScanRow::kPlaces minutiae lies within the reach and turn of a place.
WHORL_MULTIVERSION
bool meets(const float* x, const float* y, const std::int32_t* direction, float at_x, float at_y,
           std::int32_t at_direction, float reach2) {
  constexpr std::int32_t kWholeTurn = 256;
  std::int32_t found = 0;
  for (std::size_t j = 0; j < ScanRow::kPlaces; ++j) {
    const float ex = x[j] - at_x;
    const float ey = y[j] - at_y;
    // From -kMeetTurn to kMeetTurn, wrapped.
    const std::int32_t off = (direction[j] - at_direction + kMeetTurn) & (kWholeTurn - 1);
    found |= static_cast<std::int32_t>(ex * ex + ey * ey < reach2) & static_cast<std::int32_t>(off <= 2 * kMeetTurn);
  }
  return found != 0;
}

}  // namespace

// The reference's minutiae in lanes of one width; beyond them places that nothing meets.
struct SecondLook::Places {
  alignas(64) std::array<float, ScanRow::kPlaces> x;
  alignas(64) std::array<float, ScanRow::kPlaces> y;
  alignas(64) std::array<std::int32_t, ScanRow::kPlaces> direction;
  float right = 0, top = 0;  // where the probe's minutiae count no more; places begin at 0 by how they are made

  explicit Places(const ScanRow& reference) {
    constexpr float kFar = 1e6F;
    const std::size_t n = reference.places;
    for (std::size_t j = 0; j < ScanRow::kPlaces; ++j) {
      x[j] = j < n ? static_cast<float>(reference.x[j]) : kFar;
      y[j] = j < n ? static_cast<float>(reference.y[j]) : kFar;
      direction[j] = j < n ? reference.direction[j] : 0;
    }
    right = static_cast<float>(*std::max_element(reference.x.begin(), reference.x.begin() + n)) + kMargin;
    top = static_cast<float>(*std::max_element(reference.y.begin(), reference.y.begin() + n)) + kMargin;
  }
};

SecondLook::SecondLook(PreparedView probe, const Preselector& fitted)
    : minutiae_(fitted.minutiae().begin(), fitted.minutiae().end()), own_(probe) {}

void SecondLook::find_pairs(const ScanRow& reference, Pairs& pairs) const {
  pairs.clear();
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    const Preselector::ProbeMinutia& m = minutiae_[i];
    std::array<int, ScanRow::kMinutiae> shared;
    shared_bits(m.words, reference, shared.data());
    for (std::size_t j = 0; j < reference.minutiae; ++j) {
      const float likeness = 2.0F * static_cast<float>(shared[j]) / static_cast<float>(m.bits + reference.bits[j]);
      const float weight = (likeness - m.start) * m.votes_per_like + kWeaker;
      if (weight > 0) pairs.push_back({weight, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)});
    }
  }
  const auto rarer = [](const Pair& a, const Pair& b) {
    if (a.weight != b.weight) return a.weight > b.weight;
    return a.probe != b.probe ? a.probe < b.probe : a.reference < b.reference;
  };
  const std::size_t kept = std::min(pairs.size(), kPairs);
  std::partial_sort(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(kept), pairs.end(), rarer);
  pairs.resize(kept);
}

void SecondLook::lay(const ScanRow& reference, const Pair& base, Laid& laid) const {
  const std::size_t from = minutiae_[base.probe].place;
  const std::size_t to = base.reference;
  const auto by = static_cast<std::uint8_t>(reference.direction[to] - own_.direction[from]);
  const auto [cosine, sine] = turns()[by];
  for (std::size_t p = 0; p < own_.places; ++p) {
    const float dx = static_cast<float>(own_.x[p]) - static_cast<float>(own_.x[from]);
    const float dy = static_cast<float>(own_.y[p]) - static_cast<float>(own_.y[from]);
    laid.x[p] = cosine * dx - sine * dy + static_cast<float>(reference.x[to]);
    laid.y[p] = sine * dx + cosine * dy + static_cast<float>(reference.y[to]);
    laid.distance[p] = std::sqrt(dx * dx + dy * dy);
    laid.direction[p] = static_cast<std::uint8_t>(own_.direction[p] + by);
  }
}

float SecondLook::agreeing(const ScanRow& reference, const Pairs& pairs, const Laid& laid) const {
  std::uint64_t probe_taken = 0;
  std::uint64_t reference_taken = 0;
  float sum = 0;
  for (const Pair& pair : pairs) {
    const std::uint64_t probe_bit = std::uint64_t{1} << pair.probe;
    const std::uint64_t reference_bit = std::uint64_t{1} << pair.reference;
    if ((probe_taken & probe_bit) != 0 || (reference_taken & reference_bit) != 0) continue;
    const std::size_t p = minutiae_[pair.probe].place;
    const std::size_t r = pair.reference;
    if (turned(reference.direction[r], laid.direction[p]) > kPairTurn) continue;
    const float off2 = squared(laid.x[p] - static_cast<float>(reference.x[r])) +
                       squared(laid.y[p] - static_cast<float>(reference.y[r]));
    if (off2 > squared(kPairReach + kPairStretch * laid.distance[p])) continue;
    probe_taken |= probe_bit;
    reference_taken |= reference_bit;
    sum += pair.weight;
  }
  return sum;
}

float SecondLook::met(const Places& to, const Laid& laid) const {
  float worth = 0;
  for (std::size_t p = 0; p < own_.places; ++p) {
    if (laid.x[p] < -kMargin || laid.x[p] > to.right || laid.y[p] < -kMargin || laid.y[p] > to.top) continue;
    const float reach2 = squared(kMeetReach + kMeetStretch * laid.distance[p]);
    const bool one =
        meets(to.x.data(), to.y.data(), to.direction.data(), laid.x[p], laid.y[p], laid.direction[p], reach2);
    worth += one ? kMet : -kAlone;
  }
  return worth;
}

float SecondLook::score(const ScanRow& reference) const {
  static thread_local Pairs pairs;
  find_pairs(reference, pairs);
  if (pairs.empty()) return 0;
  float best = 0;
  Laid laid;
  const Places places(reference);
  for (std::size_t b = 0; b < std::min(pairs.size(), kBases); ++b) {
    lay(reference, pairs[b], laid);
    best = std::max(best, agreeing(reference, pairs, laid) + met(places, laid));
  }
  return best;
}

}  // namespace whorl::fingerprint
