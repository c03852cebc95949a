#include "templates/fingerprint/compare.h"

#include <utility>

#include "templates/fingerprint/score_model.h"

namespace whorl::fingerprint {
namespace {

using Data = PreparedTemplate::Data;

// Log odds that the prints are mated, given how they lie. The ridge maps cost more than all the rest together; they
// are asked only where the minutiae leave a doubt.
float weigh_evidence(const Data& a, const Data& b, const Alignment& alignment, Features features,
                     const CompareParameters& p) {
  const ScoreModels& models = shipped_score_models();
  const float by_minutiae = models.minutiae.log_odds(features);
  if (static_cast<double>(by_minutiae) < p.ridge_gate_log_odds) return by_minutiae;
  if (!add_ridge_evidence(a, b, alignment, features)) return by_minutiae;
  return models.full.log_odds(features);
}

// One order for every pair, so that the score does not depend on which print is called the probe.
bool comes_first(const Data& a, const Data& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  if (a.x != b.x) return a.x < b.x;
  return a.y < b.y;
}

Comparison compare_in_order(const Data& a, const Data& b, const CompareParameters& p, bool want_pairs) {
  Comparison out;
  float best = 0;
  bool any = false;
  for (const Consensus& agreed : hypotheses(a, b, local_pairs(a, b, p), p.hypotheses)) {
    const Alignment alignment = Alignment::fit(a, b, agreed.pairs, p);
    const std::vector<Pose> moved = move_minutiae(a, alignment);
    const std::vector<Mate> mates = find_mates(moved, b, p);
    const Features evidence = gather_evidence(a, b, agreed, alignment, moved, mates);
    const float log_odds = weigh_evidence(a, b, alignment, evidence, p);
    if (any && log_odds <= best) continue;
    any = true;
    best = log_odds;
    out.score = raw_score(log_odds);
    if (!want_pairs) continue;
    out.pairs.clear();
    for (const Mate& m : mates) out.pairs.push_back({a.source_index[m.a], b.source_index[m.b]});
  }
  return out;
}

}  // namespace

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
