#include "server/access/cookies.h"

#include <algorithm>
#include <optional>

#include "server/http/message.h"

namespace whorl::server {
namespace {

bool is_value(std::string_view text) {
  return text.size() <= kMostCookieBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

}  // namespace

std::string cookie_value(std::span<const std::string> headers, std::string_view name) {
  std::optional<std::string_view> found;
  for (std::string_view rest : headers) {
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) continue;
      if (found) return {};
      found = trimmed(pair.substr(equals + 1));
    }
  }
  return found && is_value(*found) ? std::string(*found) : std::string();
}

}  // namespace whorl::server
