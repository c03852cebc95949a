// Attempts of people to sign in at an identity provider (RFC 6749, 4.1; RFC 7636; OpenID Connect Core 1.0, 3.1).
//
// What an attempt needs (state, nonce, the verifier of PKCE) follows from a text that the browser keeps in a cookie,
// under a key of this process: a node keeps nothing for those who never come back, and nobody fills it by beginning.
//
// Immutable once made; thread-safe. Errors hold nothing of what they refuse.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

namespace whorl::access {

// Each text has 43 characters of base64url, but for the cookie.
struct Attempt {
  std::string cookie = {};     // a secret of the browser
  std::string state = {};      // goes to the provider and comes back
  std::string nonce = {};      // stands in the ID token
  std::string verifier = {};   // shown to the provider with the code
  std::string challenge = {};  // its SHA-256, which the provider saw before
  std::string page = {};       // where the person wanted to go
  // Whoever is signed in at the provider already shows anew who they are.
  bool again = false;
  std::chrono::system_clock::time_point began = {};  // to the second
};

class Attempts {
 public:
  using Time = std::chrono::system_clock::time_point;
  static constexpr std::chrono::minutes kLife{5};
  static constexpr std::size_t kMostPageBytes = 32;

  // Throws std::bad_alloc where randomness fails.
  explicit Attempts(crypto::Random& random = crypto::system_random());

  // `page`: a word of small letters, else it is left out. Errors: kUnavailable where randomness fails.
  Result<Attempt> begin(std::string_view page, bool again, Time now) const;
  // The one of this cookie. Errors: kUnauthorised where the cookie is none of this process, the state is that of
  // another attempt, or it began too long ago.
  Result<Attempt> resume(std::string_view cookie, std::string_view state, Time now) const;

 private:
  Result<Attempt> of_cookie(std::string cookie) const;
  crypto::Random& random_;
  crypto::HmacSha256 key_;
};

}  // namespace whorl::access
