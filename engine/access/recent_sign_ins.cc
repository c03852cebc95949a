#include "engine/access/recent_sign_ins.h"

#include <algorithm>
#include <array>
#include <new>

#include "crypto/secret_bytes.h"

namespace whorl::access {
namespace {

crypto::HmacSha256 new_key(crypto::Random& random) {
  crypto::SecretBytes key(32);
  if (!random.fill(key.writable()).ok()) throw std::bad_alloc();
  return crypto::HmacSha256(key.view());
}

}  // namespace

RecentSignIns::RecentSignIns(crypto::Random& random) : key_(new_key(random)) {}

Sha256 RecentSignIns::name_of(std::string_view shown, ByteView certificate) const {
  const std::array<std::uint8_t, 1> with{static_cast<std::uint8_t>(certificate.size())};
  return key_.of({with, certificate, as_bytes(shown)});
}

std::optional<engine::Principal> RecentSignIns::find(std::string_view shown, ByteView certificate, Time now) {
  const auto at = known_.find(name_of(shown, certificate));
  if (at == known_.end()) return std::nullopt;
  if (at->second.until > now) return at->second.who;
  known_.erase(at);
  return std::nullopt;
}

void RecentSignIns::keep(std::string_view shown, ByteView certificate, const engine::Principal& who, Time now) {
  if (known_.size() >= kMost) std::erase_if(known_, [now](const auto& each) { return each.second.until <= now; });
  if (known_.size() >= kMost) known_.erase(known_.begin());
  known_.insert_or_assign(name_of(shown, certificate), Entry{who, now + kLife});
}

}  // namespace whorl::access
