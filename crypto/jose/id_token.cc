#include "crypto/jose/id_token.h"

#include <algorithm>

#include "base/catalogue.h"
#include "crypto/jose/claims.h"
#include "crypto/jose/compact.h"
#include "crypto/jose/token.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {
namespace {

// Whoever it is also for must not have been the one who asked.
Status check_audience(const JoseMembers& claims, const std::string& client) {
  WHORL_ASSIGN(const std::vector<std::string> audiences, claims.texts("aud", kMostAudiences, kMostClaimBytes));
  WHORL_ASSIGN(const auto party, claims.text("azp", kMostClaimBytes));
  if (audiences.empty()) return claims.error("aud", "is missing");
  const bool ours = !client.empty() && std::find(audiences.begin(), audiences.end(), client) != audiences.end();
  const bool asked_by_us = party ? *party == client : audiences.size() == 1;
  if (ours && asked_by_us) return {};
  return failure(ErrorCode::kTokenAudience);
}

Status check_nonce(const JoseMembers& claims, const std::string& nonce) {
  WHORL_ASSIGN(const std::string_view said, claims.required_text("nonce", kMostClaimBytes));
  if (!nonce.empty() && equal_in_constant_time(as_bytes(said), as_bytes(nonce))) return {};
  return claims.error("nonce", "is not that of this sign-in");
}

}  // namespace

Result<IdToken> verify_id_token(std::string_view token, const JwkFinder& find, const IdTokenRules& rules,
                                std::chrono::system_clock::time_point now) {
  JwsRules how{.most_bytes = kMostIdTokenBytes, .most_header_bytes = kMostTokenHeaderBytes};
  how.known_members_only = false;  // providers add members of their own, which decide nothing here
  WHORL_ASSIGN(const Jws jws, verify_jws(token, find, how));
  // An access token of the same provider is signed by the same keys, and says that it is one.
  if (!is_type_of(jws.header.typ, {"", "JWT"})) return failure(ErrorCode::kTokenType);
  WHORL_ASSIGN(const boost::json::object object, parse_jose_json(as_text(jws.payload), kMostIdTokenBytes));
  const JoseMembers claims(object);
  WHORL_ASSIGN(const std::string_view issuer, claims.required_text("iss", kMostClaimBytes));
  WHORL_ASSIGN(const std::string_view subject, claims.required_text("sub", kMostClaimBytes));
  if (rules.issuer.empty() || issuer != rules.issuer) return failure(ErrorCode::kTokenIssuer);
  if (subject.empty()) return claims.error("sub", "is empty");
  WHORL_TRY(check_audience(claims, rules.client));
  WHORL_TRY(check_nonce(claims, rules.nonce));
  WHORL_ASSIGN(const TokenTimes times, times_of(claims, rules.leeway, now));
  if (times.issued + rules.oldest + rules.leeway < now) {
    return failure(ErrorCode::kTokenTooLongLived, with<"most">(rules.oldest.count()));
  }
  IdToken out{std::string(issuer), std::string(subject)};
  if (!rules.roles_claim.empty()) {
    WHORL_ASSIGN(out.roles, claims.texts(rules.roles_claim, kMostRoles, kMostClaimBytes));
  }
  WHORL_ASSIGN(out.signed_in_at, sign_in_time_of(claims, rules.leeway, now));
  return out;
}

}  // namespace whorl::crypto
