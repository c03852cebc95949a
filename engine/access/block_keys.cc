#include "engine/access/block_keys.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/digest.h"
#include "crypto/jose/jws.h"
#include "crypto/secret_bytes.h"
#include "engine/access/private_file.h"

namespace whorl::access {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostHeaderBytes = 8192;  // of a JWE or JWS that others made

Error of_file(const Error& error, const fs::path& file) { return error.within(file.string()); }

Error malformed(std::string_view detail) {
  return failure(ErrorCode::kJoseMalformed, with<"detail">(std::string(detail)));
}

Result<crypto::SecretBytes> private_text(const fs::path& file) {
  return read_private_file(file, crypto::kMostJwkBytes, OthersMay::kNothing);
}

bool is_code(const Error& error, FailureCode code) { return error.code() == code.name(); }

template <class Keys>
bool has_name(const Keys& keys, std::string_view kid) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.kid == kid; });
}

bool is_public_part(const crypto::DecryptionKey& key, const crypto::PublicKey& of) {
  return key.key.key && key.key.key->public_key() == of;
}

}  // namespace

Status BlockKeys::read_decryption(const BlockConfig& config) {
  for (const fs::path& file : config.decrypt) {
    WHORL_ASSIGN(const auto text, private_text(file));
    auto key = crypto::parse_decryption_key(as_text(text.view()));
    if (!key.ok()) return of_file(key.error(), file);
    if (has_name(decryption_, key->kid)) return of_file(malformed("two keys have the same name"), file);
    decryption_.push_back(std::move(*key));
  }
  return {};
}

Status BlockKeys::read_signing(const fs::path& file) {
  WHORL_ASSIGN(const auto text, private_text(file));
  auto key = crypto::parse_signing_key(as_text(text.view()));
  if (!key.ok()) return of_file(key.error(), file);
  const crypto::PublicKey& known = key->key.public_key();
  if (std::any_of(decryption_.begin(), decryption_.end(),
                  [&](const auto& own) { return is_public_part(own, known); })) {
    return of_file(malformed("this key decrypts: a key that signs is one of its own"), file);
  }
  if (key->kid.empty()) key->kid = crypto::key_id(known);
  signing_ = std::move(*key);
  return {};
}

Status BlockKeys::read_signer(const BlockConfig::Named& signer) {
  WHORL_ASSIGN(const auto text, read_private_file(signer.file, crypto::kMostJwkSetBytes, OthersMay::kReadIt));
  const auto set = crypto::JwkSet::parse(as_text(text.view()));
  if (!set.ok()) return of_file(set.error(), signer.file);
  std::size_t verifying = 0;
  for (const crypto::Jwk& key : set->keys()) {
    if (!key.verifies) continue;
    ++verifying;
    std::string kid = key.kid.empty() ? crypto::key_id(key.key) : key.kid;
    if (has_name(signers_, kid)) return of_file(malformed("a key of the same name is another's"), signer.file);
    signers_.push_back({signer.name, std::move(kid), key});
  }
  if (verifying == 0) return of_file(malformed("holds no key that verifies signatures"), signer.file);
  return {};
}

Result<std::shared_ptr<const BlockKeys>> BlockKeys::read(const BlockConfig& config) {
  auto out = std::make_shared<BlockKeys>();
  WHORL_TRY(out->read_decryption(config));
  if (!config.sign.empty()) WHORL_TRY(out->read_signing(config.sign));
  for (const BlockConfig::Named& signer : config.signers) WHORL_TRY(out->read_signer(signer));
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
  bool is_named = true;
  bool is_known = false;
  const auto find = [&](std::string_view kid) {
    is_named = !kid.empty();
    std::vector<const crypto::JweKey*> out;
    for (const crypto::DecryptionKey& key : decryption_) {
      if (!is_named || key.kid == kid) out.push_back(&key.key);
    }
    is_known = !out.empty();
    return out;
  };
  auto opened = crypto::decrypt_jwe_by_any(
      jwe, find,
      {.most_bytes = kMostEncryptedBytes, .most_header_bytes = kMostHeaderBytes, .known_members_only = false});
  if (opened.ok()) return std::move(opened->plaintext);
  if (!is_code(opened.error(), ErrorCode::kKeyUnknown)) return opened.error();
  if (!is_named) return malformed("names no key (kid), and none of this node's keys is for its algorithm");
  return is_known ? failure(ErrorCode::kNotDecrypted) : failure(ErrorCode::kDecryptionKeyUnknown);
}

const BlockKeys::Signer* BlockKeys::signer(std::string_view kid) const {
  const auto at = std::find_if(signers_.begin(), signers_.end(), [&](const Signer& each) { return each.kid == kid; });
  return at == signers_.end() ? nullptr : &*at;
}

// Errors: those of verify_jws; key_unknown also where a JWS without a kid is by none of the keys.
Result<std::string> BlockKeys::signer_of_payload(std::string_view jws, ByteView payload, bool is_detached) const {
  const crypto::JwsRules rules{
      .most_bytes = kMostSignatureBytes, .most_header_bytes = kMostHeaderBytes, .known_members_only = false};
  for (std::size_t i = 0; i < kMostSignersTried; ++i) {
    bool is_named = true;
    const Signer* by = nullptr;
    const auto find = [&](std::string_view kid) -> const crypto::Jwk* {
      is_named = !kid.empty();
      by = is_named ? signer(kid) : i < signers_.size() ? &signers_[i] : nullptr;
      return by == nullptr ? nullptr : &by->key;
    };
    const auto read =
        is_detached ? crypto::verify_jws_detached(jws, payload, find, rules) : crypto::verify_jws(jws, find, rules);
    if (read.ok()) {
      const bool same = std::equal(read->payload.begin(), read->payload.end(), payload.begin(), payload.end());
      return same && by != nullptr ? Result(by->name) : failure(ErrorCode::kSignatureWrong);
    }
    if (is_named || !is_code(read.error(), ErrorCode::kSignatureWrong)) return read.error();
  }
  return failure(ErrorCode::kKeyUnknown);
}

Result<std::string> BlockKeys::signer_of(std::string_view jws, std::string_view hash, ByteView digest) const {
  const bool is_detached = jws.find("..") != std::string_view::npos;
  Result<std::string> by = signer_of_payload(jws, as_bytes(hash), is_detached);
  const auto is_other = [&](FailureCode code) { return !by.ok() && is_code(by.error(), code); };
  if (!digest.empty() && (is_other(ErrorCode::kSignatureWrong) || is_other(ErrorCode::kKeyUnknown))) {
    by = signer_of_payload(jws, digest, is_detached);
  }
  if (is_other(ErrorCode::kKeyUnknown)) return failure(ErrorCode::kSignerUnknown);
  if (is_other(ErrorCode::kSignatureWrong)) return failure(ErrorCode::kHashSignatureWrong);
  return by;
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
  for (const crypto::DecryptionKey& key : decryption_) out.push_back(key.kid);
  return out;
}

void wipe(Bytes& plain) { crypto::wipe(plain); }

Result<Bytes> block_digest(std::string_view alg, std::string_view text) {
  const auto kind = alg == kBlockDigests[0]   ? crypto::DigestKind::kSha256
                    : alg == kBlockDigests[1] ? crypto::DigestKind::kSha384
                                              : crypto::DigestKind::kSha512;
  return crypto::digest_of(kind, as_bytes(text));
}

}  // namespace whorl::access
