// JSON from outside -> a value, in one pass, or a reason.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace whorl::server {

// Arrays and objects within each other, at most.
inline constexpr std::size_t kMaxJsonDepth = 32;

// RFC 8259 JSON, UTF-8, nothing after the value. Refused as kInvalidInput: malformed or nested deeper than
// kMaxJsonDepth (with the byte it stands at), an object that has one name twice (two readers would see two documents),
// a number that could not be given back as it came (naming it). Thread-safe. Cost: O(bytes).
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace whorl::server
