#include "exchange/envelope/envelope.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jws.h"

namespace whorl::exchange {
namespace {

constexpr std::string_view kType = "rbdes+jws";
constexpr std::string_view kContent = "JWS";
constexpr std::string_view kOuterContent = "JWE";
constexpr std::size_t kKidCharacters = 22;
constexpr std::size_t kSignatureCharacters = 86;
constexpr std::size_t kMostHeaderBytes = 1024;

Error malformed(std::string detail) {
  return failure(ErrorCode::kEnvelopeMalformed, with<"detail">(std::move(detail)));
}
Error refused(std::string detail) { return failure(ErrorCode::kEnvelopeRefused, with<"detail">(std::move(detail))); }

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

// A JWE's parts around a header of so many bytes, and a content of so many.
std::size_t jwe_bytes(std::size_t header, std::size_t content) {
  constexpr std::size_t kPoints = 4;
  return crypto::base64url_size(header) + kPoints + crypto::base64url_size(12) + crypto::base64url_size(content) +
         crypto::base64url_size(16);
}

// What remains in memory of a text that others must not read.
struct WipedText {
  std::string& text;
  ~WipedText() { crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }
};
struct WipedBytes {
  Bytes& bytes;
  ~WipedBytes() { crypto::wipe(bytes); }
};

Result<std::string> outer_layer(const std::string& inner, const PairSecret& secret, crypto::Random& random) {
  crypto::JweHeader header;
  header.common = {.kid = secret.kid, .cty = std::string(kOuterContent)};
  return crypto::encrypt_jwe_shared(secret.bytes.view(), header, as_bytes(inner), random);
}

std::size_t points_in(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '.'));
}

// The envelope without its outer layer, which is there if, and only if, the partner shares a secret with us.
Result<std::optional<std::string>> without_outer_layer(std::string_view envelope, const Opening& rules) {
  if (!rules.secret) return std::optional<std::string>();
  const PairSecret* found = nullptr;
  crypto::JweKey key;
  key.algorithm = crypto::JweAlgorithm::kDirect;
  const auto by_kid = [&](std::string_view kid) -> const crypto::JweKey* {
    for (const auto& [name, member] : rules.partners->members) {
      const PairSecret* secret = rules.secret(name);
      if (secret == nullptr || secret->kid != kid) continue;
      if (!rules.hop_from.empty() && rules.hop_from != name) continue;
      found = secret;
      key.shared = secret->bytes.clone();
      return &key;
    }
    return nullptr;
  };
  auto outer = crypto::decrypt_jwe(envelope, by_kid, {most_envelope_bytes(Size::kLarge), kMostHeaderBytes});
  if (!outer.ok() && outer.error().code() == ErrorCode::kKeyUnknown.name()) return std::optional<std::string>();
  if (!outer.ok()) return outer.error();
  if (outer->header.common.cty != kOuterContent || found == nullptr)
    return malformed("the outer layer holds something else");
  return std::optional<std::string>(std::in_place, as_text(outer->plaintext));
}

// Who a JWE says it is from and for, once it was opened.
struct Parties {
  std::string from;
  std::string to;
};
Result<Parties> parties_of(const crypto::JweHeader& header) {
  Parties out{std::string(as_text(header.apu)), std::string(as_text(header.apv))};
  if (header.common.cty != kContent || !header.common.typ.empty())
    return malformed("the envelope holds something else");
  if (!is_member_name(out.from) || !is_member_name(out.to))
    return malformed("the envelope does not say from whom to whom");
  return out;
}

std::optional<Size> size_of_envelope(std::size_t bytes, const Parties& parties, bool second_layer) {
  for (const Size size : kSizes) {
    if (envelope_bytes(size, parties.from.size(), parties.to.size(), second_layer) == bytes) return size;
  }
  return std::nullopt;
}

// The payload, signed by a key that the directory has of `from`.
Result<Bytes> verified(std::string_view jws, const std::string& from, const Directory& partners) {
  const auto find = [&](std::string_view kid) -> const crypto::Jwk* {
    const auto identity = partners.identity(kid);
    return identity && *identity->member == from ? identity->key : nullptr;
  };
  crypto::JwsRules rules;
  rules.types = {std::string(kType)};
  WHORL_ASSIGN(crypto::Jws out, crypto::verify_jws(jws, find, rules));
  if (out.header.typ != kType || !out.header.cty.empty()) return malformed("the signed text is of another type");
  return std::move(out.payload);
}

Status check_names(const Message& message, const Parties& parties, const Opening& rules) {
  const Common& common = message.common;
  if (common.aud != rules.me || parties.to != rules.me) return refused("it is meant for another member");
  if (common.iss != parties.from) return refused("who signed it did not seal it");
  if (!rules.hop_from.empty() && rules.hop_from != common.iss) return refused("the switch names another sender");
  if (!rules.hop_id.empty() && rules.hop_id != common.jti) return refused("the switch names another number");
  return {};
}

}  // namespace

