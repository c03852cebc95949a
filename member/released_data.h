// What is released of a person, from what is kept of their encounters. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/types.h"
#include "exchange/words.h"

namespace whorl::member {

// Images are not handed out by the engine, and so not released either.
bool can_be_released(exchange::Item item);

// A JSON object with a member for each item, and nothing of what was not named. Identity and document: the biographic
// data that came last, document: its members whose names begin with "document" or "passport", identity: the others.
// Errors: kInternal where there is no encounter, or an item that cannot be released.
Result<std::string> released_data(const std::vector<engine::EncounterView>& encounters,
                                  const std::vector<exchange::Item>& items);

}  // namespace whorl::member
