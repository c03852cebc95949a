#include "templates/fingerprint/preselect.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "templates/fingerprint/prepared.h"
#include "templates/fingerprint/simd.h"

#ifdef WHORL_AVX512_POPCOUNT
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12's own _mm512_undefined
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

namespace whorl::fingerprint {
namespace {

constexpr double kVotingShare = 0.02;            // of strangers reach the likeness from which a minutia votes
constexpr double kTailShare = kVotingShare / 5;  // the tail is fitted through this share as well
constexpr std::uint32_t kFewStrangers = 250;
constexpr float kTypicalStart = 0.60F;
constexpr float kTypicalPerVote = 1 / 0.03F;
constexpr float kLeastStart = 0.3F;
constexpr float kLeastScale = 0.01F;      // no tail falls more steeply than by e in this much likeness
constexpr std::size_t kFewMinutiae = 10;  // fewer are no easier to gather votes with

// A cylinder in four words: the two layers either side of direction difference pi share one.
struct Folded {
  std::uint64_t words[4];
  std::uint64_t bits;
};

Folded folded(const CylinderTable& table, std::size_t i) {
  const auto layer = [&](std::size_t k) { return load<std::uint64_t>(table.words(), k * table.size() + i); };
  Folded out{{layer(0) | layer(1), layer(2), layer(3), layer(4) | layer(5)}, 0};
  for (const std::uint64_t word : out.words) out.bits += static_cast<std::uint64_t>(std::popcount(word));
  return out;
}

float likeness(std::uint64_t common, std::uint64_t bits_a, std::uint64_t bits_b) {
  return bits_a + bits_b == 0 ? 0.0F
                              : 2.0F * static_cast<float>(common) / static_cast<float>(bits_a + bits_b);
}

// Many minutiae find likes by chance.
float scaled(float votes, std::size_t reference_minutiae) {
  return votes / std::sqrt(static_cast<float>(
                     std::clamp(reference_minutiae, kFewMinutiae, Preselector::kReferenceMinutiae)));
}

}  // namespace

Preselector::Preselector(PreparedView probe) {
  const CylinderTable table = cylinders_of(probe);
  for (std::size_t i = 0; i < table.size() && minutiae_.size() < kProbeMinutiae; ++i) {
    const Folded f = folded(table, i);
    if (f.bits == 0) continue;
    minutiae_.push_back({{f.words[0], f.words[1], f.words[2], f.words[3]}, f.bits});
  }
  seen_.resize(minutiae_.size() * kLevels);
}

WHORL_MULTIVERSION
Preselector::Best Preselector::best_plainly(const CylinderTable& reference) const {
  Best best{};
  for (std::size_t j = 0; j < std::min(reference.size(), kReferenceMinutiae); ++j) {
    const Folded r = folded(reference, j);
    for (std::size_t i = 0; i < minutiae_.size(); ++i) {
      int common = 0;
      for (std::size_t w = 0; w < 4; ++w) common += std::popcount(minutiae_[i].words[w] & r.words[w]);
      best[i] = std::max(best[i], likeness(static_cast<std::uint64_t>(common), minutiae_[i].bits, r.bits));
    }
  }
  return best;
}

#ifdef WHORL_AVX512_POPCOUNT
WHORL_AVX512_POPCOUNT
void Preselector::best_by_eights(const CylinderTable& reference, std::size_t begin, std::size_t end, Best& best) const {
  const std::size_t n = std::min(reference.size(), kReferenceMinutiae);
  for (std::size_t j = 0; j < n; j += 8) {
    const auto lanes = static_cast<__mmask8>(n - j >= 8 ? 255U : (1U << (n - j)) - 1);
    const std::byte* at = reference.words() + j * sizeof(std::uint64_t);
    __m512i r[kCylinderLayers];
    for (std::size_t k = 0; k < kCylinderLayers; ++k) {
      r[k] = _mm512_maskz_loadu_epi64(lanes, at + k * reference.size() * sizeof(std::uint64_t));
    }
    const __m512i words[4] = {_mm512_or_si512(r[0], r[1]), r[2], r[3], _mm512_or_si512(r[4], r[5])};
    const __m512i bits =
        _mm512_add_epi64(_mm512_add_epi64(_mm512_popcnt_epi64(words[0]), _mm512_popcnt_epi64(words[1])),
                         _mm512_add_epi64(_mm512_popcnt_epi64(words[2]), _mm512_popcnt_epi64(words[3])));
    const __m512i scaled_bits = _mm512_slli_epi64(bits, 8);
    for (std::size_t i = begin; i < end; ++i) {
      const ProbeMinutia& m = minutiae_[i];
      __m512i in[4];
      for (std::size_t w = 0; w < 4; ++w)
        in[w] = _mm512_popcnt_epi64(
            _mm512_and_si512(_mm512_set1_epi64(static_cast<long long>(m.words[w])), words[w]));
      const __m512i common = _mm512_add_epi64(_mm512_add_epi64(in[0], in[1]), _mm512_add_epi64(in[2], in[3]));
      const __m512i left =
          _mm512_sub_epi64(_mm512_mul_epu32(common, _mm512_set1_epi64(static_cast<long long>(m.factor))),
                           _mm512_set1_epi64(static_cast<long long>(m.offset)));
      const __mmask8 voters = _mm512_mask_cmpge_epi64_mask(lanes, left, scaled_bits);
      if (voters == 0) continue;
      alignas(64) std::uint64_t shared[8];
      alignas(64) std::uint64_t theirs[8];
      _mm512_store_si512(shared, common);
      _mm512_store_si512(theirs, bits);
      for (unsigned rest = voters; rest != 0; rest &= rest - 1) {
        const auto lane = static_cast<std::size_t>(std::countr_zero(rest));
        best[i] = std::max(best[i], likeness(shared[lane], m.bits, theirs[lane]));
      }
    }
  }
}

float Preselector::votes_by_eights(const CylinderTable& reference) const {
  Best best{};
  best_by_eights(reference, 0, first(), best);
  const float early = sum(best, 0, first());
  if (early <= 0) return 0;
  best_by_eights(reference, first(), minutiae_.size(), best);
  return scaled(early + sum(best, first(), minutiae_.size()), reference.size());
}
#endif

void Preselector::observe(PreparedView stranger) {
  const Best best = best_plainly(cylinders_of(stranger));
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    ++seen_[i * kLevels + static_cast<std::size_t>(best[i] * (kLevels - 1))];
  }
  ++strangers_;
}

