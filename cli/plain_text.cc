#include "cli/plain_text.h"

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
  boost::json::error_code failed;
  boost::json::parse(boost::json::serialize(boost::json::string(text)), failed);
  return failed ? plain(std::move(text)) : text;
}

}  // namespace whorl::cli
