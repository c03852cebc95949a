#include "crypto/jose/jws.h"

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/compact.h"
#include "crypto/jose/jwk_members.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kMostAlgorithmBytes = 32;
constexpr std::size_t kMostSignatureBytes = kMostRsaBits / 8;

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
};

// The payload's text is given, so that a detached one is verified alike.
Result<JoseHeader> verified_header(const Parts& parts, std::string_view payload_text, const JwkFinder& find,
                                   const JwsRules& rules) {
  WHORL_ASSIGN(const boost::json::object object, read_header(parts.header, rules.most_header_bytes));
  const JoseMembers members(object);
  if (rules.known_members_only) WHORL_TRY(members.allow_only({"alg", "kid", "typ", "cty"}));
  WHORL_ASSIGN(const std::string_view algorithm, members.required_text("alg", kMostAlgorithmBytes));
  WHORL_ASSIGN(JoseHeader header, common_members(members));
  if (!rules.types.empty() && !is_type_of(header.typ, rules.types)) {
    return jose_malformed("another type is wanted here", "typ");
  }
  if (parts.signature.size() > base64url_size(kMostSignatureBytes)) return jose_malformed("the signature is too long");
  const auto signature = decode_base64url(parts.signature);
  if (!signature) return jose_malformed("the signature is not base64url");
  const Jwk* key = find(header.kid);
  if (key == nullptr || !key->verifies) return failure(ErrorCode::kKeyUnknown);
  if (algorithm != name_of(*key->verifies)) return failure(ErrorCode::kSignatureWrong);
  const std::string signed_text = std::string(parts.header) + "." + std::string(payload_text);
  if (!signature_fits(key->key, *key->verifies, as_bytes(signed_text), *signature)) {
    return failure(ErrorCode::kSignatureWrong);
  }
  return header;
}

Result<Parts> read_parts(std::string_view compact, const JwsRules& rules) {
  if (compact.size() > rules.most_bytes) return jose_malformed("is longer than it may be");
  const auto parts = parts_of<3>(compact);
  if (!parts) return jose_malformed("a JWS has three parts");
  return Parts{(*parts)[0], (*parts)[1], (*parts)[2]};
}

struct SignedText {
  std::string header;
  std::string payload;
  std::string signature;
};

Result<SignedText> signed_text(const PrivateKey& key, const JoseHeader& header, ByteView payload) {
  const bool is_edwards = key.kind() == KeyKind::kEd25519;
  WHORL_ASSIGN(const std::string rest, common_text(header));
  const std::string_view algorithm = name_of(is_edwards ? SignatureAlgorithm::kEdDsa : SignatureAlgorithm::kEs256);
  const std::string text = R"({"alg":")" + std::string(algorithm) + "\"" + rest + "}";
  SignedText out{base64url(as_bytes(text)), base64url(payload), {}};
  WHORL_ASSIGN(const Bytes signature, sign(key, as_bytes(out.header + "." + out.payload)));
  out.signature = base64url(signature);
  return out;
}

}  // namespace

Result<std::string> sign_jws(const PrivateKey& key, const JoseHeader& header, ByteView payload) {
  WHORL_ASSIGN(const SignedText text, signed_text(key, header, payload));
  return text.header + "." + text.payload + "." + text.signature;
}

Result<std::string> sign_jws_detached(const PrivateKey& key, const JoseHeader& header, ByteView payload) {
  WHORL_ASSIGN(const SignedText text, signed_text(key, header, payload));
  return text.header + ".." + text.signature;
}

Result<Jws> verify_jws(std::string_view compact, const JwkFinder& find, const JwsRules& rules) {
  WHORL_ASSIGN(const Parts parts, read_parts(compact, rules));
  WHORL_ASSIGN(JoseHeader header, verified_header(parts, parts.payload, find, rules));
  auto payload = decode_base64url(parts.payload);
  if (!payload) return jose_malformed("the payload is not base64url");
  return Jws{std::move(header), std::move(*payload)};
}

Result<Jws> verify_jws_detached(std::string_view compact, ByteView payload, const JwkFinder& find,
                                const JwsRules& rules) {
  WHORL_ASSIGN(const Parts parts, read_parts(compact, rules));
  if (!parts.payload.empty()) return jose_malformed("a detached JWS holds no payload");
  if (payload.size() > rules.most_bytes) return jose_malformed("the payload is longer than it may be");
  WHORL_ASSIGN(JoseHeader header, verified_header(parts, base64url(payload), find, rules));
  return Jws{std::move(header), Bytes(payload.begin(), payload.end())};
}

}  // namespace whorl::crypto
