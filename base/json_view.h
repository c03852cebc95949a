// A text as boost::json views it, and back: its string_view is not the standard library's.
#pragma once

#include <boost/json/string_view.hpp>
#include <string_view>

namespace whorl {

inline boost::json::string_view json_view(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view std_view(boost::json::string_view text) { return {text.data(), text.size()}; }

}  // namespace whorl