// The likeness that a share of the strangers reach: the middle of their level.
float Preselector::reached_by(double share, std::size_t minutia) const {
  const std::uint32_t* seen = seen_.data() + minutia * kLevels;
  const double wanted = std::max(1.0, share * strangers_);
  double reached = 0;
  int level = kLevels - 1;
  for (; level > 0; --level) {
    reached += seen[level];
    if (reached >= wanted) break;
  }
  return (static_cast<float>(level) + 0.5F) / (kLevels - 1);
}

void Preselector::settle() {
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    ProbeMinutia& m = minutiae_[i];
    m.start = kTypicalStart;
    m.votes_per_like = kTypicalPerVote;
    if (strangers_ >= kFewStrangers) {
      m.start = reached_by(kVotingShare, i);
      const float beyond = std::max(reached_by(kTailShare, i) - m.start, 0.0F);
      m.votes_per_like =
          1 / std::max(beyond / static_cast<float>(std::log(kVotingShare / kTailShare)), kLeastScale);
    }
    m.start = std::max(m.start, kLeastStart);
    m.factor = static_cast<std::uint64_t>(std::ceil(2 * 256 / m.start));
    m.offset = m.bits * 256;
  }
}

std::size_t Preselector::first() const {
  return strangers_ < kFewStrangers ? minutiae_.size() : std::min(kFirstMinutiae, minutiae_.size());
}

float Preselector::sum(const Best& best, std::size_t begin, std::size_t end) const {
  float votes = 0;
  for (std::size_t i = begin; i < end; ++i) {
    votes += std::max(0.0F, best[i] - minutiae_[i].start) * minutiae_[i].votes_per_like;
  }
  return votes;
}

float Preselector::votes(PreparedView reference) const {
#ifdef WHORL_AVX512_POPCOUNT
  if (has_avx512_popcount()) return votes_by_eights(cylinders_of(reference));
#endif
  return votes_plainly(reference);
}

float Preselector::votes_plainly(PreparedView reference) const {
  const CylinderTable table = cylinders_of(reference);
  const Best best = best_plainly(table);
  const float early = sum(best, 0, first());
  return early <= 0 ? 0 : scaled(early + sum(best, first(), minutiae_.size()), table.size());
}

void Preselector::prefetch_header(PreparedView reference) { __builtin_prefetch(reference.bytes().data()); }

void Preselector::prefetch(PreparedView reference) {
  constexpr std::size_t kLine = 64;
  const CylinderTable table = cylinders_of(reference);
  const std::size_t bytes = std::min(table.size(), kReferenceMinutiae) * sizeof(std::uint64_t);
  for (std::size_t layer = 0; layer < kCylinderLayers; ++layer) {
    const std::byte* const at = table.words() + layer * table.size() * sizeof(std::uint64_t);
    for (std::size_t offset = 0; offset < bytes; offset += kLine) __builtin_prefetch(at + offset);
    if (bytes > 0) __builtin_prefetch(at + bytes - 1);
  }
}

}  // namespace whorl::fingerprint
