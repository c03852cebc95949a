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

// What scores are worth. Borrows both.
struct Calibrations {
  const Calibration& fingers;
  const Calibration* face = nullptr;  // null: a face is worth nothing
};
Calibrations calibrations_of(const EngineConfig& config);

// The fused decibels, for index::SearchRequest::rank. Where faces have no calibration, likeness orders persons of
// (nearly) equal decibels. Borrows both.
index::Ranker fused_ranker(const Probe& probe, Calibrations calibrations);

struct PersonFusion {
  double score_db = 0;
  double fingers_db = 0;             // of the fingers alone
  std::vector<FingerScore> fingers;  // best first
  std::optional<FaceScore> face;
};
PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, Calibrations calibrations);

}  // namespace whorl::engine
