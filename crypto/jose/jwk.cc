#include "crypto/jose/jwk.h"

#include <algorithm>
#include <array>

#include "base/json_text.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk_members.h"
#include "crypto/jose/strict_json.h"

namespace whorl::crypto {
namespace {

namespace json = boost::json;

constexpr std::size_t kCurveBytes = 32;
constexpr std::size_t kMostWordBytes = 64;  // of alg, use, kty, crv
constexpr std::size_t kMostOperations = 16;
constexpr std::size_t kKidBytes = 16;

std::string_view curve_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::kEd25519: return "Ed25519";
    case KeyKind::kX25519: return "X25519";
    case KeyKind::kP256: return "P-256";
    case KeyKind::kRsa: return {};
  }
  return {};
}

std::string coordinate(const PublicKey& key, std::size_t from) {
  return base64url(key.bytes().subspan(from, kCurveBytes));
}

// RFC 7638, 3.2: the required members in the order of their names, without the braces.
std::string required_members(const PublicKey& key) {
  const std::string curve(curve_of(key.kind()));
  switch (key.kind()) {
    case KeyKind::kRsa:
      return R"("e":")" + base64url(key.exponent()) + R"(","kty":"RSA","n":")" + base64url(key.bytes()) + "\"";
    case KeyKind::kP256:
      return R"("crv":"P-256","kty":"EC","x":")" + coordinate(key, 1) + R"(","y":")" +
             coordinate(key, 1 + kCurveBytes) + "\"";
    default: return R"("crv":")" + curve + R"(","kty":"OKP","x":")" + coordinate(key, 0) + "\"";
  }
}

std::string kid_member(std::string_view kid) {
  return kid.empty() ? std::string() : R"(,"kid":)" + json_text(json::value(json::string_view(kid.data(), kid.size())));
}

Result<std::optional<PublicKey>> edwards_or_montgomery(const JoseMembers& members, std::string_view curve) {
  if (curve != "Ed25519" && curve != "X25519") return std::optional<PublicKey>();
  WHORL_ASSIGN(const Bytes x, members.bytes("x", kCurveBytes, kCurveBytes));
  auto key = PublicKey::of(curve == "Ed25519" ? KeyKind::kEd25519 : KeyKind::kX25519, x);
  if (!key.ok()) return members.error("x", key.error().message);
  return std::optional<PublicKey>(std::move(*key));
}

Result<std::optional<PublicKey>> p256(const JoseMembers& members, std::string_view curve) {
  if (curve != "P-256") return std::optional<PublicKey>();
  WHORL_ASSIGN(const Bytes x, members.bytes("x", kCurveBytes, kCurveBytes));
  WHORL_ASSIGN(const Bytes y, members.bytes("y", kCurveBytes, kCurveBytes));
  auto key = PublicKey::of(KeyKind::kP256, ByteWriter().u8(4).bytes(x).bytes(y).take());
  if (!key.ok()) return members.error("x", key.error().message);
  return std::optional<PublicKey>(std::move(*key));
}

Result<std::optional<PublicKey>> rsa(const JoseMembers& members) {
  WHORL_ASSIGN(const Bytes n, members.bytes("n", 1, kMostRsaBits / 8));
  WHORL_ASSIGN(const Bytes e, members.bytes("e", 1, 8));
  auto key = PublicKey::rsa(n, e);
  if (!key.ok()) return members.error("n", key.error().message);
  return std::optional<PublicKey>(std::move(*key));
}

