#include "cli/plain_text.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

namespace whorl::cli {

std::string plain(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  }
  return text;
}

std::string plain_unless_utf8(std::string text) {
  if (std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; })) return text;
  boost::json::error_code failed;
  boost::json::parse(boost::json::serialize(boost::json::string(text)), failed);
  return failed ? plain(std::move(text)) : text;
}

boost::json::value plain_unless_utf8(const boost::json::value& value) {
  if (value.is_string()) {
    const auto& text = value.get_string();
    return boost::json::value(plain_unless_utf8(std::string(text.data(), text.size())));
  }
  if (value.is_array()) {
    boost::json::array out;
    for (const auto& each : value.get_array()) out.push_back(plain_unless_utf8(each));
    return out;
  }
  if (value.is_object()) {
    boost::json::object out;
    for (const auto& [name, each] : value.get_object()) {
      out.emplace(plain_unless_utf8(std::string(name)), plain_unless_utf8(each));
    }
    return out;
  }
  return value;
}

}  // namespace whorl::cli
