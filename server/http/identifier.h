// Identifiers of persons, encounters and galleries.
#pragma once

#include <string_view>

#include "base/result.h"

namespace whorl::server {

// 1 to 128 bytes of letters, digits, '.', '_', ':', '-'; not "." and not "..", which clients and proxies take out of a
// path (RFC 3986 5.2.4), so that what has such a name could not be read or erased. Error: kInvalidInput naming `field`.
Status check_id(std::string_view id, const FieldPath& field);

}  // namespace whorl::server
