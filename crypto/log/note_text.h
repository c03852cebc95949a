// Which texts a note may have. Private to crypto/log.
#pragma once

#include <string_view>

namespace whorl::crypto {

// Not empty, UTF-8, lines that end, no ASCII control character but their ends.
bool is_note_text(std::string_view text);
// 1 to 255 visible ASCII characters without a plus.
bool is_note_name(std::string_view name);

}  // namespace whorl::crypto
