// Who somebody is, from what they show: a bearer token, a client certificate, a name with its password.
//
// Immutable once made; thread-safe. Errors are kUnauthorised, with codes that are for the log: what the caller may be
// told is told_of(). None holds a token, a password or a claim's value.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/jose/jwk.h"
#include "engine/access/access_config.h"
#include "engine/access/key_source.h"
#include "engine/access/sessions.h"
#include "engine/call.h"

namespace whorl::access {

// What a TLS client certificate says of its owner, once its chain is good. Its distinguished name counts for nothing.
struct PeerCertificate {
  Sha256 digest{};                     // of the whole certificate
  std::vector<std::string> dns_names;  // dNSNames of its subject alternative names, in lower case
};

// The issuer of those whom the node's own file names.
inline constexpr std::string_view kOwnFile = "access file";

class SignIn {
 public:
  // Whose keys verify bearer tokens, and whose ID tokens; null where none are taken.
  struct Keys {
    std::shared_ptr<const KeySource> of_tokens = {};
    std::shared_ptr<const KeySource> of_provider = {};
  };
  SignIn(AccessConfig config, Keys keys);
  // What it finds people by points into it.
  SignIn(const SignIn&) = delete;
  SignIn& operator=(const SignIn&) = delete;

  [[nodiscard]] const AccessConfig& config() const { return config_; }
  // Of the keys that verify tokens.
  [[nodiscard]] std::vector<std::string> key_names() const;

  // May do what its scopes say; of a person, where a claim of roles is configured, what both its scopes and the roles
  // say; of somebody whom the file names by their subject, no more than what stands there. Errors: those of
  // crypto::verify_token; token_binding where it is bound to another certificate than `peer`, or must be bound and is
  // not; roles_contradict. Cost: 25 to 110 microseconds.
  Result<engine::Principal> by_token(std::string_view token, const PeerCertificate* peer,
                                     std::chrono::system_clock::time_point now) const;

  // Whom an ID token of the provider is about. Errors: those of crypto::verify_id_token; kUnauthorised where they are
  // nobody here (see of_person).
  Result<ProviderPerson> by_id_token(std::string_view token, const std::string& nonce,
                                     std::chrono::system_clock::time_point now) const;

  // What somebody whom the provider has signed in may do: the scopes of the roles that its words make of them; where
  // the file names them by their subject, no more than stands there. Errors: kUnauthorised where no word makes anything
  // of them, or they are of another provider; roles_contradict.
  Result<engine::Principal> of_person(const ProviderPerson& person) const;

  // The machine that the certificate names, by its digest or a name of its own. Errors: not_signed_in where there is
  // none, or its names are those of several.
  Result<engine::Principal> by_certificate(const PeerCertificate& peer) const;

  // Errors: sign_in_refused, whatever is wrong and after the same work. Cost: 50 to 100 ms and 32 MiB.
  Result<engine::Principal> by_password(const std::string& name, std::string_view password,
                                        const PeerCertificate* peer) const;

 private:
  AccessConfig config_;
  Keys keys_;
  std::map<std::string, const Machine*> by_dns_;
  std::map<Sha256, const Machine*> by_digest_;
  std::map<std::string, const Machine*> machine_of_subject_;
  std::map<std::string, const Person*> person_of_subject_;
  std::map<std::string, const Person*> by_name_;
  crypto::PasswordHash of_nobody_;
};

// Errors: those of read_private_file and crypto::JwkSet::parse, with the file.
Result<std::shared_ptr<const KeySource>> read_keys(const std::filesystem::path& file);

// A key set as an issuer publishes it, hostile until it has been read. Errors: those of crypto::JwkSet::parse.
Result<std::shared_ptr<const crypto::JwkSet>> parse_keys(std::string_view text);

// The same error as the caller may read it: that a key, a signature or a form is wrong is one and the same; of a token
// whose signature fits, what is wrong with its claims.
Error told_of(const Error& error);

}  // namespace whorl::access
