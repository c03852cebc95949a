// How rare likeness is for each minutia of a probe, learned from a sample of the gallery. Private to this room.
//
// The method, and what it gains over fixed thresholds: templates/fingerprint/screening/screening.h, docs/index.md.
#pragma once

#include <span>
#include <vector>

#include "base/workers.h"
#include "index/search/scope.h"
#include "index/search/search_types.h"
#include "templates/fingerprint/screening/screening.h"

namespace whorl::index {

// About 1,500 encounters of the scope that stand for people other than the probe's: those whose records' digests begin
// low enough; in the order of their digests where the scope is a share of a whole. The same records give the same
// sample whatever shards they lie in. Cost: a pass over the digests.
std::vector<PersonEncounter> sample_non_mated(const Scope& scope, std::span<const Range> ranges, double share,
                                              const Workers& workers);
// Whether the scope is so small that the sample is all of it.
bool is_its_own_sample(const Scope& scope);

// One screen for each probe finger, fitted to the fingers of the sample that it can be compared with. Of a part with
// this share of the people to the first of them alone, as many as its share, and 600 at least: fewer say too little.
std::vector<fingerprint::Preselector> fit_rarity(std::span<const ProbeSample> probe,
                                                 const std::vector<PersonEncounter>& sample, double share,
                                                 const Workers& workers);

}  // namespace whorl::index
