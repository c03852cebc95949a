// Whether a request may be acted on at all. Private to this room.
//
// Every refusal is kInvalidInput and names the field; nothing has been done when it is given.
#pragma once

#include "base/result.h"
#include "engine/assessment.h"
#include "engine/types.h"

namespace whorl::engine {

Status validate(const EnrolRequest& request);
Status validate(const IdentifyRequest& request);
Status validate(const VerifyRequest& request);
Status validate(const CompareRequest& request);
Status validate(const AssessRequest& request);
Status validate_galleries(const std::vector<std::string>& galleries);

}  // namespace whorl::engine
