// People of the test that kills rotations: each is told by their number.
#pragma once

#include "index/record/native_sample.h"
#include "index/record/record.h"
#include "tests/support/random_prints.h"

namespace whorl::crash {

inline index::EncounterRecord rotated_person(int i) {
  index::EncounterRecord record;
  record.person_id = "p" + std::to_string(i);
  record.encounter_id = "e";
  record.encounter_type = "test";
  record.created_ms = 1'700'000'000'000;
  record.galleries = {"default"};
  record.samples = {index::native_sample(fingerprint::FingerPosition::kRightIndex,
                                         tests::random_finger(static_cast<std::uint64_t>(i % 50)))
                        .value()};
  return record;
}

}  // namespace whorl::crash
