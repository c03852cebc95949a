#include "templates/fingerprint/compare.h"

#include "templates/fingerprint/evidence.h"

namespace whorl::fingerprint {

Comparison compare(const PreparedTemplate& probe, const PreparedTemplate& reference, const CompareParameters& p,
                   bool want_pairs) {
  const PreparedTemplate::Data& a = probe.data();
  const PreparedTemplate::Data& b = reference.data();
  Comparison out;
  const Consensus agreed = consensus(a, b, local_pairs(a, b, p));
  if (agreed.pairs.empty()) return out;
  const Alignment alignment = Alignment::fit(a, b, agreed.pairs, p);
  const std::vector<Pose> moved = move_minutiae(a, alignment);
  const std::vector<Mate> mates = find_mates(moved, b, p);
  const Features features = gather_evidence(a, b, agreed, alignment, moved, mates);
  out.score = 10.0 * static_cast<double>(features[kSupport]);
  if (want_pairs) {
    for (const Mate& m : mates) out.pairs.push_back({m.a, m.b});
  }
  return out;
}

}  // namespace whorl::fingerprint
