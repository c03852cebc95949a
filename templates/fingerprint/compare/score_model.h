// From evidence to one score: a small network, trained by bench/training. Private to this room.
#pragma once

#include <array>
#include <cstddef>

#include "templates/fingerprint/compare/evidence.h"
#include "templates/fingerprint/compare/scarcity.h"
#include "templates/fingerprint/compare/tail_model.h"

namespace whorl::fingerprint {

inline constexpr std::size_t kHiddenUnits = 96;

// score = output_bias + sum over features of straight[f] * z[f]
//         + sum over units of output[u] * tanh(bias[u] + sum over features of weight[f][u] * z[f]),
// z = (features - mean) / deviation: the logarithm of the odds that the prints are mated, at even priors.
struct ScoreModel {
  std::array<float, kFeatureCount> mean{};
  std::array<float, kFeatureCount> inverse_deviation{};
  std::array<std::array<float, kHiddenUnits>, kFeatureCount> weight{};  // by feature, so that units run side by side
  std::array<float, kHiddenUnits> bias{};
  std::array<float, kHiddenUnits> output{};
  std::array<float, kFeatureCount> straight{};  // past the units, so that ever stronger evidence never saturates
  float output_bias = 0;

  [[nodiscard]] float log_odds(const Features& features) const;
};

// The models this build ships (score_weights.inc): from all the evidence, and from what minutiae and flow say alone
// (its weights of the ridge features are zero); for each a second opinion on what it takes for mated; and what is taken
// off where there is little to compare.
struct ScoreModels {
  ScoreModel minutiae;
  ScoreModel full;
  TailModel minutiae_tail = {};
  TailModel full_tail = {};
  Scarcity scarcity = {};

  // Of evidence without ridge features, `by_minutiae` being what `minutiae` gave; and with them. Training weighs its
  // pairs with these too.
  [[nodiscard]] float without_ridges(float by_minutiae, const Features& features, const CompareParameters& p) const {
    return minutiae_tail.sharpen(by_minutiae, features, p.tail_gate_log_odds) - scarcity.taken_off(features);
  }
  [[nodiscard]] float with_ridges(const Features& features, const CompareParameters& p) const {
    return full_tail.sharpen(full.log_odds(features), features, p.tail_gate_log_odds) - scarcity.taken_off(features);
  }
};

const ScoreModels& shipped_score_models();

// Log odds that the prints are mated, less what is taken off. The ridge maps cost more than all the rest together; they
// are asked (and their features added to `evidence`) only where the minutiae leave a doubt.
float weigh_evidence(const Print& a, const Print& b, Evidence& evidence, const CompareParameters& p,
                     const ScoreModels& models = shipped_score_models());

// Whether a comparison of these log odds by minutiae goes on to the ridge maps.
bool asks_ridges(float log_odds_by_minutiae, const CompareParameters& p);

// Log odds to the raw score: positive and increasing, about log odds + 10 where it is large.
double raw_score(float log_odds);

}  // namespace whorl::fingerprint
