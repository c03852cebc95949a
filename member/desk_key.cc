#include "member/desk_key.h"

#include "crypto/jose/jwe.h"
#include "crypto/jose/jwk.h"
#include "member/row_names.h"

namespace whorl::member {

Status DeskKey::take(ByteView head) {
  auto key = crypto::PrivateKey::of(crypto::KeyKind::kX25519, head);
  if (!key.ok()) return corruption("the key of desks is malformed");
  const std::scoped_lock lock(mutex_);
  key_ = std::move(*key);
  return {};
}

Result<std::string> DeskKey::jwk() {
  const std::scoped_lock lock(mutex_);
  if (!key_) {
    WHORL_ASSIGN(auto fresh, crypto::PrivateKey::make(crypto::KeyKind::kX25519, random_));
    WHORL_TRY(rows_.change(std::string(kDeskKeyRow), fresh.secret(), {}));
    key_ = std::move(fresh);
  }
  return crypto::jwk_text(key_->public_key(), crypto::key_id(key_->public_key()));
}

std::optional<crypto::PrivateKey> DeskKey::key() const {
  const std::scoped_lock lock(mutex_);
  return key_;
}

Result<std::string> DeskKey::unsealed(std::string_view compact) const {
  const crypto::JweKey own{crypto::JweAlgorithm::kEcdhEs, key(), {}};
  const std::string kid = own.key ? crypto::key_id(own.key->public_key()) : std::string();
  WHORL_ASSIGN(crypto::Jwe jwe, crypto::decrypt_jwe(compact, [&](std::string_view name) {
                 return own.key && name == kid ? &own : nullptr;
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
