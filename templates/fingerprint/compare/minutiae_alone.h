// Weighing where one of two prints is known by its minutiae alone. Private to this room.
//
// The flow map of such a print is made of its minutiae (flow_from_minutiae.h): it agrees with them by construction, and
// says less than a measured one. So these comparisons have models of their own, trained on prints cut down to what a
// record of ISO/IEC 19794-2 keeps, against each other and against whole ones; and since the models are weaker, their
// scores are brought to the scale of the others: equal scores are equally rare among non-mated prints, whichever models
// gave them, so that one calibration and one order of candidates hold for both.
#pragma once

#include <array>
#include <cstddef>

#include "templates/fingerprint/compare/score_model.h"

namespace whorl::fingerprint {

// From the raw score of the models of minutiae alone to the raw score that is as rare: straight lines between knots,
// which rise; from 0 at 0, and beyond the last knot as between the last two.
struct AloneScale {
  static constexpr std::size_t kKnots = 48;  // each above the one before it
  struct Knot {
    float alone = 0;
    float common = 0;
  };
  std::array<Knot, kKnots> knots{};

  [[nodiscard]] double common(double alone) const;
};

struct AloneModels {
  ScoreModel model;
  TailModel tail = {};
  AloneScale scale = {};

  // The raw score of evidence without ridge features, on the common scale.
  [[nodiscard]] double score(const Features& features, const CompareParameters& p) const;
};

// The models this build ships (minutiae_alone_weights.inc).
const AloneModels& shipped_alone_models();

}  // namespace whorl::fingerprint
