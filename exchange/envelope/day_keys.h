// Keys of the day: what the first message of a check is sealed to. Published for a day and destroyed two days later, so
// that what was recorded opens no more.
//
// A set is published as a JWS of the member's identity key, type "rbdes-keys+jws":
//   {"iss":"b.rbdes.test","iat":1,"exp":2,"keys":[{"kid":"...","kty":"OKP","crv":"X25519","x":"...","nbf":1,"exp":2}]}
// A switch that hands it out cannot make one, and one that is held back is refused after 26 hours.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/jose/jwe.h"
#include "crypto/random.h"
#include "exchange/directory/directory.h"

namespace whorl::exchange {

inline constexpr std::size_t kMostDayKeysBytes = 4096;
inline constexpr std::size_t kMostDayKeys = 4;
inline constexpr std::size_t kMostOwnDayKeys = 16;  // however often a clock jumps
inline constexpr std::chrono::seconds kDayKeyPublished{24 * 3600};
inline constexpr std::chrono::seconds kDayKeyKept{72 * 3600};
inline constexpr std::chrono::seconds kOldestDayKeySet{26 * 3600};

struct DayKey {
  std::string kid;
  crypto::PublicKey key;
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds expires;
};

// The key to seal to now: of the set that `member` has signed, the latest that is valid at `now`. Errors:
// day_keys_refused (another member's, too old, made in the future, none valid); those of crypto::verify_jws. Pure;
// thread-safe.
Result<DayKey> read_day_keys(std::string_view jws, const std::string& member, const Directory& partners,
                             std::chrono::sys_seconds now);

// A member's own. Thread-safety: belongs to one thread; find()'s pointers are valid until turn().
class DayKeyRing {
 public:
  // Makes a key where the latest is a day old, or there is none, and destroys those whose time is over by `settled`,
  // which is never later than `now`: what a clock that jumped ahead says destroys nothing. A key that was made while
  // the clock was ahead counts as made now. True: there is something new to publish and to keep. Errors: kUnavailable
  // when randomness fails.
  Result<bool> turn(std::chrono::sys_seconds now, std::chrono::sys_seconds settled,
                    crypto::Random& random = crypto::system_random());
  // Null: no such key, or it was destroyed.
  [[nodiscard]] const crypto::JweKey* find(std::string_view kid) const;
  // The set as it is published.
  [[nodiscard]] Result<std::string> publish(const std::string& me, const crypto::PrivateKey& identity,
                                            std::chrono::sys_seconds now) const;
  // What its user seals and keeps; and back. Errors: kInvalidInput.
  [[nodiscard]] crypto::SecretBytes save() const;
  static Result<DayKeyRing> restore(ByteView saved);

 private:
  struct Own {
    std::chrono::sys_seconds made;
    std::string kid;
    crypto::JweKey key;
  };
  static Own own_of(crypto::PrivateKey key, std::chrono::sys_seconds made);
  std::vector<Own> keys_;  // the latest last
};

}  // namespace whorl::exchange
