// Identifiers of persons, encounters and galleries. Pure; thread-safe.
#pragma once

#include <string_view>

#include "base/result.h"

namespace whorl {

// 1 to limits::kIdBytes of letters, digits, '.', '_', ':' and '-'.
bool is_identifier(std::string_view id);

// "." or "..", which clients and proxies take out of a path (RFC 3986, 5.2.4): what has such a name could not be read
// or erased over HTTP.
bool is_dot_segment(std::string_view id);

// Of somebody or something that may be new: an identifier that is no dot segment. Errors: kInvalidInput naming `field`.
Status check_id(std::string_view id, const FieldPath& field);

}  // namespace whorl
