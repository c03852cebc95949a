#include "crypto/jose/jwe.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/aead.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/compact.h"
#include "crypto/jose/concat_kdf.h"
#include "crypto/jose/jwk_members.h"
#include "crypto/key_wrap.h"

namespace whorl::crypto {
namespace {

constexpr std::string_view kEncryption = "A256GCM";
constexpr std::size_t kMostWordBytes = 32;
constexpr std::size_t kContentKeyBytes = 32;
constexpr std::size_t kWrappedBytes = kContentKeyBytes + 8;

std::string_view name_of(JweAlgorithm algorithm) {
  switch (algorithm) {
    case JweAlgorithm::kEcdhEs: return "ECDH-ES";
    case JweAlgorithm::kEcdhEsA256Kw: return "ECDH-ES+A256KW";
    case JweAlgorithm::kDirect: return "dir";
  }
  return {};
}

// What the agreed key is derived for.
std::string_view purpose_of(JweAlgorithm algorithm) {
  return algorithm == JweAlgorithm::kEcdhEs ? kEncryption : name_of(algorithm);
}

Error not_decrypted() { return failure(ErrorCode::kNotDecrypted); }

Result<std::string> header_text(JweAlgorithm algorithm, const JweHeader& header, const PublicKey* ephemeral) {
  if (header.apu.size() > kMostPartyBytes || header.apv.size() > kMostPartyBytes) {
    return invalid_input("a party of a JWE has at most 128 bytes");
  }
  WHORL_ASSIGN(const std::string common, common_text(header.common));
  std::string out = R"({"alg":")" + std::string(name_of(algorithm)) + R"(","enc":")" + std::string(kEncryption) + "\"";
  out += common;
  if (!header.apu.empty()) out += R"(,"apu":")" + base64url(header.apu) + "\"";
  if (!header.apv.empty()) out += R"(,"apv":")" + base64url(header.apv) + "\"";
  if (ephemeral != nullptr) out += R"(,"epk":)" + jwk_text(*ephemeral);
  return out + "}";
}

// The five parts of a message whose content key is settled.
Result<std::string> sealed(const std::string& header, ByteView wrapped, ByteView content_key, ByteView plaintext,
                           Random& random) {
  const std::string encoded = base64url(as_bytes(header));
  WHORL_ASSIGN(const Nonce nonce, Nonce::drawn(random));
  WHORL_ASSIGN(const Bytes content, aead_seal(content_key, nonce, as_bytes(encoded), plaintext));
  const ByteView text(content);
  return encoded + "." + base64url(wrapped) + "." + base64url(nonce.view()) + "." +
         base64url(text.first(plaintext.size())) + "." + base64url(text.last(kAeadTagBytes));
}

struct ReadHeader {
  JweHeader header;
  std::string algorithm;
  std::optional<PublicKey> ephemeral;
};

Result<Bytes> party(const JoseMembers& members, std::string_view name) {
  if (!members.has(name)) return Bytes();
  return members.bytes(name, 0, kMostPartyBytes);
}

Result<std::optional<PublicKey>> ephemeral_key(const JoseMembers& members) {
  const boost::json::value* value = members.find("epk");
  if (value == nullptr) return std::optional<PublicKey>();
  if (!value->is_object()) return members.error("epk", "must be an object");
  const JoseMembers inside(value->get_object(), members.path("epk"));
  WHORL_TRY(inside.allow_only({"kty", "crv", "x", "y"}));
  WHORL_ASSIGN(std::optional<PublicKey> key, public_key_in(inside));
  if (!key) return members.error("epk", "is of a kind or curve that is not known here");
  return key;
}

Result<ReadHeader> read_jwe_header(std::string_view encoded, std::size_t most_bytes) {
  WHORL_ASSIGN(const boost::json::object object, read_header(encoded, most_bytes));
  const JoseMembers members(object);
  WHORL_TRY(members.allow_only({"alg", "enc", "kid", "typ", "cty", "apu", "apv", "epk"}));
  WHORL_ASSIGN(const std::string_view algorithm, members.required_text("alg", kMostWordBytes));
  WHORL_ASSIGN(const std::string_view encryption, members.required_text("enc", kMostWordBytes));
  if (encryption != kEncryption) return members.error("enc", "A256GCM alone is taken");
  ReadHeader out;
  out.algorithm = std::string(algorithm);
  WHORL_ASSIGN(out.header.common, common_members(members));
  WHORL_ASSIGN(out.header.apu, party(members, "apu"));
  WHORL_ASSIGN(out.header.apv, party(members, "apv"));
  WHORL_ASSIGN(out.ephemeral, ephemeral_key(members));
  return out;
}

