// /v1/persons/{personId}/encounters: one visit of a person each.
#pragma once

#include <span>
#include <string>

#include "server/http/route.h"

namespace whorl::server {

std::span<const Route> encounter_routes();

// Enrols the encounter in the body; an empty id is one that the engine makes.
Result<Reply> enrol_encounter(const Exchange& exchange, const std::string& person_id, const std::string& encounter_id,
                              engine::PersonRule person_rule);

}  // namespace whorl::server
