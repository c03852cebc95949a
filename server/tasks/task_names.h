// Whom a request and its result name, so that what is kept of a task goes when they are erased. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/tasks.h"
#include "server/http/message.h"

namespace whorl::server {

// Whom the reply names: of a JSON body the values of "personId" and "otherPersonId", each with the encounter beside it
// in the same object, and of a reason's arguments "person" and "other_person"; of an error that its body tells in words
// the persons among the arguments of its reason. What a sender said of somebody ("biographicData", "contextualData",
// "clientData") is theirs, and names nobody. Where they are too many, or the body cannot be read so: one name that
// stands for anybody. Cost: one pass over the body.
std::vector<engine::TaskName> named_in(const Reply& reply);

// Whom a request's body names: the members of "personIds". Nobody where there is no such list, or it is too long for
// any request.
std::vector<engine::TaskName> named_in_request(std::string_view body);

// Each person once.
std::vector<std::string> persons_of(const std::vector<engine::TaskName>& names);

}  // namespace whorl::server
