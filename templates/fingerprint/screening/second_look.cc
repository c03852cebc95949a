#include "templates/fingerprint/screening/second_look.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

#include "base/intrinsics.h"

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

// How far each of a reference's descriptors is alike beyond what a vote asks for, in powers of e of rarity; returns the
// set of those that take part, bit j for descriptor j. Beyond the described ones both mean nothing.
WHORL_MULTIVERSION
std::uint32_t rarities(const Preselector::ProbeMinutia& m, const ScanRow& reference, float* out) {
  const std::uint64_t words[4] = {m.words[0], m.words[1], m.words[2], m.words[3]};
  const auto own_bits = static_cast<std::int32_t>(m.bits);
  const float start = m.start, worth = m.votes_per_like;
  std::int32_t shared[ScanRow::kMinutiae], of_both[ScanRow::kMinutiae];
  for (std::size_t j = 0; j < ScanRow::kMinutiae; ++j) {
    const int all = std::popcount(words[0] & reference.words[0][j]) + std::popcount(words[1] & reference.words[1][j]) +
                    std::popcount(words[2] & reference.words[2][j]) + std::popcount(words[3] & reference.words[3][j]);
    shared[j] = std::min(all, ScanRow::kMostBits);
    of_both[j] = own_bits + reference.bits[j];
  }
  float rarity[ScanRow::kMinutiae];
  for (std::size_t j = 0; j < ScanRow::kMinutiae; ++j) {
    const float likeness = 2.0F * static_cast<float>(shared[j]) / static_cast<float>(of_both[j]);
    rarity[j] = (likeness - start) * worth;
  }
  std::uint32_t set = 0;
  for (std::uint32_t j = 0; j < ScanRow::kMinutiae; ++j) set |= static_cast<std::uint32_t>(rarity[j] > -kWeaker) << j;
  std::copy_n(rarity, ScanRow::kMinutiae, out);
  return set;
}

#ifdef WHORL_AVX512_POPCOUNT
// The same, eight at a time.
WHORL_AVX512_POPCOUNT
std::uint32_t rarities_by_eights(const Preselector::ProbeMinutia& m, const ScanRow& reference, float* out) {
  static_assert(ScanRow::kMinutiae % 8 == 0);
  std::uint32_t set = 0;
  for (std::size_t j = 0; j < ScanRow::kMinutiae; j += 8) {
    __m512i in[4];
    for (std::size_t w = 0; w < 4; ++w) {
      const __m512i own = _mm512_set1_epi64(static_cast<long long>(m.words[w]));
      in[w] = _mm512_popcnt_epi64(_mm512_and_si512(own, _mm512_load_si512(reference.words[w].data() + j)));
    }
    const __m512i all = _mm512_add_epi64(_mm512_add_epi64(in[0], in[1]), _mm512_add_epi64(in[2], in[3]));
    const __m512i shared = _mm512_min_epu64(all, _mm512_set1_epi64(ScanRow::kMostBits));
    const __m256i bits =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(reference.bits.data() + j)));
    const __m256i of_both = _mm256_add_epi32(bits, _mm256_set1_epi32(static_cast<int>(m.bits)));
    const __m256 twice = _mm256_mul_ps(_mm256_set1_ps(2), _mm256_cvtepi32_ps(_mm512_cvtepi64_epi32(shared)));
    const __m256 likeness = _mm256_div_ps(twice, _mm256_cvtepi32_ps(of_both));
    const __m256 rarity =
        _mm256_mul_ps(_mm256_sub_ps(likeness, _mm256_set1_ps(m.start)), _mm256_set1_ps(m.votes_per_like));
    _mm256_storeu_ps(out + j, rarity);
    set |= static_cast<std::uint32_t>(_mm256_cmp_ps_mask(rarity, _mm256_set1_ps(-kWeaker), _CMP_GT_OQ)) << j;
  }
  return set;
}

WHORL_AVX2
__m256i eight_wide(const std::uint8_t* bytes) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes)));
}

