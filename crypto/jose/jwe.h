// Encrypted texts: JWE (RFC 7516) in compact form, with A256GCM, and with A256CBC-HS512 where the key takes it.
//
// The key that opens a message is found by its name, and it alone says how its content key came to be, and which of the
// two ciphers it takes: a header that names another algorithm is refused. Compression, `crit`, duplicate names and, but
// where the rules say otherwise, members that are not known here are refused. `apu` and `apv` say from whom to whom,
// and enter the key: who is not them, cannot pass the message on as his own.
//
// Thread-safe: pure functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/jose/jws.h"
#include "crypto/key_pair.h"
#include "crypto/random.h"
#include "crypto/rsa_key.h"

namespace whorl::crypto {

inline constexpr std::size_t kMostJweBytes = std::size_t{8} << 20;
inline constexpr std::size_t kMostPartyBytes = 128;

enum class JweAlgorithm {
  kEcdhEs,        // "ECDH-ES": the agreed key is the content's (X25519 or P-256)
  kEcdhEsA256Kw,  // "ECDH-ES+A256KW": the agreed key wraps the content's
  kRsaOaep256,    // "RSA-OAEP-256": the content's key is encrypted to an RSA key
  kDirect,        // "dir": a key that both sides have; at most kMostDrawnNonces messages under one
};

enum class JweContent {
  kA256Gcm,
  kA256CbcHs512,  // the content's key has 64 bytes
};

struct JweHeader {
  JoseHeader common = {};
  Bytes apu = {};  // who sends, kMostPartyBytes at most
  Bytes apv = {};  // who receives
};

// How one key opens messages.
struct JweKey {
  JweAlgorithm algorithm = JweAlgorithm::kEcdhEs;
  std::optional<PrivateKey> key = {};  // of ECDH-ES
  SecretBytes shared = {};             // of dir: 32 bytes
  std::optional<RsaPrivateKey> rsa = {};
  bool takes_cbc = false;  // A256CBC-HS512 beside A256GCM; not with dir
};
// Which key goes by a name; empty: none.
using JweKeyFinder = std::function<const JweKey*(std::string_view kid)>;
// Which keys a message under this name may be for, in the order in which they are tried. An empty name: it gives none.
using JweKeysFinder = std::function<std::vector<const JweKey*>(std::string_view kid)>;

struct JweRules {
  std::size_t most_bytes = kMostJweBytes;  // of the compact form
  std::size_t most_header_bytes = 1024;
  // Else members that are not known here are ignored, as RFC 7516, section 4, says.
  bool known_members_only = true;
};

struct Jwe {
  JweHeader header;
  Bytes plaintext;  // whoever holds it wipes it
};

// For the owner of `to`, with a key pair or a content key made for this message alone. Errors: kInvalidInput when the
// key is not for the algorithm, the algorithm is dir, or the header's texts are too long or not as sign_jws wants them;
// kUnavailable when randomness fails.
Result<std::string> encrypt_jwe(const PublicKey& to, JweAlgorithm algorithm, const JweHeader& header,
                                ByteView plaintext, Random& random = system_random(),
                                JweContent content = JweContent::kA256Gcm);
// Under a key that both sides have, 32 bytes. Errors: as above.
Result<std::string> encrypt_jwe_shared(ByteView key, const JweHeader& header, ByteView plaintext,
                                       Random& random = system_random());

// Errors: kInvalidInput (jose_malformed) for what is no JWE or breaks a rule; kUnauthorised (key_unknown) where no key
// goes by the name; kInvalidInput (not_decrypted) for whatever else, and no more is said.
Result<Jwe> decrypt_jwe(std::string_view compact, const JweKeyFinder& find, const JweRules& rules = {});
// With the first of several keys that opens it; those of other algorithms and curves are passed over. Errors: as above,
// not_decrypted for all keys together; key_unknown also where none is of the algorithm. Cost: that of each key tried.
Result<Jwe> decrypt_jwe_by_any(std::string_view compact, const JweKeysFinder& find, const JweRules& rules = {});

}  // namespace whorl::crypto
