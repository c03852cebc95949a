// Text from files of unknown encoding, for JSON, which takes UTF-8 alone. Pure.
#pragma once

#include <string>

namespace whorl::cli {

// What is not printable ASCII as '?'.
std::string plain(std::string text);
// The text itself where it is UTF-8, else as plain() has it: for names of files.
std::string plain_unless_utf8(std::string text);

}  // namespace whorl::cli
