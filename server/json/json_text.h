// A JSON value as text, with numbers that a person can read (42.5, where the library writes 4.25E1).
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/json_view.h"

namespace whorl::server {

// RFC 8259 text without spaces. A number that is not finite becomes null (JSON has no other word for it).
std::string json_text(const boost::json::value& value);

// `x` rounded to two decimals: enough for dB and milliseconds.
double two_decimals(double x);

}  // namespace whorl::server
