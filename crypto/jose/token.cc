#include "crypto/jose/token.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/jose/claims.h"
#include "crypto/jose/compact.h"
#include "crypto/jose/strict_json.h"

namespace whorl::crypto {
namespace {

namespace json = boost::json;
using std::chrono::system_clock;

constexpr std::size_t kMostScopeBytes = 4096;  // of all in one text

Status check_times(const JoseMembers& claims, const TokenRules& rules, system_clock::time_point now, Token& token) {
  WHORL_ASSIGN(const TokenTimes times, times_of(claims, rules.leeway, now));
  token.issued = times.issued;
  token.expires = times.expires;
  if (token.expires - token.issued > rules.longest_life) {
    return failure(ErrorCode::kTokenTooLongLived, with<"most">(rules.longest_life.count()));
  }
  WHORL_ASSIGN(token.signed_in_at, sign_in_time_of(claims, rules.leeway, now));
  return {};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// `scope`, a text of words (RFC 9068); where there is none `scp`, which others write as an array or a text.
Result<std::vector<std::string>> scopes_of(const JoseMembers& claims) {
  const bool standard = claims.has("scope");
  const std::string_view name = standard ? "scope" : "scp";
  const json::value* value = claims.find(name);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) {
    WHORL_ASSIGN(const std::string_view text, claims.required_text(name, kMostScopeBytes));
    out = words_of(text);
  } else if (standard) {
    return claims.error(name, "must be a string");
  } else {
    WHORL_ASSIGN(out, claims.texts(name, kMostScopes, kMostClaimBytes));
  }
  if (out.size() > kMostScopes) return claims.error(name, "has more scopes than are taken");
  return out;
}

Result<std::optional<Sha256>> certificate_of(const JoseMembers& claims) {
  const json::value* value = claims.find("cnf");
  if (value == nullptr) return std::optional<Sha256>();
  if (!value->is_object()) return claims.error("cnf", "must be an object");
  const JoseMembers inside(value->get_object(), claims.path("cnf"));
  // A token that is bound in another way must not be taken for one that is not bound.
  if (!inside.has("x5t#S256")) return claims.error("cnf", "a binding of this kind is not known here");
  WHORL_ASSIGN(const Bytes bytes, inside.bytes("x5t#S256", sizeof(Sha256), sizeof(Sha256)));
  Sha256 out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return std::optional(out);
}

Status check_parties(const JoseMembers& claims, const TokenRules& rules, Token& token) {
  WHORL_ASSIGN(const std::string_view issuer, claims.required_text("iss", kMostClaimBytes));
  WHORL_ASSIGN(const std::vector<std::string> audiences, claims.texts("aud", kMostAudiences, kMostClaimBytes));
  WHORL_ASSIGN(const std::string_view subject, claims.required_text("sub", kMostClaimBytes));
  WHORL_ASSIGN(const auto client, claims.text("client_id", kMostClaimBytes));
  WHORL_ASSIGN(const auto party, claims.text("azp", kMostClaimBytes));
  if (rules.issuer.empty() || issuer != rules.issuer) return failure(ErrorCode::kTokenIssuer);
  if (audiences.empty()) return claims.error("aud", "is missing");
  if (rules.audience.empty() || std::find(audiences.begin(), audiences.end(), rules.audience) == audiences.end()) {
    return failure(ErrorCode::kTokenAudience);
  }
  if (subject.empty()) return claims.error("sub", "is empty");
  token.issuer = std::string(issuer);
  token.subject = std::string(subject);
  token.client = std::string(client ? *client : party.value_or(""));
  return {};
}

}  // namespace

Result<Token> verify_token(std::string_view token, const JwkFinder& find, const TokenRules& rules,
                           system_clock::time_point now) {
  JwsRules how{.most_bytes = kMostTokenBytes, .most_header_bytes = kMostTokenHeaderBytes};
  how.known_members_only = false;  // issuers add members of their own, which decide nothing here
  WHORL_ASSIGN(const Jws jws, verify_jws(token, find, how));
  if (!is_type_of(jws.header.typ, rules.types)) return failure(ErrorCode::kTokenType);
  WHORL_ASSIGN(const json::object object, parse_jose_json(as_text(jws.payload), kMostTokenBytes));
  const JoseMembers claims(object);
  Token out;
  WHORL_TRY(check_parties(claims, rules, out));
  WHORL_TRY(check_times(claims, rules, now, out));
  WHORL_ASSIGN(out.scopes, scopes_of(claims));
  if (!rules.roles_claim.empty()) {
    WHORL_ASSIGN(out.roles, claims.texts(rules.roles_claim, kMostRoles, kMostClaimBytes));
  }
  WHORL_ASSIGN(out.certificate, certificate_of(claims));
  return out;
}

}  // namespace whorl::crypto
