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

// What raw scores are worth. Borrows both.
struct Calibrations {
  const Calibration& fingers;
  const Calibration* face = nullptr;  // null: a face is worth nothing
};

// One person's scores fused, by places in index::PersonScore.
struct PersonFusion {
  std::vector<ScoredPair> pairs;  // calibrated, in the order of PersonScore::pairs
  Fused fused;
  std::optional<std::size_t> best_face;  // the most alike of PersonScore::faces; empty where there is none
  std::optional<double> face_db;         // what that is worth; empty without a calibration for faces
  double order = 0;                      // ScoredPerson::order
};

// Physical fingers are told apart: kept fingers of one known position are one finger whatever the encounter; those of
// unknown position are each their own. Called from several threads at once, for every person compared.
PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, Calibrations calibrations);

// The same with names in place of places.
ScoredPerson scored_person(const index::PersonScore& person, const Probe& probe, Calibrations calibrations);

}  // namespace whorl::engine
