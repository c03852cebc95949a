// A second weighing of pairs that the first takes for mated. Private to this room.
//
// The first models learn from all non-mated pairs. Nearly all of those are nothing alike, so the first models tell no
// difference among what is more alike: mated pairs pile up at their largest log odds. About one non-mated pair in a
// thousand passes the gate (CompareParameters::tail_gate_log_odds). This model is trained on those alone, which
// bench/training finds among millions of pairs. So it tells a difference down to one non-mated pair in a million and
// fewer.
#pragma once

#include <array>
#include <cstddef>

#include "templates/fingerprint/compare/evidence.h"

namespace whorl::fingerprint {

// The features, then what a small model cannot easily make of them: logarithms of the counts of aligned pairs, of
// good ridge blocks and of overlap, and the counts of pairs and of good blocks times their shares.
inline constexpr std::size_t kTailInputs = kFeatureCount + 5;
using TailInputs = std::array<float, kTailInputs>;
TailInputs tail_inputs(const Features& features);
// Those past the features that ridge maps are needed for.
inline constexpr std::array<std::size_t, 2> kTailRidgeInputs = {kFeatureCount + 1, kFeatureCount + 3};

inline constexpr std::size_t kTailUnits = 48;

// As ScoreModel, with those inputs.
struct TailModel {
  TailInputs mean{};
  TailInputs inverse_deviation{};
  std::array<std::array<float, kTailUnits>, kTailInputs> weight{};
  std::array<float, kTailUnits> bias{};
  std::array<float, kTailUnits> output{};
  TailInputs straight{};
  float output_bias = 0;

  // The logarithm of the odds that a pair is mated and not one of the non-mated that passed the gate.
  [[nodiscard]] float log_odds(const Features& features) const;

  // The first model's log odds up to `gate`; above it `gate` plus a positive amount that rises with this
  // model's log odds, and that fades in over the first unit beyond the gate, so that no small change of the
  // evidence makes a jump. It leaves every pair above the gate above every pair below it. Cost: a microsecond or
  // two above the gate, nothing below.
  [[nodiscard]] float sharpen(float first_log_odds, const Features& features, double gate) const;
};

}  // namespace whorl::fingerprint
