// Reasons as JSON, the same over HTTP and on the command line.
#pragma once

#include <boost/json/fwd.hpp>
#include <vector>

#include "base/reason.h"

namespace whorl {

// {"score_db": 36.2, "person": "anna"}: the arguments by name.
boost::json::object arguments_json(const Reason& reason);

// [{"code": "finger_faint", "arguments": {}}], in the order of the reasons.
boost::json::array reasons_json(const std::vector<Reason>& reasons);

}  // namespace whorl
