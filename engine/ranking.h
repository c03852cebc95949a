// From the index's raw pairs to fused candidates. Private to this room.
#pragma once

#include <span>
#include <vector>

#include "engine/calibration.h"
#include "engine/fusion.h"
#include "engine/samples.h"
#include "engine/types.h"
#include "index/gallery.h"

namespace whorl::engine {

// The pairs of one person, calibrated, with physical fingers named: kept fingers of one known position are one
// finger whatever the encounter; those of unknown position are each their own.
std::vector<ScoredPair> scored_pairs(std::span<const index::PairScore> pairs, const Probe& probe,
                                     const Calibration& calibration);

// fuse(scored_pairs(...)).db, for index::SearchRequest::rank. Borrows both.
index::Ranker fused_ranker(const Probe& probe, const Calibration& calibration);

struct PersonFusion {
  double score_db = 0;
  std::vector<FingerScore> fingers;  // best first
};
PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, const Calibration& calibration);

}  // namespace whorl::engine
