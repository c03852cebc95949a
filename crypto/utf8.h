// Whether a text from outside is UTF-8. Pure; thread-safe.
#pragma once

#include <string_view>

namespace whorl::crypto {

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace whorl::crypto