bool has_private_part(const JoseMembers& members) {
  constexpr std::string_view kPrivate[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
  return std::any_of(std::begin(kPrivate), std::end(kPrivate), [&](auto name) { return members.has(name); });
}

// What use, key_ops and alg leave of what the kind could do.
struct Uses {
  std::optional<SignatureAlgorithm> verifies;
  bool encrypts = false;
};

std::optional<SignatureAlgorithm> signature_algorithm(KeyKind kind, std::optional<std::string_view> alg) {
  switch (kind) {
    case KeyKind::kEd25519:
      if (!alg || *alg == "EdDSA") return SignatureAlgorithm::kEdDsa;
      return std::nullopt;
    case KeyKind::kP256:
      if (!alg || *alg == "ES256") return SignatureAlgorithm::kEs256;
      return std::nullopt;
    case KeyKind::kRsa:
      if (!alg || *alg == "RS256") return SignatureAlgorithm::kRs256;
      if (*alg == "PS256") return SignatureAlgorithm::kPs256;
      return std::nullopt;
    case KeyKind::kX25519: return std::nullopt;
  }
  return std::nullopt;
}

// Of RSA without `alg`, `use` has to say so: such keys are for signatures as a rule.
bool encrypts(KeyKind kind, std::optional<std::string_view> alg, std::optional<std::string_view> use) {
  if (kind == KeyKind::kRsa) return alg ? *alg == "RSA-OAEP-256" : use == "enc";
  return (kind == KeyKind::kX25519 || kind == KeyKind::kP256) &&
         (!alg || *alg == "ECDH-ES" || *alg == "ECDH-ES+A256KW");
}

Result<Uses> uses_of(const JoseMembers& members, KeyKind kind) {
  WHORL_ASSIGN(const auto alg, members.text("alg", kMostWordBytes));
  WHORL_ASSIGN(const auto use, members.text("use", kMostWordBytes));
  WHORL_ASSIGN(const auto operations, members.texts("key_ops", kMostOperations, kMostWordBytes));
  const auto has = [&](std::initializer_list<std::string_view> names) {
    return !members.has("key_ops") || std::any_of(names.begin(), names.end(), [&](auto name) {
      return std::find(operations.begin(), operations.end(), name) != operations.end();
    });
  };
  Uses out{signature_algorithm(kind, alg), encrypts(kind, alg, use)};
  if ((use && *use != "sig") || !has({"verify", "sign"})) out.verifies.reset();
  if ((use && *use != "enc") || !has({"deriveKey", "deriveBits", "encrypt", "wrapKey"})) out.encrypts = false;
  return out;
}

// A key of a known kind that is of use here; empty where it is not.
Result<std::optional<Jwk>> usable_key(const JoseMembers& members) {
  if (has_private_part(members)) {
    return jose_malformed("a private key was given where a public one is wanted: whoever holds it must replace it");
  }
  WHORL_ASSIGN(std::optional<PublicKey> key, public_key_in(members));
  if (!key) return std::optional<Jwk>();
  WHORL_ASSIGN(const auto kid, members.text("kid", kMostKidBytes));
  WHORL_ASSIGN(const Uses uses, uses_of(members, key->kind()));
  if (!uses.verifies && !uses.encrypts) return std::optional<Jwk>();
  return std::optional<Jwk>(Jwk{std::move(*key), std::string(kid.value_or("")), uses.verifies, uses.encrypts});
}

}  // namespace

std::string_view name_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kEdDsa: return "EdDSA";
    case SignatureAlgorithm::kEs256: return "ES256";
    case SignatureAlgorithm::kRs256: return "RS256";
    case SignatureAlgorithm::kPs256: return "PS256";
  }
  return {};
}

Result<std::optional<PublicKey>> public_key_in(const JoseMembers& members) {
  WHORL_ASSIGN(const std::string_view kind, members.required_text("kty", kMostWordBytes));
  if (kind == "RSA") return rsa(members);
  if (kind != "OKP" && kind != "EC") return std::optional<PublicKey>();
  WHORL_ASSIGN(const std::string_view curve, members.required_text("crv", kMostWordBytes));
  return kind == "OKP" ? edwards_or_montgomery(members, curve) : p256(members, curve);
}

Result<Jwk> parse_jwk(std::string_view text) {
  // A private key that was sent by mistake is a secret all the same.
  WHORL_ASSIGN(const json::object object, parse_jose_json(text, kMostJwkBytes, wiping_storage()));
  WHORL_ASSIGN(std::optional<Jwk> key, usable_key(JoseMembers(object)));
  if (!key) return jose_malformed("a key of this kind, curve or use is not known here");
  return std::move(*key);
}

Result<PrivateJwk> parse_private_jwk(std::string_view text) {
  // The parser decodes escapes in memory of its own; no key needs one.
  if (text.find('\\') != std::string_view::npos) return jose_malformed("a private key is written without escapes");
  WHORL_ASSIGN(const json::object object, parse_jose_json(text, kMostJwkBytes, wiping_storage()));
  const JoseMembers members(object);
  WHORL_ASSIGN(const std::optional<PublicKey> known, public_key_in(members));
  if (!known || known->kind() == KeyKind::kRsa) return jose_malformed("a private key of this kind is not taken");
  WHORL_ASSIGN(const std::string_view encoded, members.required_text("d", base64url_size(kCurveBytes)));
  const auto secret = decode_base64url_secret(encoded);
  if (!secret) return members.error("d", "must be base64url of the right length");
  auto key = PrivateKey::of(known->kind(), secret->view());
  if (!key.ok()) return members.error("d", key.error().message);
  if (key->public_key() != *known) return members.error("d", "is not the private part of this public key");
  WHORL_ASSIGN(const auto kid, members.text("kid", kMostKidBytes));
  return PrivateJwk{std::move(*key), std::string(kid.value_or(""))};
}

