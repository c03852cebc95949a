#include "crypto/jose/jwe.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/aead.h"
#include "crypto/cbc_hmac.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/compact.h"
#include "crypto/jose/concat_kdf.h"
#include "crypto/jose/jwk_members.h"
#include "crypto/key_wrap.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kMostWordBytes = 32;
constexpr std::size_t kSharedBytes = kAeadKeyBytes;
constexpr std::size_t kWrappingBytes = 32;
constexpr std::size_t kWrapAddedBytes = 8;
constexpr std::size_t kMostWrappedBytes = kMostRsaBits / 8;

// A cipher of contents, and how long its parts are.
struct Cipher {
  JweContent content;
  std::string_view name;
  std::size_t key_bytes;
  std::size_t iv_bytes;
  std::size_t tag_bytes;
};
constexpr Cipher kCiphers[] = {
    {JweContent::kA256Gcm, "A256GCM", kAeadKeyBytes, kAeadNonceBytes, kAeadTagBytes},
    {JweContent::kA256CbcHs512, "A256CBC-HS512", kCbcHmacKeyBytes, kCbcHmacIvBytes, kCbcHmacTagBytes}};

const Cipher& cipher_of(JweContent content) { return kCiphers[content == JweContent::kA256Gcm ? 0 : 1]; }

std::string_view name_of(JweAlgorithm algorithm) {
  switch (algorithm) {
    case JweAlgorithm::kEcdhEs: return "ECDH-ES";
    case JweAlgorithm::kEcdhEsA256Kw: return "ECDH-ES+A256KW";
    case JweAlgorithm::kRsaOaep256: return "RSA-OAEP-256";
    case JweAlgorithm::kDirect: return "dir";
  }
  return {};
}

// What the agreed key is derived for.
std::string_view purpose_of(JweAlgorithm algorithm, const Cipher& cipher) {
  return algorithm == JweAlgorithm::kEcdhEs ? cipher.name : name_of(algorithm);
}

std::size_t derived_bytes(JweAlgorithm algorithm, const Cipher& cipher) {
  return algorithm == JweAlgorithm::kEcdhEs ? cipher.key_bytes : kWrappingBytes;
}

Error not_decrypted() { return failure(ErrorCode::kNotDecrypted); }

Result<std::string> header_text(JweAlgorithm algorithm, const Cipher& cipher, const JweHeader& header,
                                const PublicKey* ephemeral) {
  if (header.apu.size() > kMostPartyBytes || header.apv.size() > kMostPartyBytes) {
    return invalid_input("a party of a JWE has at most 128 bytes");
  }
  WHORL_ASSIGN(const std::string common, common_text(header.common));
  std::string out = R"({"alg":")" + std::string(name_of(algorithm)) + R"(","enc":")" + std::string(cipher.name) + "\"";
  out += common;
  if (!header.apu.empty()) out += R"(,"apu":")" + base64url(header.apu) + "\"";
  if (!header.apv.empty()) out += R"(,"apv":")" + base64url(header.apv) + "\"";
  if (ephemeral != nullptr) out += R"(,"epk":)" + jwk_text(*ephemeral);
  return out + "}";
}

// The five parts of a message whose content key is settled.
Result<std::string> sealed(const Cipher& cipher, const std::string& header, ByteView wrapped, ByteView content_key,
                           ByteView plaintext, Random& random) {
  const std::string encoded = base64url(as_bytes(header));
  Bytes iv(cipher.iv_bytes);
  Bytes content;
  if (cipher.content == JweContent::kA256Gcm) {
    WHORL_ASSIGN(const Nonce nonce, Nonce::drawn(random));
    iv.assign(nonce.view().begin(), nonce.view().end());
    WHORL_ASSIGN(content, aead_seal(content_key, nonce, as_bytes(encoded), plaintext));
  } else {
    WHORL_TRY(random.fill(iv));
    WHORL_ASSIGN(content, cbc_hmac_seal(content_key, iv, as_bytes(encoded), plaintext));
  }
  const ByteView text(content);
  return encoded + "." + base64url(wrapped) + "." + base64url(iv) + "." +
         base64url(text.first(text.size() - cipher.tag_bytes)) + "." + base64url(text.last(cipher.tag_bytes));
}

Result<Bytes> opened(const Cipher& cipher, ByteView key, ByteView iv, std::string_view bound, ByteView sealed) {
  if (cipher.content == JweContent::kA256CbcHs512) return cbc_hmac_open(key, iv, as_bytes(bound), sealed);
  return aead_open(key, Nonce::of_sealed(iv.first<kAeadNonceBytes>()), as_bytes(bound), sealed);
}

struct ReadHeader {
  JweHeader header;
  std::string algorithm;
  const Cipher* cipher = nullptr;
  std::optional<PublicKey> ephemeral;
};

Result<Bytes> party(const JoseMembers& members, std::string_view name) {
  if (!members.has(name)) return Bytes();
  return members.bytes(name, 0, kMostPartyBytes);
}

