// Signatures: EdDSA with Ed25519 (RFC 8032), ECDSA with P-256 and SHA-256 (FIPS 186-4), and RSA with SHA-256 to verify
// (RFC 8017: PKCS #1 v1.5 and PSS).
//
// Thread-safe. Cost: 30 to 50 microseconds to sign, 25 to 110 to verify.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key_pair.h"

namespace whorl::crypto {

enum class SignatureAlgorithm {
  kEdDsa,  // Ed25519; 64 bytes
  kEs256,  // P-256; 64 bytes, r and s
  kRs256,  // RSA, PKCS #1 v1.5
  kPs256,  // RSA, PSS with MGF1 of SHA-256 and a salt of 32 bytes
};

// With the key's own algorithm: Ed25519 or P-256. Errors: kInvalidInput when the key is not for signatures; kInternal.
Result<Bytes> sign(const PrivateKey& key, ByteView message);

// Whether the key's owner signed the message. False, too, when the algorithm is not of the key's kind.
[[nodiscard]] bool signature_fits(const PublicKey& key, SignatureAlgorithm algorithm, ByteView message,
                                  ByteView signature);

}  // namespace whorl::crypto
