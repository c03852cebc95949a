#include "engine/access/attempts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

#include "base/sha256.h"
#include "crypto/jose/base64url.h"
#include "crypto/secret_bytes.h"

namespace whorl::access {
namespace {

using std::chrono::seconds;

constexpr std::size_t kRandomCharacters = 43;  // of 32 bytes
constexpr std::size_t kMostCookieBytes = 128;
constexpr std::string_view kAgain = ".again.";

std::array<std::uint8_t, 32> new_key(crypto::Random& random) {
  std::array<std::uint8_t, 32> out{};
  if (!random.fill(out).ok()) throw std::bad_alloc();
  return out;
}

bool is_page(std::string_view page) {
  return page.size() <= Attempts::kMostPageBytes &&
         std::all_of(page.begin(), page.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

Error refused(const char* why) { return unauthorised(why); }

// RANDOM.SECONDS.PAGE, or RANDOM.SECONDS.again.PAGE, of a cookie that was made here.
Attempt with_parts(Attempt attempt) {
  std::string_view rest = std::string_view(attempt.cookie).substr(kRandomCharacters + 1);
  std::int64_t since = 0;
  const auto number = std::from_chars(rest.data(), rest.data() + rest.size(), since);
  rest.remove_prefix(static_cast<std::size_t>(number.ptr - rest.data()));
  attempt.began = Attempts::Time(seconds(since));
  attempt.again = rest.starts_with(kAgain);
  attempt.page = rest.substr(rest.rfind('.') + 1);
  return attempt;
}

}  // namespace

Attempts::Attempts(crypto::Random& random) : random_(random), key_(new_key(random)) {}

Result<Attempt> Attempts::of_cookie(std::string cookie) const {
  const auto drawn = [&](std::string_view what) {
    return crypto::base64url(key_.of({as_bytes(what), as_bytes(cookie)}));
  };
  Attempt out{.state = drawn("state/"), .nonce = drawn("nonce/"), .verifier = drawn("verifier/")};
  WHORL_ASSIGN(const Sha256 digest, sha256(as_bytes(out.verifier)));
  out.challenge = crypto::base64url(digest);
  out.cookie = std::move(cookie);
  return out;
}

Result<Attempt> Attempts::begin(std::string_view page, bool again, Time now) const {
  std::array<std::uint8_t, 32> random{};
  WHORL_TRY(random_.fill(random));
  const auto since = std::chrono::duration_cast<seconds>(now.time_since_epoch()).count();
  WHORL_ASSIGN(Attempt out,
               of_cookie(crypto::base64url(random) + "." + std::to_string(since) + std::string(again ? kAgain : ".") +
                         (is_page(page) ? std::string(page) : std::string())));
  return with_parts(std::move(out));
}

Result<Attempt> Attempts::resume(std::string_view cookie, std::string_view state, Time now) const {
  if (cookie.empty()) return refused("the browser has no attempt under way");
  if (cookie.size() > kMostCookieBytes || cookie.size() <= kRandomCharacters) return refused("the cookie is none");
  WHORL_ASSIGN(Attempt out, of_cookie(std::string(cookie)));
  // The state is right for a cookie that was made here alone, so its parts can be trusted then.
  if (!crypto::equal_in_constant_time(as_bytes(out.state), as_bytes(state))) {
    return refused("the state is not that of this browser's attempt");
  }
  out = with_parts(std::move(out));
  if (now - out.began > kLife || out.began - now > kLife) return refused("the attempt began too long ago");
  return out;
}

}  // namespace whorl::access