// The same of a row that is turned.
WHORL_AVX2
std::uint32_t rarities_by_turning(const Preselector::ProbeMinutia& m, const HalfBytes& own, const ScanRow& reference,
                                  const TurnedRow& turned, float* out) {
  alignas(32) std::array<std::uint8_t, TurnedRow::kLanes> common;
  _mm256_store_si256(reinterpret_cast<__m256i*>(common.data()), bits_in_common(own, turned));
  std::uint32_t set = 0;
  for (std::size_t j = 0; j < ScanRow::kMinutiae; j += 8) {
    const __m256 shared = _mm256_cvtepi32_ps(eight_wide(common.data() + j));
    const __m256i of_both =
        _mm256_add_epi32(eight_wide(reference.bits.data() + j), _mm256_set1_epi32(static_cast<int>(m.bits)));
    const __m256 likeness = _mm256_div_ps(_mm256_mul_ps(_mm256_set1_ps(2), shared), _mm256_cvtepi32_ps(of_both));
    const __m256 rarity =
        _mm256_mul_ps(_mm256_sub_ps(likeness, _mm256_set1_ps(m.start)), _mm256_set1_ps(m.votes_per_like));
    _mm256_storeu_ps(out + j, rarity);
    const __m256 partakes = _mm256_cmp_ps(rarity, _mm256_set1_ps(-kWeaker), _CMP_GT_OQ);
    set |= static_cast<std::uint32_t>(_mm256_movemask_ps(partakes)) << j;
  }
  return set;
}
#endif

// Where the reference's minutiae lie; the probe's count there alone.
struct Frame {
  float right = 0, top = 0;  // places begin at 0 by how they are made

  explicit Frame(const ScanRow& reference)
      : right(static_cast<float>(*std::max_element(reference.x.begin(), reference.x.begin() + reference.places))),
        top(static_cast<float>(*std::max_element(reference.y.begin(), reference.y.begin() + reference.places))) {}
  [[nodiscard]] bool holds(float x, float y) const {
    return x >= -kMargin && x <= right + kMargin && y >= -kMargin && y <= top + kMargin;
  }
};

// The reference's minutiae in lanes, by sixteenths of a turn. Which of them may have a direction is one run of lanes.
struct Sorted {
  static constexpr std::size_t kLanes = 8;  // looked at together
  static constexpr std::size_t kParts = 16;
  static constexpr std::size_t kMost = 2 * ScanRow::kPlaces + kLanes;  // the first and the last part stand twice
  static_assert(kMeetTurn <= 256 / static_cast<int>(kParts));

  alignas(64) std::array<float, kMost> x;
  alignas(64) std::array<float, kMost> y;
  alignas(64) std::array<std::int32_t, kMost> direction;
  std::array<std::uint8_t, kParts + 3> begin;  // of the last part, all in order, the first; and the end

  explicit Sorted(const ScanRow& reference) {
    std::array<std::uint8_t, kParts> counts{};
    for (std::size_t j = 0; j < reference.places; ++j) ++counts[part_of(reference.direction[j])];
    std::array<std::uint8_t, kParts + 2> at;
    std::size_t end = 0;
    for (std::size_t e = 0; e < at.size(); ++e) {
      begin[e] = at[e] = static_cast<std::uint8_t>(end);
      end += counts[(e + kParts - 1) % kParts];
    }
    begin.back() = static_cast<std::uint8_t>(end);
    for (std::size_t j = 0; j < reference.places; ++j) {
      const std::size_t part = part_of(reference.direction[j]);
      put(at[part + 1]++, reference, j);
      if (part == 0) put(at[kParts + 1]++, reference, j);
      if (part == kParts - 1) put(at[0]++, reference, j);
    }
    constexpr float kFar = 1e6F;  // nothing meets it
    std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(end), kLanes, kFar);
    std::fill_n(y.begin() + static_cast<std::ptrdiff_t>(end), kLanes, kFar);
    std::fill_n(direction.begin() + static_cast<std::ptrdiff_t>(end), kLanes, 0);
  }
  static std::size_t part_of(std::uint8_t at) { return at / (256 / kParts); }

 private:
  void put(std::size_t at, const ScanRow& reference, std::size_t j) {
    x[at] = reference.x[j];
    y[at] = reference.y[j];
    direction[at] = reference.direction[j];
  }
};

