// A JSON value as text, with numbers that people and spreadsheets read (42.5 and 0.000001, where the library writes
// 4.25E1 and 1E-6). The only writer of JSON: what is written elsewhere by hand uses plain_number (base/text.h).
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace whorl {

// RFC 8259 text without spaces. A number that is not finite becomes null (JSON has no other word for it).
std::string json_text(const boost::json::value& value);

}  // namespace whorl
