#include "server/access/authorization.h"

#include <algorithm>
#include <string_view>

#include "base/base64.h"
#include "base/catalogue.h"
#include "server/http/message.h"

namespace whorl::server {
namespace {

// b64token of RFC 6750, 2.1; JWTs use no others.
bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

Result<Authorization> name_and_password(std::string_view encoded) {
  const auto bytes = decode_base64(encoded);
  if (!bytes) return failure(ErrorCode::kTokenRefused);
  const std::string_view text = as_text(*bytes);
  const auto colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) return failure(ErrorCode::kTokenRefused);
  return Authorization(NameAndPassword{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))});
}

}  // namespace

Result<Authorization> read_authorization(std::span<const std::string> values) {
  if (values.empty()) return Authorization();
  if (values.size() > 1) return failure(ErrorCode::kHeaderTwice, "Authorization");
  const std::string_view value = trimmed(values.front());
  const auto space = value.find(' ');
  if (value.size() > kMostAuthorizationBytes || space == std::string_view::npos) {
    return failure(ErrorCode::kTokenRefused);
  }
  const std::string_view scheme = value.substr(0, space);
  const std::string_view rest = trimmed(value.substr(space));
  if (rest.empty() || !std::all_of(rest.begin(), rest.end(), is_token_character)) {
    return failure(ErrorCode::kTokenRefused);
  }
  if (same_ignoring_case(scheme, "Bearer")) return Authorization(BearerToken{std::string(rest)});
  if (same_ignoring_case(scheme, "Basic")) return name_and_password(rest);
  return failure(ErrorCode::kTokenRefused);
}

}  // namespace whorl::server