using Floats [[gnu::vector_size(Sorted::kLanes * sizeof(float))]] = float;
using Wholes [[gnu::vector_size(Sorted::kLanes * sizeof(std::int32_t))]] = std::int32_t;

// Whether any lane is not 0.
[[gnu::always_inline]] inline bool any(const Wholes& lanes) {
  std::uint64_t pairs[Sorted::kLanes / 2];
  std::memcpy(pairs, &lanes, sizeof lanes);
  std::uint64_t all = 0;
  for (const std::uint64_t pair : pairs) all |= pair;
  return all != 0;
}

// Some of the probe's minutiae laid on the reference.
struct Lie {
  const float* x;
  const float* y;
  const std::uint8_t* direction;
  const float* reach2;
  std::size_t places;
};

// What it is worth that they meet the reference's or meet none; anything not above `least` where it is no more.
WHORL_MULTIVERSION
float worth_of_meeting(const Lie& lie, const Sorted& to, const Frame& frame, float least) {
  float worth = 0;
  for (std::size_t p = 0; p < lie.places; ++p) {
    if (worth + kMet * static_cast<float>(lie.places - p) <= least) return worth;
    const float at_x = lie.x[p], at_y = lie.y[p], reach2 = lie.reach2[p];
    if (!frame.holds(at_x, at_y)) continue;
    const std::size_t part = Sorted::part_of(lie.direction[p]);
    Wholes met{};
    // Lanes after the run are looked at, too: minutiae all the same, or far from everything.
    for (std::size_t first = to.begin[part]; first < to.begin[part + 3]; first += Sorted::kLanes) {
      Floats x, y;
      Wholes direction;
      std::memcpy(&x, to.x.data() + first, sizeof x);
      std::memcpy(&y, to.y.data() + first, sizeof y);
      std::memcpy(&direction, to.direction.data() + first, sizeof direction);
      const Floats ex = x - at_x, ey = y - at_y;
      // From -kMeetTurn to kMeetTurn, wrapped.
      const Wholes off = (direction - (lie.direction[p] - kMeetTurn)) & 255;
      met |= (ex * ex + ey * ey < reach2) & (off <= 2 * kMeetTurn);
    }
    worth += any(met) ? kMet : -kAlone;
  }
  return worth;
}

}  // namespace

SecondLook::SecondLook(PreparedView probe, const Preselector& fitted)
    : minutiae_(fitted.minutiae()),
#ifdef WHORL_AVX2
      half_bytes_(fitted.half_bytes()),
#endif
      own_(probe),
      around_(minutiae_.size()) {
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    const std::size_t from = minutiae_[i].place;
    Around& to = around_[i];
    for (std::size_t p = 0; p < own_.places; ++p) {
      to.dx[p] = static_cast<float>(own_.x[p]) - static_cast<float>(own_.x[from]);
      to.dy[p] = static_cast<float>(own_.y[p]) - static_cast<float>(own_.y[from]);
      const float distance = std::sqrt(to.dx[p] * to.dx[p] + to.dy[p] * to.dy[p]);
      to.pair_reach2[p] = squared(kPairReach + kPairStretch * distance);
      to.meet_reach2[p] = squared(kMeetReach + kMeetStretch * distance);
    }
  }
}

template <class RaritiesOf>
void SecondLook::collect_by(const ScanRow& reference, const RaritiesOf& rarities_of, Pairs& pairs) const {
  std::array<float, ScanRow::kMinutiae> rarity;
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    for (std::uint32_t set = rarities_of(i, rarity.data()) & reference.described(); set != 0; set &= set - 1) {
      const auto j = static_cast<std::uint8_t>(std::countr_zero(set));
      pairs.push_back({rarity[j] + kWeaker, static_cast<std::uint8_t>(i), j});
    }
  }
}

