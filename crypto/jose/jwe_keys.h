// Keys as others keep them, in files: the ones that a node decrypts and signs with, and that of whom it encrypts for.
// What a key is for, and with which algorithm, stands in the key itself.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/jose/jwe.h"

namespace whorl::crypto {

struct DecryptionKey {
  std::string kid;  // by which senders name it; the key's own id where the text has none
  JweKey key;
};

// A private JWK of X25519, P-256 or RSA. On a curve `alg` says ECDH-ES (so it is where it says nothing) or
// ECDH-ES+A256KW; of RSA RSA-OAEP-256. It takes both ciphers. `text` is best held in secret memory. Errors: those of
// parse_private_jwk and parse_rsa_private_jwk; kInvalidInput (jose_malformed) for a key of another kind, or that `use`
// or `alg` says is for something else.
Result<DecryptionKey> parse_decryption_key(std::string_view text);

// A private JWK of Ed25519 or P-256. Errors: those of parse_private_jwk; jose_malformed for a key of another kind, or
// that `use` or `alg` says is for something else.
Result<PrivateJwk> parse_signing_key(std::string_view text);

struct EncryptionKey {
  std::string kid;  // empty where the text has none
  PublicKey key;
  JweAlgorithm algorithm = JweAlgorithm::kEcdhEs;
};

// A public JWK, or a set of one, likewise. Errors: those of parse_jwk; jose_malformed for a key that is not to be
// encrypted to.
Result<EncryptionKey> parse_encryption_key(std::string_view text);

}  // namespace whorl::crypto