// Errors are all one.
Result<SecretBytes> content_key(const JweKey& key, const ReadHeader& read, ByteView wrapped) {
  const bool is_shared = key.algorithm == JweAlgorithm::kDirect;
  if (is_shared != !read.ephemeral || is_shared != !key.key) return not_decrypted();
  if (wrapped.size() != (key.algorithm == JweAlgorithm::kEcdhEsA256Kw ? kWrappedBytes : 0)) return not_decrypted();
  if (is_shared) return key.shared.clone();
  const auto agreed = agreed_secret(*key.key, *read.ephemeral);
  if (!agreed.ok()) return not_decrypted();
  SecretBytes derived =
      concat_kdf(agreed->view(), purpose_of(key.algorithm), read.header.apu, read.header.apv, kContentKeyBytes);
  if (key.algorithm == JweAlgorithm::kEcdhEs) return derived;
  auto unwrapped = unwrap_key(derived.view(), wrapped);
  if (!unwrapped.ok()) return not_decrypted();
  return unwrapped;
}

}  // namespace

Result<std::string> encrypt_jwe(const PublicKey& to, JweAlgorithm algorithm, const JweHeader& header,
                                ByteView plaintext, Random& random) {
  if (algorithm == JweAlgorithm::kDirect) return invalid_input("a shared key is no public key");
  if (to.kind() != KeyKind::kX25519 && to.kind() != KeyKind::kP256) {
    return invalid_input("messages are encrypted to keys of X25519 or P-256");
  }
  WHORL_ASSIGN(const PrivateKey once, PrivateKey::make(to.kind(), random));
  WHORL_ASSIGN(const SecretBytes agreed, agreed_secret(once, to));
  WHORL_ASSIGN(const std::string text, header_text(algorithm, header, &once.public_key()));
  const SecretBytes derived =
      concat_kdf(agreed.view(), purpose_of(algorithm), header.apu, header.apv, kContentKeyBytes);
  if (algorithm == JweAlgorithm::kEcdhEs) return sealed(text, {}, derived.view(), plaintext, random);
  SecretBytes content(kContentKeyBytes);
  WHORL_TRY(random.fill(content.writable()));
  WHORL_ASSIGN(const Bytes wrapped, wrap_key(derived.view(), content.view()));
  return sealed(text, wrapped, content.view(), plaintext, random);
}

Result<std::string> encrypt_jwe_shared(ByteView key, const JweHeader& header, ByteView plaintext, Random& random) {
  if (key.size() != kContentKeyBytes) return invalid_input("a shared key has 32 bytes");
  WHORL_ASSIGN(const std::string text, header_text(JweAlgorithm::kDirect, header, nullptr));
  return sealed(text, {}, key, plaintext, random);
}

Result<Jwe> decrypt_jwe(std::string_view compact, const JweKeyFinder& find, const JweRules& rules) {
  if (compact.size() > rules.most_bytes) return jose_malformed("is longer than it may be");
  const auto parts = parts_of<5>(compact);
  if (!parts) return jose_malformed("a JWE has five parts");
  const auto& [encoded, key_text, nonce_text, content_text, tag_text] = *parts;
  WHORL_ASSIGN(ReadHeader read, read_jwe_header(encoded, rules.most_header_bytes));
  if (key_text.size() > base64url_size(kWrappedBytes) || nonce_text.size() != base64url_size(kAeadNonceBytes) ||
      tag_text.size() != base64url_size(kAeadTagBytes)) {
    return jose_malformed("a part of the JWE has another length than it should");
  }
  const auto wrapped = decode_base64url(key_text);
  const auto nonce = decode_base64url(nonce_text);
  auto content = decode_base64url(content_text);
  const auto tag = decode_base64url(tag_text);
  if (!wrapped || !nonce || !content || !tag) return jose_malformed("a part of the JWE is not base64url");
  const JweKey* key = find(read.header.common.kid);
  if (key == nullptr) return failure(ErrorCode::kKeyUnknown);
  if (read.algorithm != name_of(key->algorithm)) return not_decrypted();
  WHORL_ASSIGN(const SecretBytes opening, content_key(*key, read, *wrapped));
  content->insert(content->end(), tag->begin(), tag->end());
  auto plaintext = aead_open(opening.view(), Nonce::of_sealed(ByteView(*nonce).first<kAeadNonceBytes>()),
                             as_bytes(encoded), *content);
  if (!plaintext.ok()) return not_decrypted();
  return Jwe{std::move(read.header), std::move(*plaintext)};
}

}  // namespace whorl::crypto
