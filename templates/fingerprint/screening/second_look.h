// The second look: whether the minutiae that screening found alike also lie alike. It orders the references that got
// most votes, so that fewer of them have to be compared exactly. It never decides.
//
// 1. Pairs of minutiae whose descriptors are alike by weaker evidence than a vote asks for, the rarest likenesses
// first.
// 2. Each of the first few pairs says how one print lies on the other. What speaks for it is the sum of the pairs that
//    lie as it says, each minutia once, and how many of the probe's minutiae that fall on the reference meet one there
//    of the same direction, against those that meet none.
// 3. The best of them is the score.
//
// Alignment by one pair and counting what agrees is as old as automatic comparison (Ratha, Karu, Chen and Jain, TPAMI
// 18(8), 1996); what it gains here: docs/index.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/prepared.h"
#include "templates/fingerprint/screening/screening.h"

namespace whorl::fingerprint {

// One probe's side. Immutable: any number of threads may ask.
class SecondLook {
 public:
  // `fitted`: the same probe's, after fit_rarity(). Copies what it needs. Cost: some microseconds.
  SecondLook(PreparedView probe, const Preselector& fitted);

  // 0 or more; comparable with other references of this probe alone. Cost: some microseconds.
  [[nodiscard]] float score(const ScanRow& reference) const;
  // The obvious twin: the same number.
  [[nodiscard]] float score_plainly(const ScanRow& reference) const;

 private:
  struct Pair {
    float weight = 0;
    std::uint8_t probe = 0;      // index into minutiae_
    std::uint8_t reference = 0;  // described minutia
  };
  // The probe's minutiae as one of them sees them, in steps, and how far from their places others may lie.
  struct Around {
    std::array<float, ScanRow::kPlaces> dx{}, dy{}, pair_reach2{}, meet_reach2{};
  };
  // One print laid on the other: the probe's places in the reference's steps.
  struct Laid {
    const Around* around;  // of the minutia that says how
    std::array<float, ScanRow::kPlaces> x, y;
    std::array<std::uint8_t, ScanRow::kPlaces> direction;
  };
  using Pairs = std::vector<Pair>;

  // `rarities_of(i, out)`: of minutia i with each of the reference's, and the set of those that take part.
  template <class RaritiesOf>
  void collect_by(const ScanRow& reference, const RaritiesOf& rarities_of, Pairs& pairs) const;
  void collect(const ScanRow& reference, Pairs& pairs) const;
  void find_pairs(const ScanRow& reference, Pairs& pairs) const;
  void lay(const ScanRow& reference, const Pair& base, Laid& laid) const;
  [[nodiscard]] float agreeing(const ScanRow& reference, const Pairs& pairs, const Laid& laid) const;
  [[nodiscard]] float met_plainly(const ScanRow& reference, const Laid& laid) const;

  std::vector<Preselector::ProbeMinutia> minutiae_;
#ifdef WHORL_AVX2
  std::vector<HalfBytes> half_bytes_;  // by minutia of minutiae_
#endif
  ScanRow own_;
  std::vector<Around> around_;  // by minutia of minutiae_
};

}  // namespace whorl::fingerprint
