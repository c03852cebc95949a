#include "templates/fingerprint/compare/compare.h"

#include <utility>

#include "templates/fingerprint/compare/minutiae_alone.h"
#include "templates/fingerprint/compare/score_model.h"

namespace whorl::fingerprint {
namespace {

double score_of(const Print& a, const Print& b, Evidence& evidence, const CompareParameters& p) {
  if (a.minutiae_alone || b.minutiae_alone) return shipped_alone_models().score(evidence.features, p);
  return raw_score(weigh_evidence(a, b, evidence, p));
}

}  // namespace

Comparison compare(PreparedView probe, PreparedView reference, const CompareParameters& p, bool want_pairs) {
  Comparison out;
  const auto [a, b, swapped] = spread_pair(probe, reference);
  std::optional<Evidence> evidence = gather_evidence(a, b, p);
  if (!evidence) return out;
  out.score = score_of(a, b, *evidence, p);
  if (!want_pairs) return out;
  for (const AlignedPair& m : evidence->pairs) {
    MinutiaPair pair{a.source[m.a], b.source[m.b]};
    if (swapped) std::swap(pair.probe, pair.reference);
    out.pairs.push_back(pair);
  }
  return out;
}

}  // namespace whorl::fingerprint
