#include "engine/access/sign_in.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/catalogue.h"
#include "crypto/jose/id_token.h"
#include "crypto/jose/token.h"
#include "crypto/secret_bytes.h"
#include "engine/access/private_file.h"
#include "engine/access/roles.h"
#include "engine/access/scopes.h"

namespace whorl::access {
namespace {

using engine::Principal;
using engine::SignedInBy;

bool is_certificate(const PeerCertificate* peer, const Sha256& digest) {
  return peer != nullptr && crypto::equal_in_constant_time(peer->digest, digest);
}

// A client that speaks for itself has its own name as the subject (RFC 9068, 2.2).
bool is_machine(const crypto::Token& token) { return !token.client.empty() && token.client == token.subject; }

// The galleries that both allow.
template <class Entry>
void narrow(const Entry& entry, Principal& who) {
  who.scopes = common_scopes(who.scopes, entry.scopes);
  who.galleries = entry.galleries;
}

template <class Map, class Key>
auto found_in(const Map& map, const Key& key) -> typename Map::mapped_type {
  const auto at = map.find(key);
  return at == map.end() ? nullptr : at->second;
}

// A set that is not there finds nothing.
crypto::JwkFinder finder_in(const crypto::JwkSet* keys) {
  return [keys](std::string_view kid) { return keys == nullptr ? nullptr : keys->find(kid); };
}

Principal of_file(const Machine& machine) {
  return {std::string(kOwnFile), machine.name, machine.scopes, SignedInBy::kCertificate, {}, machine.galleries};
}

Principal of_file(const Person& person) {
  return {std::string(kOwnFile), person.name, person.scopes, SignedInBy::kPassword, person.roles, person.galleries};
}

}  // namespace

SignIn::SignIn(AccessConfig config, Keys keys) : config_(std::move(config)), keys_(std::move(keys)) {
  for (const Machine& each : config_.machines) {
    if (!each.dns.empty()) by_dns_.emplace(each.dns, &each);
    if (each.certificate) by_digest_.emplace(*each.certificate, &each);
    if (!each.token_subject.empty()) machine_of_subject_.emplace(each.token_subject, &each);
  }
  for (const Person& each : config_.people) {
    if (each.password) by_name_.emplace(each.name, &each);
    if (!each.token_subject.empty()) person_of_subject_.emplace(each.token_subject, &each);
  }
  of_nobody_.salt.resize(16);
}

std::vector<std::string> SignIn::key_names() const {
  std::vector<std::string> out;
  const auto keys = keys_.of_tokens ? keys_.of_tokens->keys() : nullptr;
  if (!keys) return out;
  for (const crypto::Jwk& key : keys->keys()) out.push_back(key.kid);
  return out;
}

Result<Principal> SignIn::by_token(std::string_view token, const PeerCertificate* peer,
                                   std::chrono::system_clock::time_point now) const {
  if (!config_.tokens || !keys_.of_tokens) return failure(ErrorCode::kTokenRefused);
  const TokenConfig& how = *config_.tokens;
  const crypto::TokenRules rules{.issuer = how.issuer,
                                 .audience = how.audience,
                                 .leeway = how.leeway,
                                 .longest_life = how.longest_life,
                                 .roles_claim = how.roles_claim};
  const auto keys = keys_.of_tokens->keys();
  WHORL_ASSIGN(crypto::Token read, crypto::verify_token(token, finder_in(keys.get()), rules, now));
  if (read.certificate ? !is_certificate(peer, *read.certificate) : how.bound) {
    return failure(ErrorCode::kTokenBinding);
  }
  Principal who{read.issuer, read.subject, with_included(read.scopes), SignedInBy::kToken};
  if (!how.roles_claim.empty() && !is_machine(read)) {
    WHORL_TRY(check_roles(read.roles));
    who.scopes = common_scopes(who.scopes, scopes_of_roles(read.roles));
    who.roles = std::move(read.roles);
  }
  const Machine* const machine = found_in(machine_of_subject_, who.subject);
  // A program has nobody who would sign in, whatever its token says.
  if (machine == nullptr && !is_machine(read)) who.signed_in_at = read.signed_in_at;
  if (machine != nullptr) narrow(*machine, who);
  if (const Person* person = found_in(person_of_subject_, who.subject)) narrow(*person, who);
  return who;
}

Result<ProviderPerson> SignIn::by_id_token(std::string_view token, const std::string& nonce,
                                           std::chrono::system_clock::time_point now) const {
  if (!config_.provider || !keys_.of_provider) return failure(ErrorCode::kTokenRefused);
  const ProviderConfig& how = *config_.provider;
  const crypto::IdTokenRules rules{
      .issuer = how.issuer, .client = how.client, .nonce = nonce, .leeway = how.leeway, .roles_claim = how.roles_claim};
  const auto keys = keys_.of_provider->keys();
  WHORL_ASSIGN(crypto::IdToken read, crypto::verify_id_token(token, finder_in(keys.get()), rules, now));
  ProviderPerson out{std::move(read.issuer), std::move(read.subject), std::move(read.roles), read.signed_in_at};
  WHORL_TRY(of_person(out));
  return out;
}

Result<Principal> SignIn::of_person(const ProviderPerson& person) const {
  if (!config_.provider || config_.provider->issuer != person.issuer) return failure(ErrorCode::kTokenIssuer);
  std::set<std::string> roles;
  for (const std::string& word : person.roles) {
    const auto at = config_.provider->roles.find(word);
    if (at != config_.provider->roles.end()) roles.insert(at->second.begin(), at->second.end());
  }
  if (roles.empty()) return unauthorised("no word of the provider makes anything of them here").within("roles");
  Principal who{person.issuer, person.subject, {}, SignedInBy::kToken, {roles.begin(), roles.end()}};
  WHORL_TRY(check_roles(who.roles));
  who.scopes = scopes_of_roles(who.roles);
  who.signed_in_at = person.signed_in_at;
  if (const Person* named = found_in(person_of_subject_, who.subject)) narrow(*named, who);
  return who;
}

Result<Principal> SignIn::by_certificate(const PeerCertificate& peer) const {
  std::set<const Machine*> known;
  if (const Machine* machine = found_in(by_digest_, peer.digest)) known.insert(machine);
  for (const std::string& name : peer.dns_names) {
    if (const Machine* machine = found_in(by_dns_, name)) known.insert(machine);
  }
  if (known.size() != 1) return failure(ErrorCode::kNotSignedIn);
  return of_file(**known.begin());
}

Result<Principal> SignIn::by_password(const std::string& name, std::string_view password,
                                      const PeerCertificate* peer) const {
  const Person* person = found_in(by_name_, name);
  const bool fits = crypto::password_fits(person == nullptr ? of_nobody_ : *person->password, password);
  const bool bound = person != nullptr && (!person->certificate || is_certificate(peer, *person->certificate));
  if (!fits || !bound) return failure(ErrorCode::kSignInRefused);
  return of_file(*person);
}

Result<std::shared_ptr<const KeySource>> read_keys(const std::filesystem::path& file) {
  WHORL_ASSIGN(const auto bytes, read_private_file(file, crypto::kMostJwkSetBytes, OthersMay::kReadIt));
  auto parsed = crypto::JwkSet::parse(as_text(bytes.view()));
  if (!parsed.ok()) return parsed.error().within(file.string());
  return std::shared_ptr<const KeySource>(std::make_shared<FixedKeys>(std::move(*parsed)));
}

Result<std::shared_ptr<const crypto::JwkSet>> parse_keys(std::string_view text) {
  WHORL_ASSIGN(auto parsed, crypto::JwkSet::parse(text));
  return std::make_shared<const crypto::JwkSet>(std::move(parsed));
}

Error told_of(const Error& error) {
  static constexpr std::array kTold = {
      ErrorCode::kTokenType,    ErrorCode::kTokenIssuer,       ErrorCode::kTokenAudience,
      ErrorCode::kTokenExpired, ErrorCode::kTokenNotYetValid,  ErrorCode::kTokenTooLongLived,
      ErrorCode::kTokenBinding, ErrorCode::kRolesContradict,   ErrorCode::kSignInRefused,
      ErrorCode::kNotSignedIn,  ErrorCode::kCertificateRefused};
  const bool told = std::any_of(kTold.begin(), kTold.end(),
                                [&](const FailureCode& code) { return error.reason.code == code.name(); });
  return told ? error : failure(ErrorCode::kTokenRefused);
}

}  // namespace whorl::access
