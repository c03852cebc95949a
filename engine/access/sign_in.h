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
  // `keys` verify tokens; empty where none are taken.
  SignIn(AccessConfig config, std::optional<crypto::JwkSet> keys);
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

  // The machine that the certificate names, by its digest or a name of its own. Errors: not_signed_in where there is
  // none, or its names are those of several.
  Result<engine::Principal> by_certificate(const PeerCertificate& peer) const;

  // Errors: sign_in_refused, whatever is wrong and after the same work. Cost: 50 to 100 ms and 32 MiB.
  Result<engine::Principal> by_password(const std::string& name, std::string_view password,
                                        const PeerCertificate* peer) const;

 private:
  AccessConfig config_;
  std::optional<crypto::JwkSet> keys_;
  std::map<std::string, const Machine*> by_dns_;
  std::map<Sha256, const Machine*> by_digest_;
  std::map<std::string, const Machine*> machine_of_subject_;
  std::map<std::string, const Person*> person_of_subject_;
  std::map<std::string, const Person*> by_name_;
  crypto::PasswordHash of_nobody_;
};

// From the access file and the keys that it names. Errors: those of read_access_config; those of read_private_file and
// crypto::JwkSet::parse, with the file.
Result<std::shared_ptr<const SignIn>> read_sign_in(const std::filesystem::path& file);

// The same error as the caller may read it: that a key, a signature or a form is wrong is one and the same; of a token
// whose signature fits, what is wrong with its claims.
Error told_of(const Error& error);

}  // namespace whorl::access
