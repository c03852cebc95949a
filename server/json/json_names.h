// The first pass over JSON from outside: well-formedness, depth, and no name twice in one object.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace whorl::server {

// Keeps only the names of the objects that are open, so a body of any size costs little memory.
// Errors: kInvalidInput with the reason. Thread-safe; cost O(bytes).
Status check_json_names(std::string_view text, std::size_t max_depth);

}  // namespace whorl::server