Result<RsaPrivateJwk> parse_rsa_private_jwk(std::string_view text) {
  if (text.find('\\') != std::string_view::npos) return jose_malformed("a private key is written without escapes");
  WHORL_ASSIGN(const json::object object, parse_jose_json(text, kMostJwkBytes, wiping_storage()));
  const JoseMembers members(object);
  WHORL_ASSIGN(const std::optional<PublicKey> known, public_key_in(members));
  if (!known || known->kind() != KeyKind::kRsa) return jose_malformed("a private key of RSA is wanted here");
  WHORL_ASSIGN(const auto alg, members.text("alg", kMostWordBytes));
  WHORL_ASSIGN(const auto use, members.text("use", kMostWordBytes));
  if (alg && *alg != "RSA-OAEP-256") return members.error("alg", "must be RSA-OAEP-256");
  if (use && *use != "enc") return members.error("use", "must be enc");
  std::array<SecretBytes, 6> parts;
  constexpr std::string_view kNames[] = {"d", "p", "q", "dp", "dq", "qi"};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    WHORL_ASSIGN(const std::string_view encoded, members.required_text(kNames[i], base64url_size(kMostRsaBits / 8)));
    auto part = decode_base64url_secret(encoded);
    if (!part || part->empty()) return members.error(kNames[i], "must be base64url of the right length");
    parts[i] = std::move(*part);
  }
  auto key = RsaPrivateKey::of({known->bytes(), known->exponent(), parts[0].view(), parts[1].view(), parts[2].view(),
                                parts[3].view(), parts[4].view(), parts[5].view()});
  if (!key.ok()) return members.error("d", key.error().message);
  WHORL_ASSIGN(const auto kid, members.text("kid", kMostKidBytes));
  return RsaPrivateJwk{std::move(*key), std::string(kid.value_or(""))};
}

std::string jwk_text(const PublicKey& key, std::string_view kid) {
  return "{" + required_members(key) + kid_member(kid) + "}";
}

SecretBytes private_jwk_text(const PrivateKey& key, std::string_view kid) {
  const std::string before = "{" + required_members(key.public_key()) + kid_member(kid) + R"(,"d":")";
  const SecretBytes secret = base64url_of_secret(key.secret());
  constexpr std::string_view kAfter = "\"}";
  SecretBytes out(before.size() + secret.size() + kAfter.size());
  auto at = std::copy(before.begin(), before.end(), out.writable().begin());
  at = std::copy(secret.view().begin(), secret.view().end(), at);
  std::copy(kAfter.begin(), kAfter.end(), at);
  return out;
}

Sha256 jwk_thumbprint(const PublicKey& key) { return sha256_of({as_bytes("{" + required_members(key) + "}")}); }

std::string key_id(const PublicKey& key) { return base64url(ByteView(jwk_thumbprint(key)).first(kKidBytes)); }

Result<JwkSet> JwkSet::parse(std::string_view text) {
  WHORL_ASSIGN(const json::object object, parse_jose_json(text, kMostJwkSetBytes, wiping_storage()));
  const json::value* list = object.if_contains("keys");
  if (list == nullptr || !list->is_array()) return jose_malformed("a set of keys has an array of them", "keys");
  if (list->get_array().size() > kMostJwkSetKeys) return jose_malformed("has more keys than are taken", "keys");
  std::vector<Jwk> keys;
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    const json::value& item = list->get_array()[i];
    const FieldPath path("keys", i);
    if (!item.is_object()) return jose_malformed("must be an object", path);
    auto key = usable_key(JoseMembers(item.get_object(), path));
    if (!key.ok()) return std::move(key).error();
    if (*key && ((*key)->verifies || (*key)->key.kind() != KeyKind::kRsa)) keys.push_back(std::move(**key));
  }
  return of(std::move(keys));
}

Result<JwkSet> JwkSet::of(std::vector<Jwk> keys) {
  if (keys.size() > kMostJwkSetKeys) return jose_malformed("has more keys than are taken", "keys");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (keys[i].kid == keys[j].kid)
        return jose_malformed("two keys have the same name, or none", FieldPath("keys", i));
    }
  }
  JwkSet out;
  out.keys_ = std::move(keys);
  return out;
}

const Jwk* JwkSet::find(std::string_view kid) const {
  if (kid.empty()) return keys_.size() == 1 ? &keys_.front() : nullptr;
  for (const Jwk& key : keys_) {
    if (key.kid == kid) return &key;
  }
  return nullptr;
}

}  // namespace whorl::crypto