Result<std::optional<PublicKey>> ephemeral_key(const JoseMembers& members, bool known_only) {
  const boost::json::value* value = members.find("epk");
  if (value == nullptr) return std::optional<PublicKey>();
  if (!value->is_object()) return members.error("epk", "must be an object");
  const JoseMembers inside(value->get_object(), members.path("epk"));
  if (known_only) WHORL_TRY(inside.allow_only({"kty", "crv", "x", "y"}));
  WHORL_ASSIGN(std::optional<PublicKey> key, public_key_in(inside));
  if (!key) return members.error("epk", "is of a kind or curve that is not known here");
  return key;
}

Result<ReadHeader> read_jwe_header(std::string_view encoded, const JweRules& rules) {
  WHORL_ASSIGN(const boost::json::object object, read_header(encoded, rules.most_header_bytes));
  const JoseMembers members(object);
  if (rules.known_members_only) {
    WHORL_TRY(members.allow_only({"alg", "enc", "kid", "typ", "cty", "apu", "apv", "epk"}));
  }
  WHORL_ASSIGN(const std::string_view algorithm, members.required_text("alg", kMostWordBytes));
  WHORL_ASSIGN(const std::string_view encryption, members.required_text("enc", kMostWordBytes));
  ReadHeader out;
  for (const Cipher& cipher : kCiphers) {
    if (encryption == cipher.name) out.cipher = &cipher;
  }
  if (out.cipher == nullptr) return members.error("enc", "A256GCM and A256CBC-HS512 are known");
  out.algorithm = std::string(algorithm);
  WHORL_ASSIGN(out.header.common, common_members(members));
  WHORL_ASSIGN(out.header.apu, party(members, "apu"));
  WHORL_ASSIGN(out.header.apv, party(members, "apv"));
  WHORL_ASSIGN(out.ephemeral, ephemeral_key(members, rules.known_members_only));
  return out;
}

// Where it does not open, some other key, with which the content does not open either: how long a refusal takes does
// not say which of the two it was (RFC 7516, 11.5).
Result<SecretBytes> content_key_of_rsa(const JweKey& key, const ReadHeader& read, ByteView wrapped) {
  if (!key.rsa || read.ephemeral || wrapped.size() != key.rsa->public_key().bytes().size()) return not_decrypted();
  SecretBytes other(read.cipher->key_bytes);
  WHORL_TRY(system_random().fill(other.writable()));
  SecretBytes own = key.rsa->opened(wrapped);
  return own.size() == other.size() ? std::move(own) : std::move(other);
}

// Errors are all one.
Result<SecretBytes> content_key(const JweKey& key, const ReadHeader& read, ByteView wrapped) {
  const Cipher& cipher = *read.cipher;
  if (cipher.content == JweContent::kA256CbcHs512 && !key.takes_cbc) return not_decrypted();
  if (key.algorithm == JweAlgorithm::kRsaOaep256) return content_key_of_rsa(key, read, wrapped);
  const bool is_shared = key.algorithm == JweAlgorithm::kDirect;
  if (is_shared != !read.ephemeral || is_shared != !key.key) return not_decrypted();
  const bool is_wrapped = key.algorithm == JweAlgorithm::kEcdhEsA256Kw;
  if (wrapped.size() != (is_wrapped ? cipher.key_bytes + kWrapAddedBytes : 0)) return not_decrypted();
  if (is_shared) return key.shared.size() == cipher.key_bytes ? Result(key.shared.clone()) : not_decrypted();
  const auto agreed = agreed_secret(*key.key, *read.ephemeral);
  if (!agreed.ok()) return not_decrypted();
  SecretBytes derived = concat_kdf(agreed->view(), purpose_of(key.algorithm, cipher), read.header.apu, read.header.apv,
                                   derived_bytes(key.algorithm, cipher));
  if (key.algorithm == JweAlgorithm::kEcdhEs) return derived;
  auto unwrapped = unwrap_key(derived.view(), wrapped);
  if (!unwrapped.ok()) return not_decrypted();
  return unwrapped;
}

// A message whose form is sound.
struct ReadJwe {
  ReadHeader head;
  std::string_view bound;  // what is authenticated beside the content
  Bytes wrapped;
  Bytes nonce;
  Bytes sealed;  // with its tag
};

