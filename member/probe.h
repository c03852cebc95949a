// Samples as they are sent to other members, and back.
//
// Fingers are all templates of Whorl's own ("native") or all images ("image": whatever their bytes begin as). Pure;
// thread-safe.
#pragma once

#include <vector>

#include "base/result.h"
#include "engine/types.h"
#include "exchange/envelope/message.h"

namespace whorl::member {

// Errors: kInvalidInput: fingers of both kinds, more than one face, nothing; what does not fit is
// refused when the message is written.
Result<exchange::Probe> probe_of(const std::vector<engine::Sample>& samples,
                                 const std::vector<engine::MissingFinger>& missing);
// Nothing: it is of a format that this build cannot compare.
std::optional<std::vector<engine::Sample>> samples_of(const exchange::Probe& probe);

}  // namespace whorl::member
