#include "engine/access/sessions.h"

#include <algorithm>
#include <array>
#include <new>

#include "crypto/jose/base64url.h"
#include "crypto/secret_bytes.h"

namespace whorl::access {
namespace {

std::array<std::uint8_t, 32> drawn(crypto::Random& random) {
  std::array<std::uint8_t, 32> out{};
  if (!random.fill(out).ok()) throw std::bad_alloc();
  return out;
}

}  // namespace

Sessions::Sessions(crypto::Random& random) : random_(random), key_(drawn(random)) {}

// No name of a session lies in memory, only its digest.
Sha256 Sessions::key_of(std::string_view name) const { return key_.of({as_bytes("session/"), as_bytes(name)}); }

Result<std::string> Sessions::begin(ProviderPerson who, Time now) {
  std::array<std::uint8_t, 32> random{};
  WHORL_TRY(random_.fill(random));
  if (sessions_.size() >= kMost) {
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; }));
    ++counts_.displaced;
  }
  std::string name = crypto::base64url(random);
  sessions_.emplace(key_of(name), Session{std::move(who), now, now});
  ++counts_.begun;
  return name;
}

std::optional<Sessions::Found> Sessions::find(std::string_view name, const Life& life, Time now) {
  const auto at = sessions_.find(key_of(name));
  if (at == sessions_.end()) return std::nullopt;
  Session& session = at->second;
  const bool idle = session.is_idle(life, now);
  if (idle || session.is_too_long(life, now)) {
    ++(idle ? counts_.idle : counts_.too_long);
    sessions_.erase(at);
    return std::nullopt;
  }
  session.asked = now;
  return Found{session.who, crypto::base64url(key_.of({as_bytes("guard/"), as_bytes(name)}))};
}

bool Sessions::Found::is_guarded_by(std::string_view said) const {
  return crypto::equal_in_constant_time(as_bytes(guard), as_bytes(said));
}

void Sessions::end(std::string_view name) { counts_.ended += sessions_.erase(key_of(name)); }

std::size_t Sessions::open(const Life& life, Time now) const {
  return static_cast<std::size_t>(std::ranges::count_if(sessions_, [&](const auto& entry) {
    return !entry.second.is_idle(life, now) && !entry.second.is_too_long(life, now);
  }));
}

}  // namespace whorl::access
