#include "templates/fingerprint/compare/compare.h"

#include <utility>

#include "templates/fingerprint/compare/score_model.h"

namespace whorl::fingerprint {
bool asks_ridges(float log_odds_by_minutiae, const CompareParameters& p) {
  return static_cast<double>(log_odds_by_minutiae) >= p.ridge_gate_log_odds;
}

float weigh_evidence(const Print& a, const Print& b, Evidence& evidence, const CompareParameters& p,
                     const ScoreModels& models) {
  const float by_minutiae = models.minutiae.log_odds(evidence.features);
  if (!asks_ridges(by_minutiae, p)) return by_minutiae;
  if (!add_ridge_evidence(a, b, evidence)) return models.without_ridges(by_minutiae, evidence.features, p);
  return models.with_ridges(evidence.features, p);
}

Comparison compare(PreparedView probe, PreparedView reference, const CompareParameters& p, bool want_pairs) {
  Comparison out;
  const auto [a, b, swapped] = spread_pair(probe, reference);
  std::optional<Evidence> evidence = gather_evidence(a, b, p);
  if (!evidence) return out;
  out.score = raw_score(weigh_evidence(a, b, *evidence, p));
  if (!want_pairs) return out;
  for (const Mate& m : evidence->mates) {
    MinutiaPair pair{a.source[m.a], b.source[m.b]};
    if (swapped) std::swap(pair.probe, pair.reference);
    out.pairs.push_back(pair);
  }
  return out;
}

}  // namespace whorl::fingerprint
