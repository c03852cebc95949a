// What a comparison stands on, as a reply. Pure and thread-safe.
#pragma once

#include "engine/explanation.h"
#include "server/http/message.h"

namespace whorl::server {

Reply explain_reply(const engine::Explanation& explanation);

}  // namespace whorl::server