std::size_t envelope_bytes(Size size, std::size_t from_bytes, std::size_t to_bytes, bool second_layer) {
  constexpr std::string_view kJws = R"({"alg":"EdDSA","kid":"","typ":""})";
  constexpr std::string_view kJwe =
      R"({"alg":"ECDH-ES","enc":"A256GCM","kid":"","cty":"","apu":"","apv":"","epk":{"crv":"X25519","kty":"OKP","x":""}})";
  constexpr std::string_view kOuter = R"({"alg":"dir","enc":"A256GCM","kid":"","cty":""})";
  const std::size_t jws_header = kJws.size() + kKidCharacters + kType.size();
  const std::size_t jws =
      crypto::base64url_size(jws_header) + 1 + crypto::base64url_size(payload_bytes(size)) + 1 + kSignatureCharacters;
  const std::size_t header = kJwe.size() + kKidCharacters + kContent.size() + crypto::base64url_size(from_bytes) +
                             crypto::base64url_size(to_bytes) + crypto::base64url_size(32);
  const std::size_t inner = jwe_bytes(header, jws);
  return second_layer ? jwe_bytes(kOuter.size() + kKidCharacters + kOuterContent.size(), inner) : inner;
}

std::string cover_kid(const crypto::PublicKey& key) {
  const Sha256 digest = sha256_of({as_bytes("rbdes cover"), key.bytes()});
  return crypto::base64url(ByteView(digest).first(kIdBytes));
}

Result<Sealed> seal(const Message& message, Size size, const crypto::PrivateKey& identity, const crypto::PublicKey& to,
                    const PairSecret* secret, crypto::Random& random) {
  WHORL_ASSIGN(const crypto::SecretBytes payload, write_message(message, size));
  const crypto::JoseHeader signing{.kid = crypto::key_id(identity.public_key()), .typ = std::string(kType)};
  WHORL_ASSIGN(std::string jws, crypto::sign_jws(identity, signing, payload.view()));
  const WipedText wiped{jws};
  crypto::JweHeader header;
  const bool covers = std::holds_alternative<Noop>(message.body);
  header.common = {.kid = covers ? cover_kid(to) : crypto::key_id(to), .cty = std::string(kContent)};
  header.apu = bytes_of(message.common.iss);
  header.apv = bytes_of(message.common.aud);
  WHORL_ASSIGN(std::string envelope,
               crypto::encrypt_jwe(to, crypto::JweAlgorithm::kEcdhEs, header, as_bytes(jws), random));
  if (secret != nullptr) {
    WHORL_ASSIGN(envelope, outer_layer(envelope, *secret, random));
  }
  return Sealed{std::move(envelope), sha256_of({as_bytes(jws)})};
}

Result<Opened> open(std::string_view envelope, const Opening& rules) {
  if (envelope.size() > most_envelope_bytes(Size::kLarge)) return malformed("is longer than an envelope can be");
  if (points_in(envelope) != 4) return malformed("is no envelope");
  WHORL_ASSIGN(const auto inner, without_outer_layer(envelope, rules));
  std::string kid;
  const auto keys = [&](std::string_view name) {
    kid = name;
    return rules.keys(name);
  };
  WHORL_ASSIGN(crypto::Jwe jwe, crypto::decrypt_jwe(inner ? std::string_view(*inner) : envelope, keys,
                                                    {most_envelope_bytes(Size::kLarge), kMostHeaderBytes}));
  const WipedBytes wiped{jwe.plaintext};
  WHORL_ASSIGN(const Parties parties, parties_of(jwe.header));
  const auto size = size_of_envelope(envelope.size(), parties, inner.has_value());
  if (!size) return malformed("has none of the four lengths");
  if (rules.secret && rules.secret(parties.from) != nullptr && !inner)
    return refused("the layer of the shared secret is lacking");
  const std::string_view jws = as_text(jwe.plaintext);
  WHORL_ASSIGN(Bytes payload, verified(jws, parties.from, *rules.partners));
  const WipedBytes wiped_payload{payload};
  if (payload.size() != payload_bytes(*size)) return malformed("the payload has another length than the envelope says");
  WHORL_ASSIGN(Message message, read_message(payload));
  WHORL_TRY(check_names(message, parties, rules));
  return Opened{std::move(message),         *size,
                inner.has_value(),          std::move(kid),
                sha256_of({as_bytes(jws)}), sha256_of({as_bytes(envelope)})};
}

std::optional<Refusal> check_times(const Common& common, std::chrono::sys_seconds now, std::chrono::seconds longest) {
  const std::int64_t seconds = now.time_since_epoch().count();
  if (common.iat > seconds + kMostClockDifference.count()) return Refusal::kClock;
  if (common.exp - common.iat > longest.count()) return Refusal::kClock;
  if (common.exp <= seconds) return Refusal::kExpired;
  return std::nullopt;
}

}  // namespace whorl::exchange
