// An Encounter of the interface: its JSON -> the engine's request, and what the engine keeps -> JSON. Pure and
// thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/types.h"
#include "server/http/message.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

// `encounter_id` is the one in the path, or empty: the body's, where it has one, must be the same. Errors:
// kInvalidInput, naming the property in OSIA's words, before the engine has seen anything.
Result<Parsed<engine::EnrolRequest>> read_enrol(std::string_view body, const std::string& person_id,
                                                const std::string& encounter_id);

// ExtendablePersonIds; `others` holds the sequence number and each sample's quality and feedback.
// The body of an update of galleries: an array of names. Errors: kInvalidInput.
Result<std::vector<std::string>> read_galleries(std::string_view text);

Reply enrol_reply(const engine::EnrolReceipt& receipt);

boost::json::object encounter_json(const engine::EncounterView& view);
// An Encounter, or the array of a person's. Images and templates are never given out.
Reply encounter_reply(const engine::EncounterView& view);
Reply encounters_reply(const std::vector<engine::EncounterView>& views);

}  // namespace whorl::server