void SecondLook::collect(const ScanRow& reference, Pairs& pairs) const {
#ifdef WHORL_AVX512_POPCOUNT
  if (has_avx512_popcount()) {
    const auto of = [&](std::size_t i, float* out) { return rarities_by_eights(minutiae_[i], reference, out); };
    return collect_by(reference, of, pairs);
  }
  if (has_avx2()) {
    const TurnedRow turned(reference);
    const auto of = [&](std::size_t i, float* out) {
      return rarities_by_turning(minutiae_[i], half_bytes_[i], reference, turned, out);
    };
    return collect_by(reference, of, pairs);
  }
#endif
  collect_by(
      reference, [&](std::size_t i, float* out) { return rarities(minutiae_[i], reference, out); }, pairs);
}

void SecondLook::find_pairs(const ScanRow& reference, Pairs& pairs) const {
  pairs.clear();
  collect(reference, pairs);
  const auto rarer = [](const Pair& a, const Pair& b) {
    if (a.weight != b.weight) return a.weight > b.weight;
    return a.probe != b.probe ? a.probe < b.probe : a.reference < b.reference;
  };
  const std::size_t kept = std::min(pairs.size(), kPairs);
  std::partial_sort(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(kept), pairs.end(), rarer);
  pairs.resize(kept);
}

void SecondLook::lay(const ScanRow& reference, const Pair& base, Laid& laid) const {
  const Around& around = around_[base.probe];
  laid.around = &around;
  const std::size_t to = base.reference;
  const auto by = static_cast<std::uint8_t>(reference.direction[to] - own_.direction[minutiae_[base.probe].place]);
  const auto [cosine, sine] = turns()[by];
  const float to_x = reference.x[to], to_y = reference.y[to];
  for (std::size_t p = 0; p < ScanRow::kPlaces; ++p) {
    laid.x[p] = cosine * around.dx[p] - sine * around.dy[p] + to_x;
    laid.y[p] = sine * around.dx[p] + cosine * around.dy[p] + to_y;
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
    if (off2 > laid.around->pair_reach2[p]) continue;
    probe_taken |= probe_bit;
    reference_taken |= reference_bit;
    sum += pair.weight;
  }
  return sum;
}

float SecondLook::met_plainly(const ScanRow& reference, const Laid& laid) const {
  const Frame frame(reference);
  float worth = 0;
  for (std::size_t p = 0; p < own_.places; ++p) {
    if (!frame.holds(laid.x[p], laid.y[p])) continue;
    bool one = false;
    for (std::size_t j = 0; j < reference.places && !one; ++j) {
      const float off2 = squared(static_cast<float>(reference.x[j]) - laid.x[p]) +
                         squared(static_cast<float>(reference.y[j]) - laid.y[p]);
      one = off2 < laid.around->meet_reach2[p] && turned(reference.direction[j], laid.direction[p]) <= kMeetTurn;
    }
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
  const Sorted sorted(reference);
  const Frame frame(reference);
  for (std::size_t b = 0; b < std::min(pairs.size(), kBases); ++b) {
    lay(reference, pairs[b], laid);
    const float agree = agreeing(reference, pairs, laid);
    const Lie lie{laid.x.data(), laid.y.data(), laid.direction.data(), laid.around->meet_reach2.data(), own_.places};
    best = std::max(best, agree + worth_of_meeting(lie, sorted, frame, best - agree));
  }
  return best;
}

float SecondLook::score_plainly(const ScanRow& reference) const {
  Pairs pairs;
  find_pairs(reference, pairs);
  float best = 0;
  Laid laid;
  for (std::size_t b = 0; b < std::min(pairs.size(), kBases); ++b) {
    lay(reference, pairs[b], laid);
    best = std::max(best, agreeing(reference, pairs, laid) + met_plainly(reference, laid));
  }
  return best;
}

}  // namespace whorl::fingerprint