Result<ReadJwe> read_jwe(std::string_view compact, const JweRules& rules) {
  if (compact.size() > rules.most_bytes) return jose_malformed("is longer than it may be");
  const auto parts = parts_of<5>(compact);
  if (!parts) return jose_malformed("a JWE has five parts");
  const auto& [encoded, key_text, nonce_text, content_text, tag_text] = *parts;
  WHORL_ASSIGN(ReadHeader head, read_jwe_header(encoded, rules));
  const Cipher& cipher = *head.cipher;
  if (key_text.size() > base64url_size(kMostWrappedBytes) || nonce_text.size() != base64url_size(cipher.iv_bytes) ||
      tag_text.size() != base64url_size(cipher.tag_bytes)) {
    return jose_malformed("a part of the JWE has another length than it should");
  }
  auto wrapped = decode_base64url(key_text);
  auto nonce = decode_base64url(nonce_text);
  auto content = decode_base64url(content_text);
  const auto tag = decode_base64url(tag_text);
  if (!wrapped || !nonce || !content || !tag) return jose_malformed("a part of the JWE is not base64url");
  content->insert(content->end(), tag->begin(), tag->end());
  return ReadJwe{std::move(head), encoded, std::move(*wrapped), std::move(*nonce), std::move(*content)};
}

// Errors are all one.
Result<Bytes> opened_by(const JweKey& key, const ReadJwe& read) {
  if (read.head.algorithm != name_of(key.algorithm)) return not_decrypted();
  WHORL_ASSIGN(const SecretBytes opening, content_key(key, read.head, read.wrapped));
  auto plaintext = opened(*read.head.cipher, opening.view(), read.nonce, read.bound, read.sealed);
  if (!plaintext.ok()) return not_decrypted();
  return plaintext;
}

// Whether the message could be for this key, by what its header says.
bool fits(const JweKey& key, const ReadHeader& head) {
  if (head.algorithm != name_of(key.algorithm)) return false;
  return !key.key || !head.ephemeral || key.key->public_key().kind() == head.ephemeral->kind();
}

}  // namespace

Result<std::string> encrypt_jwe(const PublicKey& to, JweAlgorithm algorithm, const JweHeader& header,
                                ByteView plaintext, Random& random, JweContent content) {
  const Cipher& cipher = cipher_of(content);
  if (algorithm == JweAlgorithm::kDirect) return invalid_input("a shared key is no public key");
  SecretBytes drawn(cipher.key_bytes);
  WHORL_TRY(random.fill(drawn.writable()));
  if (algorithm == JweAlgorithm::kRsaOaep256) {
    WHORL_ASSIGN(const std::string text, header_text(algorithm, cipher, header, nullptr));
    WHORL_ASSIGN(const Bytes wrapped, rsa_encrypt(to, drawn.view()));
    return sealed(cipher, text, wrapped, drawn.view(), plaintext, random);
  }
  if (to.kind() != KeyKind::kX25519 && to.kind() != KeyKind::kP256) {
    return invalid_input("messages are encrypted to keys of X25519 or P-256");
  }
  WHORL_ASSIGN(const PrivateKey once, PrivateKey::make(to.kind(), random));
  WHORL_ASSIGN(const SecretBytes agreed, agreed_secret(once, to));
  WHORL_ASSIGN(const std::string text, header_text(algorithm, cipher, header, &once.public_key()));
  const SecretBytes derived = concat_kdf(agreed.view(), purpose_of(algorithm, cipher), header.apu, header.apv,
                                         derived_bytes(algorithm, cipher));
  if (algorithm == JweAlgorithm::kEcdhEs) return sealed(cipher, text, {}, derived.view(), plaintext, random);
  WHORL_ASSIGN(const Bytes wrapped, wrap_key(derived.view(), drawn.view()));
  return sealed(cipher, text, wrapped, drawn.view(), plaintext, random);
}

Result<std::string> encrypt_jwe_shared(ByteView key, const JweHeader& header, ByteView plaintext, Random& random) {
  if (key.size() != kSharedBytes) return invalid_input("a shared key has 32 bytes");
  const Cipher& cipher = cipher_of(JweContent::kA256Gcm);
  WHORL_ASSIGN(const std::string text, header_text(JweAlgorithm::kDirect, cipher, header, nullptr));
  return sealed(cipher, text, {}, key, plaintext, random);
}

Result<Jwe> decrypt_jwe(std::string_view compact, const JweKeyFinder& find, const JweRules& rules) {
  WHORL_ASSIGN(ReadJwe read, read_jwe(compact, rules));
  const JweKey* key = find(read.head.header.common.kid);
  if (key == nullptr) return failure(ErrorCode::kKeyUnknown);
  WHORL_ASSIGN(Bytes plaintext, opened_by(*key, read));
  return Jwe{std::move(read.head.header), std::move(plaintext)};
}

Result<Jwe> decrypt_jwe_by_any(std::string_view compact, const JweKeysFinder& find, const JweRules& rules) {
  WHORL_ASSIGN(ReadJwe read, read_jwe(compact, rules));
  bool is_tried = false;
  for (const JweKey* key : find(read.head.header.common.kid)) {
    if (!fits(*key, read.head)) continue;
    is_tried = true;
    auto plaintext = opened_by(*key, read);
    if (plaintext.ok()) return Jwe{std::move(read.head.header), std::move(*plaintext)};
  }
  return is_tried ? not_decrypted() : failure(ErrorCode::kKeyUnknown);
}

}  // namespace whorl::crypto
