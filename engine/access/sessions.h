// Who has signed in at the identity provider, and not out again. The browser has a random name of its session in a
// cookie; all else is here, in memory alone, and goes with the process.
//
// Not synchronised: it belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/hmac.h"
#include "crypto/random.h"

namespace whorl::access {

// What the provider said of somebody. What they may do follows from it and from the access file of the moment.
struct ProviderPerson {
  std::string issuer;
  std::string subject;
  std::vector<std::string> roles = {};  // in the provider's words
  // When they last showed the provider who they are. However long a session is used, it stays what it was.
  std::optional<std::chrono::system_clock::time_point> signed_in_at = {};
};

class Sessions {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Life {
    std::chrono::seconds idle;     // between two requests
    std::chrono::seconds longest;  // from signing in
  };
  struct Found {
    ProviderPerson who;
    std::string guard;  // what a page says beside the cookie to change something

    [[nodiscard]] bool is_guarded_by(std::string_view said) const;
  };

  // How they came and went, since there is this object.
  struct Counts {
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;      // by the person, who signed out or in anew
    std::uint64_t idle = 0;       // found over, since nothing had been asked for too long
    std::uint64_t too_long = 0;   // found over, since one may not be longer
    std::uint64_t displaced = 0;  // by another's, beyond kMost
  };

  // Throws std::bad_alloc where randomness fails.
  explicit Sessions(crypto::Random& random = crypto::system_random());

  // The name of a new session: a secret of the browser, 43 characters. Errors: kUnavailable where randomness fails.
  Result<std::string> begin(ProviderPerson who, Time now);
  // Somebody who asks again now; nothing where there is no such session, or none any more. `life`: what the access file
  // says now.
  std::optional<Found> find(std::string_view name, const Life& life, Time now);
  void end(std::string_view name);

  // Those that are not over. Takes time by their number.
  [[nodiscard]] std::size_t open(const Life& life, Time now) const;
  [[nodiscard]] const Counts& counts() const { return counts_; }

  // Beyond it, whoever asked last longest ago is signed out.
  static constexpr std::size_t kMost = 10'000;

 private:
  struct Session {
    ProviderPerson who;
    Time began;
    Time asked;

    [[nodiscard]] bool is_idle(const Life& life, Time now) const { return now - asked > life.idle; }
    [[nodiscard]] bool is_too_long(const Life& life, Time now) const { return now - began > life.longest; }
  };
  [[nodiscard]] Sha256 key_of(std::string_view name) const;

  crypto::Random& random_;
  crypto::HmacSha256 key_;
  std::map<Sha256, Session> sessions_;
  Counts counts_;
};

}  // namespace whorl::access
