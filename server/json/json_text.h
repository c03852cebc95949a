// A JSON value as text, with numbers that a person can read (42.5, where the library writes 4.25E1).
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace whorl::server {

// RFC 8259 text without spaces. A number that is not finite becomes null (JSON has no other word for it).
std::string json_text(const boost::json::value& value);

// The library's view of a text, and back.
inline boost::json::string_view json_view(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view std_view(boost::json::string_view text) { return {text.data(), text.size()}; }

// `x` rounded to two decimals: enough for dB and milliseconds.
double two_decimals(double x);

}  // namespace whorl::server
