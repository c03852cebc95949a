#include "templates/fingerprint/compare.h"

#include <utility>

#include "templates/fingerprint/score_model.h"

namespace whorl::fingerprint {
namespace {

using Data = PreparedTemplate::Data;

Comparison compare_in_order(const Data& a, const Data& b, const CompareParameters& p, bool want_pairs) {
  Comparison out;
  std::optional<Evidence> evidence = gather_evidence(a, b, p);
  if (!evidence) return out;
  out.score = raw_score(weigh_evidence(a, b, *evidence, p));
  if (!want_pairs) return out;
  for (const Mate& m : evidence->mates) out.pairs.push_back({a.source_index[m.a], b.source_index[m.b]});
  return out;
}

}  // namespace

float weigh_evidence(const Data& a, const Data& b, Evidence& evidence, const CompareParameters& p,
                     const ScoreModels& models) {
  const float by_minutiae = models.minutiae.log_odds(evidence.features);
  if (static_cast<double>(by_minutiae) < p.ridge_gate_log_odds) return by_minutiae;
  if (!add_ridge_evidence(a, b, evidence)) return by_minutiae;
  return models.full.log_odds(evidence.features);
}

Comparison compare(const PreparedTemplate& probe, const PreparedTemplate& reference, const CompareParameters& p,
                   bool want_pairs) {
  const Data& a = probe.data();
  const Data& b = reference.data();
  if (comes_first(a, b)) return compare_in_order(a, b, p, want_pairs);
  Comparison out = compare_in_order(b, a, p, want_pairs);
  for (MinutiaPair& pair : out.pairs) std::swap(pair.probe, pair.reference);
  return out;
}

}  // namespace whorl::fingerprint
