#include "engine/access/block_keys.h"

#include "base/catalogue.h"
#include "crypto/digest.h"
#include "crypto/jose/jws.h"
#include "engine/access/private_file.h"

namespace whorl::access {
namespace {

namespace fs = std::filesystem;

Error of_file(const Error& error, const fs::path& file) { return error.within(file.string()); }

Error malformed(std::string_view detail) {
  return failure(ErrorCode::kJoseMalformed, with<"detail">(std::string(detail)));
}

Result<crypto::SecretBytes> private_text(const fs::path& file) {
  return read_private_file(file, crypto::kMostJwkBytes, OthersMay::kNothing);
}

bool is_code(const Error& error, FailureCode code) { return error.code() == code.name(); }

}  // namespace

Result<std::shared_ptr<const BlockKeys>> BlockKeys::read(const BlockConfig& config) {
  auto out = std::make_shared<BlockKeys>();
  for (const fs::path& file : config.decrypt) {
    WHORL_ASSIGN(const auto text, private_text(file));
    auto key = crypto::parse_decryption_key(as_text(text.view()));
    if (!key.ok()) return of_file(key.error(), file);
    std::string kid = key->kid;
    if (!out->decryption_.emplace(std::move(kid), std::move(*key)).second) {
      return of_file(malformed("two keys have the same name"), file);
    }
  }
  if (!config.sign.empty()) {
    WHORL_ASSIGN(const auto text, private_text(config.sign));
    auto key = crypto::parse_private_jwk(as_text(text.view()));
    if (!key.ok()) return of_file(key.error(), config.sign);
    if (key->kid.empty()) key->kid = crypto::key_id(key->key.public_key());
    out->signing_ = std::move(*key);
    const auto tried = out->signature_of("");
    if (!tried.ok()) return of_file(malformed("this key signs nothing: P-256 and Ed25519 do"), config.sign);
  }
  for (const BlockConfig::Named& signer : config.signers) {
    WHORL_ASSIGN(const auto text, read_private_file(signer.file, crypto::kMostJwkSetBytes, OthersMay::kReadIt));
    const auto set = crypto::JwkSet::parse(as_text(text.view()));
    if (!set.ok()) return of_file(set.error(), signer.file);
    std::size_t verifying = 0;
    for (const crypto::Jwk& key : set->keys()) {
      if (!key.verifies) continue;
      ++verifying;
      std::string kid = key.kid.empty() ? crypto::key_id(key.key) : key.kid;
      if (!out->signers_.emplace(std::move(kid), Signer{signer.name, key}).second) {
        return of_file(malformed("a key of the same name is another's"), signer.file);
      }
    }
    if (verifying == 0) return of_file(malformed("holds no key that verifies signatures"), signer.file);
  }
  for (const BlockConfig::Named& recipient : config.recipients) {
    WHORL_ASSIGN(const auto text, read_private_file(recipient.file, crypto::kMostJwkBytes, OthersMay::kReadIt));
    auto key = crypto::parse_encryption_key(as_text(text.view()));
    if (!key.ok()) return of_file(key.error(), recipient.file);
    out->recipients_.emplace(recipient.name, std::move(*key));
  }
  out->encryption_required_ = config.encryption_required;
  out->integrity_required_ = config.integrity_required;
  return std::shared_ptr<const BlockKeys>(std::move(out));
}

Result<Bytes> BlockKeys::decrypted(std::string_view jwe) const {
  const auto find = [this](std::string_view kid) -> const crypto::JweKey* {
    if (kid.empty()) return decryption_.size() == 1 ? &decryption_.begin()->second.key : nullptr;
    const auto at = decryption_.find(kid);
    return at == decryption_.end() ? nullptr : &at->second.key;
  };
  auto opened = crypto::decrypt_jwe(jwe, find, {.most_bytes = kMostEncryptedBytes});
  if (opened.ok()) return std::move(opened->plaintext);
  if (is_code(opened.error(), ErrorCode::kKeyUnknown)) return failure(ErrorCode::kDecryptionKeyUnknown);
  return opened.error();
}

Result<std::string> BlockKeys::signer_of(std::string_view jws, std::string_view hash) const {
  const Signer* by = nullptr;
  const auto find = [&](std::string_view kid) -> const crypto::Jwk* {
    const auto at = kid.empty() && signers_.size() == 1 ? signers_.begin() : signers_.find(kid);
    if (at == signers_.end()) return nullptr;
    by = &at->second;
    return &by->key;
  };
  const crypto::JwsRules rules{
      .most_bytes = kMostSignatureBytes, .most_header_bytes = 8192, .known_members_only = false};
  const bool detached = jws.find("..") != std::string_view::npos;
  const auto read =
      detached ? crypto::verify_jws_detached(jws, as_bytes(hash), find, rules) : crypto::verify_jws(jws, find, rules);
  if (!read.ok()) {
    if (is_code(read.error(), ErrorCode::kKeyUnknown)) return failure(ErrorCode::kSignerUnknown);
    if (is_code(read.error(), ErrorCode::kSignatureWrong)) return failure(ErrorCode::kHashSignatureWrong);
    return read.error();
  }
  if (as_text(read->payload) != hash || by == nullptr) return failure(ErrorCode::kHashSignatureWrong);
  return by->name;
}

Result<std::string> BlockKeys::signature_of(std::string_view hash) const {
  if (!signing_) return failure(ErrorCode::kNoSigningKey);
  return crypto::sign_jws_detached(signing_->key, {.kid = signing_->kid}, as_bytes(hash));
}

Result<std::string> BlockKeys::encrypted_for(const std::string& recipient, ByteView plaintext) const {
  const auto at = recipients_.find(recipient);
  if (at == recipients_.end()) return failure(ErrorCode::kRecipientUnknown);
  const crypto::EncryptionKey& to = at->second;
  return crypto::encrypt_jwe(to.key, to.algorithm, {.common = {.kid = to.kid}}, plaintext);
}

std::vector<std::string> BlockKeys::decryption_kids() const {
  std::vector<std::string> out;
  for (const auto& [kid, key] : decryption_) out.push_back(kid);
  return out;
}

Result<Bytes> block_digest(std::string_view alg, std::string_view text) {
  const auto kind = alg == kBlockDigests[0]   ? crypto::DigestKind::kSha256
                    : alg == kBlockDigests[1] ? crypto::DigestKind::kSha384
                                              : crypto::DigestKind::kSha512;
  return crypto::digest_of(kind, as_bytes(text));
}

}  // namespace whorl::access
