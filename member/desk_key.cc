#include "member/desk_key.h"

#include <algorithm>

#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "member/row_fields.h"

namespace whorl::member {
namespace {

using crypto::KeyKind;
using crypto::PrivateKey;

Error malformed() { return corruption("the key of desks is malformed"); }

std::string jwk_of(const PrivateKey& key) {
  return crypto::jwk_text(key.public_key(), crypto::key_id(key.public_key()));
}

}  // namespace

std::int64_t DeskKey::now() const {
  return std::chrono::floor<std::chrono::seconds>(with_.world.now()).time_since_epoch().count();
}

Status DeskKey::take(ByteView head) {
  std::vector<Key> keys;
  if (head.size() == rows::kKeyBytes) {  // of a build that knew one key
    auto key = PrivateKey::of(KeyKind::kX25519, head);
    if (!key.ok()) return malformed();
    keys.push_back({std::move(*key)});
  } else {
    rows::Reader in(head);
    for (std::size_t left = in.count(); left > 0 && in.going(); --left) {
      const crypto::SecretBytes secret = in.secret();
      const std::int64_t until = in.number();
      auto key = PrivateKey::of(KeyKind::kX25519, secret.view());
      if (!key.ok() || (until == 0) != keys.empty()) return malformed();
      keys.push_back({std::move(*key), until == 0 ? std::optional<Ticks>() : Ticks(), until});
    }
    if (!in.done(0).ok() || keys.empty()) return malformed();
  }
  const std::scoped_lock lock(mutex_);
  keys_ = std::move(keys);
  began_ = with_.world.ticks();
  began_at_ = now();
  look_at_clocks();
  return {};
}

// As long as the wall clock may yet be set right, the time that is left is reckoned again.
void DeskKey::look_at_clocks() {
  const auto passed = std::chrono::floor<std::chrono::seconds>(with_.world.ticks() - began_);
  if (passed > kDeskKeyDoubt) return;
  began_at_ = std::min(began_at_, now() - passed.count());
  for (Key& each : keys_) {
    if (each.row_until == 0) continue;
    const auto left =
        std::clamp(std::chrono::seconds(each.row_until - began_at_), std::chrono::seconds(0), with_.opens_for);
    each.ends = began_ + left;
  }
}

bool DeskKey::is_over(const Key& key) const { return key.ends && with_.world.ticks() >= *key.ends; }

std::int64_t DeskKey::until(const Key& key) const {
  if (!key.ends) return 0;
  const auto end = with_.world.now() +
                   std::chrono::duration_cast<std::chrono::system_clock::duration>(*key.ends - with_.world.ticks());
  return std::max<std::int64_t>(1, std::chrono::round<std::chrono::seconds>(end).time_since_epoch().count());
}

void DeskKey::drop_what_is_over() {
  look_at_clocks();
  const bool in_doubt = with_.world.ticks() - began_ < kDeskKeyDoubt;
  const auto goes = [&](const Key& each) {
    // That it ran out since the node began is no wall clock's word.
    const bool at_start = each.row_until != 0 && each.ends == began_;
    return is_over(each) && !(at_start && in_doubt);
  };
  if (std::erase_if(keys_, goes) > 0) row_is_over_ = true;
}

Status DeskKey::keep(const engine::Call& call, std::string_view outcome, const std::vector<Key>& keys) {
  rows::Writer out;
  out.number(static_cast<std::int64_t>(keys.size()));
  for (const Key& each : keys) out.secret(crypto::SecretBytes::copy_of(each.key.secret())).number(until(each));
  Bytes head = out.take();
  Status kept = with_.keep(call, outcome, head);
  crypto::wipe(head);
  if (kept.ok()) row_is_over_ = false;
  return kept;
}

engine::DeskKeys DeskKey::shown() const {
  engine::DeskKeys out{jwk_of(keys_.front().key), {}};
  for (const Key& each : keys_) {
    if (!each.ends || is_over(each)) continue;
    out.earlier.push_back(
        {crypto::key_id(each.key.public_key()), std::chrono::sys_seconds(std::chrono::seconds(until(each)))});
  }
  return out;
}

Result<std::string> DeskKey::jwk(const engine::Call& call) {
  const std::scoped_lock lock(mutex_);
  if (keys_.empty()) {
    WHORL_ASSIGN(auto fresh, PrivateKey::make(KeyKind::kX25519, with_.random));
    std::vector<Key> keys{{std::move(fresh)}};
    WHORL_TRY(keep(call, "desk key made", keys));
    keys_ = std::move(keys);
  }
  return jwk_of(keys_.front().key);
}

Result<engine::DeskKeys> DeskKey::rotate(const engine::Call& call) {
  const std::scoped_lock lock(mutex_);
  drop_what_is_over();
  WHORL_ASSIGN(auto fresh, PrivateKey::make(KeyKind::kX25519, with_.random));
  std::vector<Key> keys{{std::move(fresh)}};
  for (const Key& each : keys_) {
    keys.push_back(each);
    if (!each.ends) keys.back().ends = with_.world.ticks() + with_.opens_for;
  }
  // The earliest goes before its time: who has lost a key has to get another.
  if (keys.size() > kMostEarlierDeskKeys + 1) keys.pop_back();
  WHORL_TRY(keep(call, keys_.empty() ? "desk key made" : "desk key changed", keys));
  keys_ = std::move(keys);
  return shown();
}

Status DeskKey::pass_time() {
  const std::scoped_lock lock(mutex_);
  drop_what_is_over();
  return row_is_over_ ? keep({}, "desk key destroyed", keys_) : Status();
}

Result<std::string> DeskKey::unsealed(std::string_view compact) {
  std::optional<crypto::JweKey> own;
  WHORL_ASSIGN(crypto::Jwe jwe, crypto::decrypt_jwe(compact, [&](std::string_view name) -> const crypto::JweKey* {
                 const std::scoped_lock lock(mutex_);
                 drop_what_is_over();
                 for (const Key& each : keys_) {
                   if (is_over(each) || crypto::key_id(each.key.public_key()) != name) continue;
                   own = crypto::JweKey{crypto::JweAlgorithm::kEcdhEs, each.key, {}};
                   return &*own;
                 }
                 return nullptr;
               }));
  std::string out(as_text(jwe.plaintext));
  crypto::wipe(jwe.plaintext);
  if (jwe.header.common.typ != kSealedCheckType) {
    return invalid_input("is sealed as something else than " + std::string(kSealedCheckType));
  }
  return out;
}

Result<std::string> sealed_check(std::string_view jwk, std::string_view body) {
  WHORL_ASSIGN(const crypto::Jwk to, crypto::parse_jwk(jwk));
  if (!to.encrypts) return invalid_input("is a key that nothing is sealed for");
  crypto::JweHeader header;
  header.common.kid = to.kid;
  header.common.typ = kSealedCheckType;
  WHORL_ASSIGN(std::string out, crypto::encrypt_jwe(to.key, crypto::JweAlgorithm::kEcdhEs, header, as_bytes(body)));
  if (out.size() > crypto::kMostJweBytes) return invalid_input("is too long to be sealed: take fewer pictures");
  return out;
}

}  // namespace whorl::member
