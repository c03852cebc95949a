#include "engine/access/fresh_sign_in.h"

#include <algorithm>

#include "base/catalogue.h"

namespace whorl::access {

using std::chrono::seconds;

std::optional<seconds> since_sign_in(const engine::Principal& who, std::chrono::system_clock::time_point now) {
  if (who.is_local()) return seconds(0);
  const bool person = who.by != engine::SignedInBy::kCertificate;
  if (!person || !who.signed_in_at || *who.signed_in_at > now + kClockSetBack) return std::nullopt;
  return std::max(seconds(0), std::chrono::ceil<seconds>(now - *who.signed_in_at));
}

Status require_fresh_sign_in(const engine::Principal& who, seconds most, std::chrono::system_clock::time_point now) {
  const auto since = since_sign_in(who, now);
  if (since && *since <= most) return {};
  return failure(ErrorCode::kSignInAgain, with<"seconds">(most.count()));
}

}  // namespace whorl::access
