// Keys as JSON (RFC 7517, RFC 7518, RFC 8037) and their thumbprints (RFC 7638).
//
// Known: OKP with Ed25519 and X25519, EC with P-256, and RSA to verify signatures and for RSA-OAEP-256. What a key may
// be used for, and with which algorithm, is settled here, when it is read: nothing that is signed or encrypted has a
// say in it.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/key_pair.h"
#include "crypto/rsa_key.h"
#include "crypto/signature.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostJwkBytes = 16 * 1024;
inline constexpr std::size_t kMostJwkSetBytes = 256 * 1024;
inline constexpr std::size_t kMostJwkSetKeys = 64;
inline constexpr std::size_t kMostKidBytes = 256;

struct Jwk {
  PublicKey key;
  std::string kid = {};  // empty: it has none
  // What it verifies with; empty: it is not for signatures. Of RSA it is what `alg` says, and RS256 where that says
  // nothing.
  std::optional<SignatureAlgorithm> verifies = {};
  bool encrypts = false;  // messages may be encrypted to it
};

// A public key. Members that are not known are ignored. Errors: kInvalidInput (jose_malformed) for what is no such key,
// for `use`, `key_ops` and `alg` that contradict one another, and for a key with private parts: it was sent by mistake,
// and is burnt.
Result<Jwk> parse_jwk(std::string_view text);
// `text` is best held in secret memory; no byte of the private part is left anywhere else. Errors: as above; a private
// part that is not that of the public one.
struct PrivateJwk {
  PrivateKey key;
  std::string kid = {};
};
Result<PrivateJwk> parse_private_jwk(std::string_view text);
// The same of RSA, with all of p, q, dp, dq and qi, for RSA-OAEP-256 alone. Errors: as above; `use` or `alg` that say
// it is for something else.
struct RsaPrivateJwk {
  RsaPrivateKey key;
  std::string kid = {};
};
Result<RsaPrivateJwk> parse_rsa_private_jwk(std::string_view text);

// {"kty":...}, with "kid" where it is given. Members in the order of RFC 7638, so that it is a text of its own for
// every key.
std::string jwk_text(const PublicKey& key, std::string_view kid = {});
SecretBytes private_jwk_text(const PrivateKey& key, std::string_view kid = {});

// SHA-256 of the required members.
Sha256 jwk_thumbprint(const PublicKey& key);
// The first 16 bytes of the thumbprint: 22 characters, the same length for every key.
std::string key_id(const PublicKey& key);

// {"keys":[...]}.
class JwkSet {
 public:
  // Keys of kinds, curves and uses that are not known here are left out, as RFC 7517 says; RSA keys for encryption,
  // too, which providers publish beside the one that verifies, so that it stays the only one. Errors: kInvalidInput for
  // what is no set, for more than kMostJwkSetKeys, for a key of a known kind that is not sound, and for one `kid`
  // twice. Then there is no set at all: whoever has one keeps it.
  static Result<JwkSet> parse(std::string_view text);
  // Errors: kInvalidInput for one `kid` twice, or too many.
  static Result<JwkSet> of(std::vector<Jwk> keys);

  // Empty where there is none. An empty `kid` finds the only key of a set of one. Valid as long as the set.
  [[nodiscard]] const Jwk* find(std::string_view kid) const;
  [[nodiscard]] const std::vector<Jwk>& keys() const { return keys_; }

 private:
  std::vector<Jwk> keys_;
};

}  // namespace whorl::crypto
