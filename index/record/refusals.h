// Refusals that several files of this room give. Private to this room.
#pragma once

#include <string>

#include "base/catalogue.h"
#include "base/result.h"

namespace whorl::index {

inline Error unknown_person(const std::string& person_id) {
  return failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(person_id));
}

inline Error unknown_encounter(const std::string& person_id, const std::string& encounter_id) {
  return failure(ErrorCode::kUnknownEncounter, "encounter_id", with<"encounter">(encounter_id),
                 with<"person">(person_id));
}

inline Error encounter_exists(const std::string& person_id, const std::string& encounter_id) {
  return failure(ErrorCode::kEncounterExists, "encounter_id", with<"encounter">(encounter_id),
                 with<"person">(person_id));
}

inline Error under_hold(const std::string& person_id, const std::string& encounter_id) {
  return failure(ErrorCode::kUnderHold, "encounter_id", with<"encounter">(encounter_id), with<"person">(person_id));
}

}  // namespace whorl::index
