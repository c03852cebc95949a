// From the index's raw scores of one person's pairs to one score of the person. Private to this room.
//
// What is more alike in fingers of one position than in those a calibration was made from is taken off
// (known_position.h). One body fuses: what orders the persons inside a search and what an answer shows are the same
// numbers.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/calibration.h"
#include "engine/fusion.h"
#include "engine/part.h"
#include "index/gallery.h"

namespace whorl::engine {

// What raw scores of each modality are worth; null: nothing. Borrows them.
using Calibrations = ByModality<const Calibration*>;

// One person's scores fused, by places in index::PersonScore.
struct PersonFusion {
  std::vector<ScoredPair> pairs;  // of index::PersonScore::pairs those of modalities with a calibration, in their order
  std::vector<std::size_t> of;    // each one's index there
  Fused fused;
  ByModality<std::optional<std::size_t>> uncalibrated;  // of each modality without one, the most alike pair
  double order = 0;                                     // ScoredPerson::order
};

// Physical fingers are told apart: kept fingers of one known position are one finger whatever the encounter; those of
// unknown position are each their own. Called from several threads at once, for every person compared.
PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, const Calibrations& calibrations);

// The same with names in place of places.
ScoredPerson scored_person(const index::PersonScore& person, const Probe& probe, const Calibrations& calibrations);

}  // namespace whorl::engine
