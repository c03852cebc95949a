// Who may come in to a node, and how: one value, from a TOML file (docs/access.md).
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/password.h"

namespace whorl::access {

// Whether clients are asked for a certificate at the handshake.
enum class ClientCertificates {
  kNotAsked,
  kAccepted,  // who has none signs in another way
  kRequired,  // who has none does not come in
};
std::string_view name_of(ClientCertificates asked);  // "not_asked", "accepted", "required"

// Files in PEM.
struct TlsFiles {
  std::filesystem::path certificate;  // of this server, and those between it and its CA
  std::filesystem::path key;
  std::filesystem::path client_ca;  // the CAs whose client certificates are taken; empty: none are
  std::filesystem::path revoked;    // CRLs of these CAs; empty: nothing is revoked
  ClientCertificates clients = ClientCertificates::kNotAsked;
};

struct TokenConfig {
  std::string issuer;
  std::string audience;
  std::filesystem::path keys = {};     // a JSON Web Key Set; or
  std::string keys_url = {};           // where it is fetched, over TLS
  std::filesystem::path keys_ca = {};  // from a server with a certificate of these CAs
  std::string roles_claim = {};        // of people; empty: a token's scopes alone count
  bool bound = false;                  // a token must be bound to the client certificate (RFC 8705)
  std::chrono::seconds leeway{60};
  std::chrono::seconds longest_life{3600};
};

// Where people sign in (OpenID Connect), and what they may do then.
struct ProviderConfig {
  std::string issuer = {};            // also where its description is fetched
  std::string client = {};            // this node's name there
  std::filesystem::path secret = {};  // of the client; empty: it has none
  std::filesystem::path ca = {};      // the provider's certificate is of these CAs
  std::string redirect = {};          // this node's callback, to the letter as the provider knows it
  std::string scope = "openid";       // what is asked for
  std::string roles_claim = {};       // of the ID token
  std::map<std::string, std::vector<std::string>> roles = {};  // by the provider's word: what somebody is here
  std::chrono::seconds leeway{60};
  std::chrono::seconds idle{900};        // after which somebody who asks nothing is signed out
  std::chrono::seconds longest{28'800};  // after which everybody is
};
// The path of every `redirect`.
inline constexpr std::string_view kSignInCallback = "/v1/sign-in/callback";

// Requests a minute, each with as many at once; 0: no limit.
struct LimitConfig {
  int identify_of_person = 60;
  int identify_of_machine = 600;
  int verify = 120;
  int other = 1200;
  int identify_of_gallery = 6000;  // of all callers together
  int failed_sign_ins = 10;        // from one address
};

// Of what cannot be taken back: a release, a decision of a case, a threshold, a protection.
struct DecisionConfig {
  std::chrono::seconds signed_in_within{300};  // whoever decides has; there is no way to do without
};
inline constexpr std::chrono::seconds kLeastSignedInWithin{30};
inline constexpr std::chrono::seconds kMostSignedInWithin{3600};

// A program that signs in by its client certificate, or whose tokens may do less than they say.
struct Machine {
  std::string name;
  std::string dns = {};                                    // a dNSName of the certificate's subject alternative names
  std::optional<Sha256> certificate = {};                  // or its SHA-256
  std::string token_subject = {};                          // of its tokens
  std::vector<std::string> scopes = {};                    // with what they include; in order of name
  std::optional<std::vector<std::string>> galleries = {};  // nothing: every one
};

// Somebody who signs in with name and password, or whose tokens may do less than they say.
struct Person {
  std::string name;
  std::optional<crypto::PasswordHash> password = {};
  std::optional<Sha256> certificate = {};  // where given, the connection must have it, too
  std::string token_subject = {};
  std::vector<std::string> roles = {};
  std::vector<std::string> scopes = {};  // of the roles and their own
  std::optional<std::vector<std::string>> galleries = {};
};

// Keys of OSIA's encryption and integrity blocks. Files of JSON Web Keys.
struct BlockConfig {
  struct Named {
    std::string name;
    std::filesystem::path file;
  };
  std::vector<std::filesystem::path> decrypt = {};  // this node's own, private
  std::filesystem::path sign = {};                  // this node's own, private; empty: it signs nothing
  std::vector<Named> signers = {};                  // whose signatures are taken: each a set of public keys
  std::vector<Named> recipients = {};               // for whom data may be encrypted: each one public key
  bool encryption_required = false;                 // of images and templates that come
  bool integrity_required = false;  // a signature over all of each capture, and of what is said of the person
};
inline constexpr std::size_t kMostDecryptionKeys = 8;
inline constexpr std::size_t kMostBlockParties = 64;  // signers, and recipients

struct AccessConfig {
  std::optional<TlsFiles> tls;
  std::optional<TokenConfig> tokens;
  std::optional<ProviderConfig> provider;
  LimitConfig limits;
  DecisionConfig decisions;
  std::optional<BlockConfig> blocks;
  std::vector<Machine> machines;
  std::vector<Person> people;

  // Whether anybody at all can sign in.
  [[nodiscard]] bool knows_anybody() const {
    return tokens.has_value() || provider.has_value() || !machines.empty() || !people.empty();
  }
};

inline constexpr std::size_t kMostAccessFileBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMostEntries = 10'000;  // of machines, and of people

// Reads the TOML text. Relative paths are relative to the folder of `file`, which also names the place in errors.
// Errors: kInvalidInput; the field is "FILE:LINE" and the key: no TOML, too long, a key, scope or role that is not
// known (with the nearest that is), another type, a value out of range, a name, certificate or subject that stands
// twice, roles that must not meet, and an entry that nobody could sign in by. No error holds a password's hash.
Result<AccessConfig> parse_access_config(std::string_view toml, const std::filesystem::path& file);

// The same of a file. Errors: also those of read_file, and kUnauthorised (open_to_others) where others than its owner
// may change it, or, if it holds passwords' hashes, read it.
Result<AccessConfig> read_access_config(const std::filesystem::path& file);

}  // namespace whorl::access
