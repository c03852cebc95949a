#include "templates/fingerprint/compare.h"

#include "templates/fingerprint/score_model.h"

namespace whorl::fingerprint {

Comparison compare(const PreparedTemplate& probe, const PreparedTemplate& reference, const CompareParameters& p,
                   bool want_pairs) {
  const PreparedTemplate::Data& a = probe.data();
  const PreparedTemplate::Data& b = reference.data();
  Comparison out;
  float best = 0;
  bool any = false;
  for (const Consensus& agreed : hypotheses(a, b, local_pairs(a, b, p), p.hypotheses)) {
    const Alignment alignment = Alignment::fit(a, b, agreed.pairs, p);
    const std::vector<Pose> moved = move_minutiae(a, alignment);
    const std::vector<Mate> mates = find_mates(moved, b, p);
    const float log_odds = shipped_score_model().log_odds(gather_evidence(a, b, agreed, alignment, moved, mates));
    if (any && log_odds <= best) continue;
    any = true;
    best = log_odds;
    out.score = raw_score(log_odds);
    if (!want_pairs) continue;
    out.pairs.clear();
    for (const Mate& m : mates) out.pairs.push_back({m.a, m.b});
  }
  return out;
}

}  // namespace whorl::fingerprint
