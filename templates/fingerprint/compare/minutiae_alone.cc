#include "templates/fingerprint/compare/minutiae_alone.h"

#include <algorithm>
#include <cmath>

namespace whorl::fingerprint {
namespace {

constexpr AloneModels kShipped = {
#include "templates/fingerprint/compare/minutiae_alone_weights.inc"
};

}  // namespace

double AloneScale::common(double alone) const {
  const auto above =
      std::find_if(knots.begin(), knots.end() - 1, [&](const Knot& k) { return double{k.alone} > alone; });
  const Knot below = above == knots.begin() ? Knot{} : *(above - 1);
  const double share = (alone - double{below.alone}) / (double{above->alone} - double{below.alone});
  return std::lerp(double{below.common}, double{above->common}, share);
}

double AloneModels::score(const Features& features, const CompareParameters& p) const {
  return scale.common(raw_score(tail.sharpen(model.log_odds(features), features, p.tail_gate_log_odds)));
}

const AloneModels& shipped_alone_models() { return kShipped; }

}  // namespace whorl::fingerprint
