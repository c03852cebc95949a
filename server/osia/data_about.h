// What an Encounter says about the person and the circumstances, and what the client keeps with it: contextualData,
// biographicData, clientData; together limits::kClientDataBytes at most. Pure and thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "base/result.h"
#include "engine/types.h"
#include "server/json/json_reader.h"

namespace whorl::server {

// Errors: kInvalidInput naming the property (another type, bad base64, too much).
Status read_data_about(const ObjectReader& body, engine::EnrolRequest& request);

// Puts into `encounter` what was given.
void put_data_about(const engine::EncounterView& view, boost::json::object& encounter);

}  // namespace whorl::server
