#include "crypto/jose/claims.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::crypto {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr double kMostSeconds = 9'000'000'000.0;  // 2255: what a clock counting nanoseconds can still hold

Result<system_clock::time_point> required_time(const JoseMembers& claims, std::string_view name) {
  WHORL_ASSIGN(const auto time, time_claim(claims, name));
  if (!time) return claims.error(name, "is missing");
  return *time;
}

}  // namespace

Result<std::optional<system_clock::time_point>> time_claim(const JoseMembers& claims, std::string_view name) {
  const json::value* value = claims.find(name);
  if (value == nullptr) return std::optional<system_clock::time_point>();
  double number = -1.0;
  if (value->is_int64()) number = static_cast<double>(value->get_int64());
  if (value->is_uint64()) number = static_cast<double>(value->get_uint64());
  if (value->is_double()) number = value->get_double();
  if (!(number >= 0.0 && number <= kMostSeconds)) return claims.error(name, "must be a time in seconds since 1970");
  return std::optional(system_clock::time_point(seconds(static_cast<std::int64_t>(number))));
}

Result<TokenTimes> times_of(const JoseMembers& claims, seconds leeway, system_clock::time_point now) {
  TokenTimes out;
  WHORL_ASSIGN(out.issued, required_time(claims, "iat"));
  WHORL_ASSIGN(out.expires, required_time(claims, "exp"));
  WHORL_ASSIGN(const auto not_before, time_claim(claims, "nbf"));
  if (out.expires + leeway <= now) return failure(ErrorCode::kTokenExpired);
  if (out.issued > now + leeway || (not_before && *not_before > now + leeway)) {
    return failure(ErrorCode::kTokenNotYetValid);
  }
  return out;
}

Result<std::optional<system_clock::time_point>> sign_in_time_of(const JoseMembers& claims, seconds leeway,
                                                                system_clock::time_point now) {
  WHORL_ASSIGN(auto time, time_claim(claims, "auth_time"));
  if (time && *time > now + leeway) return failure(ErrorCode::kTokenNotYetValid);
  if (time) time = std::min(*time, now);
  return time;
}

}  // namespace whorl::crypto
