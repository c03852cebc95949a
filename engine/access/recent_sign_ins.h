// Names with passwords that were found right a short while ago, so that scrypt runs once for many requests of one
// person. No password is kept: only a digest under a key of this process.
//
// Not synchronised: it belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/hmac.h"
#include "crypto/random.h"
#include "engine/call.h"

namespace whorl::access {

class RecentSignIns {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Throws std::bad_alloc where randomness fails.
  explicit RecentSignIns(crypto::Random& random = crypto::system_random());

  // Who showed this, word for word, with this certificate (empty: none); nothing where it is not known or too
  // long ago.
  [[nodiscard]] std::optional<engine::Principal> find(std::string_view shown, ByteView certificate, Time now);
  void keep(std::string_view shown, ByteView certificate, const engine::Principal& who, Time now);
  // Whenever the files were read again: somebody may have gone.
  void forget() { known_.clear(); }

  static constexpr std::chrono::minutes kLife{5};
  static constexpr std::size_t kMost = 1000;

 private:
  struct Entry {
    engine::Principal who;
    Time until;
  };
  [[nodiscard]] Sha256 name_of(std::string_view shown, ByteView certificate) const;

  crypto::HmacSha256 key_;
  std::map<Sha256, Entry> known_;
};

}  // namespace whorl::access
