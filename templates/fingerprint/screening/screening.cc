#include "templates/fingerprint/screening/screening.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/bit_counts.h"
#include "base/intrinsics.h"

namespace whorl::fingerprint {
namespace {

constexpr double kVotingShare = 0.02;            // of non-mated prints reach the likeness from which a minutia votes
constexpr double kTailShare = kVotingShare / 5;  // the tail is fitted through this share as well
constexpr std::uint32_t kFewNonMated = 250;
constexpr float kTypicalStart = 0.60F;
constexpr float kTypicalPerVote = 1 / 0.03F;
constexpr float kLeastStart = 0.3F;
constexpr float kLeastScale = 0.01F;      // no tail falls more steeply than by e in this much likeness
constexpr std::size_t kFewMinutiae = 10;  // a print with fewer counts as if it had these

float likeness(std::uint64_t common, std::uint64_t bits_a, std::uint64_t bits_b) {
  return bits_a + bits_b == 0 ? 0.0F : 2.0F * static_cast<float>(common) / static_cast<float>(bits_a + bits_b);
}

// Divided by the root of the number of minutiae: many find likes by chance.
float scaled(float votes, std::size_t reference_minutiae) {
  return votes / std::sqrt(static_cast<float>(std::max(reference_minutiae, kFewMinutiae)));
}

}  // namespace

Preselector::Preselector(PreparedView probe) {
  const ScanRow row(probe);
  for (std::size_t i = 0; i < row.minutiae && minutiae_.size() < kProbeMinutiae; ++i) {
    if (row.bits[i] == 0) continue;
    ProbeMinutia m;
    for (std::size_t w = 0; w < 4; ++w) m.words[w] = row.words[w][i];
    m.bits = row.bits[i];
    m.place = static_cast<std::uint8_t>(i);
    minutiae_.push_back(m);
  }
  seen_.resize(minutiae_.size() * kLevels);
}

WHORL_MULTIVERSION
Preselector::Best Preselector::best_plainly(const ScanRow& reference) const {
  Best best{};
  for (std::size_t j = 0; j < reference.minutiae; ++j) {
    for (std::size_t i = 0; i < minutiae_.size(); ++i) {
      int common = 0;
      for (std::size_t w = 0; w < 4; ++w) common += std::popcount(minutiae_[i].words[w] & reference.words[w][j]);
      best[i] = std::max(best[i], likeness(static_cast<std::uint64_t>(common), minutiae_[i].bits, reference.bits[j]));
    }
  }
  return best;
}

#ifdef WHORL_AVX512_POPCOUNT
WHORL_AVX512_POPCOUNT
void Preselector::best_by_eights(const ScanRow& reference, std::size_t begin, std::size_t end, Best& best) const {
  for (std::size_t j = 0; j < reference.minutiae; j += 8) {
    __m512i words[4];
    for (std::size_t w = 0; w < 4; ++w) words[w] = _mm512_load_si512(reference.words[w].data() + j);
    // No minutia, no bits: what lies beyond the last never votes.
    const __m512i bits =
        _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(reference.bits.data() + j)));
    const __m512i scaled_bits = _mm512_slli_epi64(bits, 8);
    for (std::size_t i = begin; i < end; ++i) {
      const ProbeMinutia& m = minutiae_[i];
      __m512i in[4];
      for (std::size_t w = 0; w < 4; ++w)
        in[w] = _mm512_popcnt_epi64(_mm512_and_si512(_mm512_set1_epi64(static_cast<long long>(m.words[w])), words[w]));
      const __m512i common = _mm512_add_epi64(_mm512_add_epi64(in[0], in[1]), _mm512_add_epi64(in[2], in[3]));
      const __m512i left =
          _mm512_sub_epi64(_mm512_mul_epu32(common, _mm512_set1_epi64(static_cast<long long>(m.factor))),
                           _mm512_set1_epi64(static_cast<long long>(m.offset)));
      const __mmask8 voters = _mm512_cmpge_epi64_mask(left, scaled_bits);
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

// The same, four at a time.
WHORL_AVX2
void Preselector::best_by_fours(const ScanRow& reference, std::size_t begin, std::size_t end, Best& best) const {
  for (std::size_t j = 0; j < reference.minutiae; j += 4) {
    __m256i words[4];
    for (std::size_t w = 0; w < 4; ++w)
      words[w] = _mm256_load_si256(reinterpret_cast<const __m256i*>(reference.words[w].data() + j));
    std::uint32_t four_bits;
    std::memcpy(&four_bits, reference.bits.data() + j, sizeof four_bits);
    const __m256i bits = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(static_cast<int>(four_bits)));
    const __m256i scaled_bits = _mm256_slli_epi64(bits, 8);
    for (std::size_t i = begin; i < end; ++i) {
      const ProbeMinutia& m = minutiae_[i];
      __m256i in = _mm256_setzero_si256();
      for (std::size_t w = 0; w < 4; ++w)
        in = _mm256_add_epi8(
            in, byte_counts(_mm256_and_si256(_mm256_set1_epi64x(static_cast<long long>(m.words[w])), words[w])));
      const __m256i common = word_counts(in);
      const __m256i left =
          _mm256_sub_epi64(_mm256_mul_epu32(common, _mm256_set1_epi64x(static_cast<long long>(m.factor))),
                           _mm256_set1_epi64x(static_cast<long long>(m.offset)));
      const __m256i too_few = _mm256_cmpgt_epi64(scaled_bits, left);
      const auto voters = static_cast<unsigned>(~_mm256_movemask_pd(_mm256_castsi256_pd(too_few))) & 15U;
      if (voters == 0) continue;
      alignas(32) std::uint64_t shared[4];
      _mm256_store_si256(reinterpret_cast<__m256i*>(shared), common);
      for (unsigned rest = voters; rest != 0; rest &= rest - 1) {
        const auto lane = static_cast<std::size_t>(std::countr_zero(rest));
        best[i] = std::max(best[i], likeness(shared[lane], m.bits, reference.bits[j + lane]));
      }
    }
  }
}

float Preselector::votes_by(BestBy best_by, const ScanRow& reference) const {
  Best best{};
  (this->*best_by)(reference, 0, first(), best);
  const float early = sum(best, 0, first());
  if (early <= 0) return 0;
  (this->*best_by)(reference, first(), minutiae_.size(), best);
  return scaled(early + sum(best, first(), minutiae_.size()), reference.minutiae);
}
#endif

void Preselector::sample_non_mated(const ScanRow& non_mated) {
  const Best best = best_plainly(non_mated);
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    ++seen_[i * kLevels + static_cast<std::size_t>(best[i] * (kLevels - 1))];
  }
  ++non_mated_;
}

