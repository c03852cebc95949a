// Text from files of unknown encoding, for JSON, which takes UTF-8 alone. Pure.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace whorl::cli {

// What is not printable ASCII as '?'.
std::string plain(std::string text);
// The text itself where it is UTF-8, else as plain() has it: for names of files.
std::string plain_unless_utf8(std::string text);
// The same for every string of a value, names of members included. Cost: one look at each.
boost::json::value plain_unless_utf8(const boost::json::value& value);

}  // namespace whorl::cli
