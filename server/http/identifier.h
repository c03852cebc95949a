// Identifiers of persons, encounters and galleries.
#pragma once

#include <string_view>

#include "base/result.h"

namespace whorl::server {

inline constexpr std::size_t kMaxIdBytes = 128;

// 1 to 128 bytes of letters, digits, '.', '_', ':', '-'. Error: kInvalidInput naming `field`.
Status check_id(std::string_view id, const FieldPath& field);

}  // namespace whorl::server
