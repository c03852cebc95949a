// What a comparison stands on, as a reply. Pure and thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "engine/explanation.h"
#include "server/http/message.h"

namespace whorl::server {

boost::json::object finger_json(const engine::FingerExplained& finger);
boost::json::object explain_json(const engine::Explanation& explanation);
Reply explain_reply(const engine::Explanation& explanation);

}  // namespace whorl::server
