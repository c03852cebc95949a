// Whom a result names, so that it goes when they are erased. Pure.
#pragma once

#include <vector>

#include "engine/tasks.h"
#include "server/http/message.h"

namespace whorl::server {

// The persons of its body's properties "personId" and "otherPersonId". Where they are too many, or the body is no JSON:
// one name that stands for anybody.
std::vector<engine::TaskName> named_in(const Reply& reply);

// Each person once.
std::vector<std::string> persons_of(const std::vector<engine::TaskName>& names);

}  // namespace whorl::server
