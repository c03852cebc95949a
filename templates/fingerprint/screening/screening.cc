#include "templates/fingerprint/screening/screening.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

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
  if (bits_a + bits_b == 0) return 0;
  const std::uint64_t counted = std::min<std::uint64_t>(common, ScanRow::kMostBits);
  return 2.0F * static_cast<float>(counted) / static_cast<float>(bits_a + bits_b);
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
#ifdef WHORL_AVX2
  for (const ProbeMinutia& m : minutiae_) half_bytes_.emplace_back(m.words);
#endif
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
bool Preselector::best_by_eights(const ScanRow& reference, std::size_t begin, std::size_t end, Best& best) const {
  bool any = false;
  for (std::size_t j = 0; j < reference.minutiae; j += 8) {
    __m512i words[4];
    for (std::size_t w = 0; w < 4; ++w) words[w] = _mm512_load_si512(reference.words[w].data() + j);
    const auto described = static_cast<__mmask8>(reference.described() >> j);
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
      const __mmask8 voters = _mm512_mask_cmpge_epi64_mask(described, left, scaled_bits);
      if (voters == 0) continue;
      any = true;
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
  return any;
}

// The same of all at a time.
WHORL_AVX2
bool Preselector::best_by_turning(const ScanRow& reference, const TurnedRow& turned, std::size_t begin, std::size_t end,
                                  Best& best) const {
  const auto* const bits = reinterpret_cast<const __m128i*>(reference.bits.data());
  const __m256i first_bits = _mm256_cvtepu8_epi16(_mm_load_si128(bits));
  const __m256i last_bits = _mm256_cvtepu8_epi16(_mm_loadl_epi64(bits + 1));
  const std::uint32_t described = reference.described();
  bool any = false;
  for (std::size_t i = begin; i < end; ++i) {
    const ProbeMinutia& m = minutiae_[i];
    const __m256i common = bits_in_common(half_bytes_[i], turned);
    const __m256i own = _mm256_set1_epi16(static_cast<short>(m.bits));
    const __m256i share = _mm256_set1_epi16(static_cast<short>(m.share));
    const __m256i asked = _mm256_packus_epi16(_mm256_mulhi_epu16(_mm256_add_epi16(first_bits, own), share),
                                              _mm256_mulhi_epu16(_mm256_add_epi16(last_bits, own), share));
    // Packing goes lane by lane.
    const __m256i beyond = _mm256_subs_epu8(common, _mm256_permute4x64_epi64(asked, 0xD8));
    const __m256i too_few = _mm256_cmpeq_epi8(beyond, _mm256_setzero_si256());
    const std::uint32_t voters = ~static_cast<std::uint32_t>(_mm256_movemask_epi8(too_few)) & described;
    if (voters == 0) continue;
    any = true;
    alignas(32) std::uint8_t shared[TurnedRow::kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(shared), common);
    for (std::uint32_t rest = voters; rest != 0; rest &= rest - 1) {
      const auto lane = static_cast<std::size_t>(std::countr_zero(rest));
      best[i] = std::max(best[i], likeness(shared[lane], m.bits, reference.bits[lane]));
    }
  }
  return any;
}
#endif

template <class BestOf>
float Preselector::votes_by(const ScanRow& reference, const BestOf& best_of) const {
  Best best{};
  if (!best_of(0, first(), best)) return 0;
  const float early = sum(best, 0, first());
  if (early <= 0) return 0;
  best_of(first(), minutiae_.size(), best);
  return scaled(early + sum(best, first(), minutiae_.size()), reference.minutiae);
}

void Preselector::sample_non_mated(const ScanRow& non_mated) {
  const Best best = best_plainly(non_mated);
  for (std::size_t i = 0; i < minutiae_.size(); ++i) {
    // A row whose numbers of bits disagree with its words may seem more than alike.
    const auto level = static_cast<int>(best[i] * (kLevels - 1));
    ++seen_[i * kLevels + static_cast<std::size_t>(std::min(level, kLevels - 1))];
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
    m.share = static_cast<std::uint16_t>(static_cast<std::uint32_t>(m.start / 2 * 65536) - 1);
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
  if (has_avx512_popcount()) {
    return votes_by(reference, [&](std::size_t begin, std::size_t end, Best& best) {
      return best_by_eights(reference, begin, end, best);
    });
  }
  if (has_avx2()) {
    const TurnedRow turned(reference);
    return votes_by(reference, [&](std::size_t begin, std::size_t end, Best& best) {
      return best_by_turning(reference, turned, begin, end, best);
    });
  }
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
