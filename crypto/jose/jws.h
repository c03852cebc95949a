// Signed texts: JWS (RFC 7515) in compact form, with the payload inside or detached (appendix F).
//
// The key that a signature is held against is found by its name, and it alone says with which algorithm: a header that
// names another one is refused (RFC 8725, 3.1). `crit`, `b64` and duplicate names are refused. Nothing of a payload is
// given out before its signature fits.
//
// Thread-safe: pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/jose/jwk.h"
#include "crypto/key_pair.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostJwsBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMostJoseTypeBytes = 128;

// What is said of a payload, beside the algorithm. Empty texts are not written.
struct JoseHeader {
  std::string kid = {};
  std::string typ = {};
  std::string cty = {};
};

struct Jws {
  JoseHeader header;
  Bytes payload;
};

// Which key goes by a name; empty: none. An empty name: the header has none.
using JwkFinder = std::function<const Jwk*(std::string_view kid)>;

struct JwsRules {
  std::size_t most_bytes = kMostJwsBytes;  // of the compact form
  std::size_t most_header_bytes = 1024;
  // Acceptable `typ`s, compared without case and without a leading "application/"; none: whatever it says, or nothing.
  std::vector<std::string> types = {};
  // Headers with other members than alg, kid, typ and cty are refused. Else such members are ignored, as RFC 7515 says.
  bool known_members_only = true;
};

// With the key's own algorithm. Errors: kInvalidInput when the key is not for signatures, a text of the header is too
// long, or not visible ASCII and spaces without quotation marks and backslashes.
Result<std::string> sign_jws(const PrivateKey& key, const JoseHeader& header, ByteView payload);
// "header..signature".
Result<std::string> sign_jws_detached(const PrivateKey& key, const JoseHeader& header, ByteView payload);

// Errors: kInvalidInput (jose_malformed) for what is no JWS or breaks a rule; kUnauthorised with key_unknown, where the
// key is not known or not for signatures, and signature_wrong, where the signature does not fit or the header names
// another algorithm.
Result<Jws> verify_jws(std::string_view compact, const JwkFinder& find, const JwsRules& rules = {});
// The payload came another way; of the result it is a copy.
Result<Jws> verify_jws_detached(std::string_view compact, ByteView payload, const JwkFinder& find,
                                const JwsRules& rules = {});

}  // namespace whorl::crypto