// The likeness that a share of the sampled prints reach: the middle of its level.
float Preselector::reached_by(double share, std::size_t minutia) const {
  const std::uint32_t* seen = seen_.data() + minutia * kLevels;
  const double wanted = std::max(1.0, share * non_mated_);
  double reached = 0;
  int level = kLevels - 1;
  for (; level > 0; --level) {
    reached += seen[level];
    if (reached >= wanted) break;
  }
  return (static_cast<float>(level) + 0.5F) / (kLevels - 1);
}

void Preselector::fit_rarity() {
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    ProbeMinutia& m = minutiae_[i];
    m.start = kTypicalStart;
    m.votes_per_like = kTypicalPerVote;
    if (is_fitted()) {
      m.start = reached_by(kVotingShare, i);
      const float beyond = std::max(reached_by(kTailShare, i) - m.start, 0.0F);
      m.votes_per_like = 1 / std::max(beyond / static_cast<float>(std::log(kVotingShare / kTailShare)), kLeastScale);
    }
    m.start = std::max(m.start, kLeastStart);
    m.factor = static_cast<std::uint64_t>(std::ceil(2 * 256 / m.start));
    m.offset = m.bits * 256;
  }
}

bool Preselector::is_fitted() const { return non_mated_ >= kFewNonMated; }

std::size_t Preselector::first() const {
  return is_fitted() ? std::min(kFirstMinutiae, minutiae_.size()) : minutiae_.size();
}

float Preselector::sum(const Best& best, std::size_t begin, std::size_t end) const {
  float votes = 0;
  for (std::size_t i = begin; i < end; ++i) {
    votes += std::max(0.0F, best[i] - minutiae_[i].start) * minutiae_[i].votes_per_like;
  }
  return votes;
}

float Preselector::votes(const ScanRow& reference) const {
#ifdef WHORL_AVX512_POPCOUNT
  if (has_avx512_popcount()) return votes_by(&Preselector::best_by_eights, reference);
  if (has_avx2()) return votes_by(&Preselector::best_by_fours, reference);
#endif
  return votes_plainly(reference);
}

float Preselector::votes_plainly(const ScanRow& reference) const {
  const Best best = best_plainly(reference);
  const float early = sum(best, 0, first());
  return early <= 0 ? 0 : scaled(early + sum(best, first(), minutiae_.size()), reference.minutiae);
}

void Preselector::prefetch(const ScanRow& reference) {
  constexpr std::size_t kLine = 64;
  const auto* const bytes = reinterpret_cast<const std::byte*>(&reference);
  for (std::size_t offset = 0; offset < sizeof reference; offset += kLine) __builtin_prefetch(bytes + offset);
}

}  // namespace whorl::fingerprint
