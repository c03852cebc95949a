// An Encounter of the interface: its JSON -> the engine's request, and what the engine keeps -> JSON. Pure and
// thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/access/block_keys.h"
#include "engine/types.h"
#include "server/http/message.h"
#include "server/osia/answer_blocks.h"
#include "server/osia/biometric_data.h"

namespace whorl::server {

// `encounter_id` is the one in the path, or empty: the body's, where it has one, must be the same. What is encrypted or
// signed is opened with `keys` (data_blocks.h). Errors: kInvalidInput, naming the property in OSIA's words, before the
// engine has seen anything. `kept`: of a change (biometric_data.h); the body may then have what a reading has, the
// dates that the server sets, which are read for their form and are not taken over.
Result<Parsed<engine::EnrolRequest>> read_enrol(std::string_view body, const std::string& person_id,
                                                const std::string& encounter_id, const access::BlockKeys& keys,
                                                const KeptSample& kept = {});

// ExtendablePersonIds; `others` holds the sequence number and each sample's quality and feedback.
// The body of an update of galleries: an array of names. Errors: kInvalidInput.
Result<std::vector<std::string>> read_galleries(std::string_view text);

Reply enrol_reply(const engine::EnrolReceipt& receipt);

// An Encounter, without images and templates.
boost::json::object encounter_json(const engine::EncounterView& view);
// The same with the images that are there, or the array of a person's, with the blocks that were asked for. Templates
// are given out by themselves alone. Errors: those of put_blocks.
Result<Reply> encounter_reply(const engine::EncounterWithImages& found, const AnswerBlocks& blocks,
                              const access::BlockKeys& keys);
Result<Reply> encounters_reply(const std::vector<engine::EncounterWithImages>& all, const AnswerBlocks& blocks,
                               const access::BlockKeys& keys);

}  // namespace whorl::server
