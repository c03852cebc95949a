#include "crypto/jose/jwe_keys.h"

#include "base/json_text.h"
#include "crypto/jose/strict_json.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kMostWordBytes = 64;

// What `alg` and `use` say of a key that lies on a curve, or is of RSA.
Result<JweAlgorithm> algorithm_of(const JoseMembers& members) {
  WHORL_ASSIGN(const std::string_view kind, members.required_text("kty", kMostWordBytes));
  WHORL_ASSIGN(const auto alg, members.text("alg", kMostWordBytes));
  WHORL_ASSIGN(const auto use, members.text("use", kMostWordBytes));
  if (use && *use != "enc") return members.error("use", "must be enc");
  if (kind == "RSA") {
    if (alg && *alg != "RSA-OAEP-256") return members.error("alg", "must be RSA-OAEP-256");
    return JweAlgorithm::kRsaOaep256;
  }
  if (!alg || *alg == "ECDH-ES") return JweAlgorithm::kEcdhEs;
  if (*alg == "ECDH-ES+A256KW") return JweAlgorithm::kEcdhEsA256Kw;
  return members.error("alg", "must be ECDH-ES or ECDH-ES+A256KW");
}

Result<JweAlgorithm> algorithm_in(std::string_view text) {
  WHORL_ASSIGN(const boost::json::object object, parse_jose_json(text, kMostJwkBytes, wiping_storage()));
  return algorithm_of(JoseMembers(object));
}

// Of a set of one its key; any other text as it is.
Result<std::string> only_key_of(std::string_view text) {
  WHORL_ASSIGN(const boost::json::object object, parse_jose_json(text, kMostJwkBytes, wiping_storage()));
  const boost::json::value* keys = object.if_contains("keys");
  if (keys == nullptr) return std::string(text);
  if (!keys->is_array() || keys->get_array().size() != 1) return jose_malformed("holds not one key alone", "keys");
  return json_text(keys->get_array().front());
}

}  // namespace

Result<DecryptionKey> parse_decryption_key(std::string_view text) {
  WHORL_ASSIGN(const JweAlgorithm algorithm, algorithm_in(text));
  DecryptionKey out;
  out.key.algorithm = algorithm;
  out.key.takes_cbc = true;
  const auto name = [](const std::string& kid, const PublicKey& key) { return kid.empty() ? key_id(key) : kid; };
  if (algorithm == JweAlgorithm::kRsaOaep256) {
    WHORL_ASSIGN(RsaPrivateJwk read, parse_rsa_private_jwk(text));
    out.kid = name(read.kid, read.key.public_key());
    out.key.rsa = std::move(read.key);
    return out;
  }
  WHORL_ASSIGN(PrivateJwk read, parse_private_jwk(text));
  if (read.key.kind() == KeyKind::kEd25519) return jose_malformed("a key of Ed25519 signs, and decrypts nothing");
  out.kid = name(read.kid, read.key.public_key());
  out.key.key = std::move(read.key);
  return out;
}

Result<PrivateJwk> parse_signing_key(std::string_view text) {
  WHORL_ASSIGN(PrivateJwk out, parse_private_jwk(text));
  const KeyKind kind = out.key.kind();
  if (kind != KeyKind::kEd25519 && kind != KeyKind::kP256) {
    return jose_malformed("this key signs nothing: P-256 and Ed25519 do");
  }
  WHORL_ASSIGN(const boost::json::object object, parse_jose_json(text, kMostJwkBytes, wiping_storage()));
  const JoseMembers members(object);
  WHORL_ASSIGN(const auto alg, members.text("alg", kMostWordBytes));
  WHORL_ASSIGN(const auto use, members.text("use", kMostWordBytes));
  if (use && *use != "sig") return members.error("use", "must be sig");
  const std::string_view own = kind == KeyKind::kEd25519 ? "EdDSA" : "ES256";
  if (alg && *alg != own) return members.error("alg", "must be " + std::string(own));
  return out;
}

Result<EncryptionKey> parse_encryption_key(std::string_view given) {
  WHORL_ASSIGN(const std::string text, only_key_of(given));
  WHORL_ASSIGN(Jwk read, parse_jwk(text));
  if (!read.encrypts) return jose_malformed("this is no key to encrypt to");
  WHORL_ASSIGN(const JweAlgorithm algorithm, algorithm_in(text));
  return EncryptionKey{std::move(read.kid), std::move(read.key), algorithm};
}

}  // namespace whorl::crypto
