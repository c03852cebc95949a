// RSA to send somebody a key: OAEP with SHA-256 (RFC 8017, 7.1; JOSE's RSA-OAEP-256). For those who have no key of a
// curve; nothing is signed with it.
//
// Thread-safety: an immutable value; a copy shares its key.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key_pair.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

// Big-endian numbers without leading zeros.
struct RsaNumbers {
  ByteView modulus, exponent, secret;  // n, e, d
  ByteView p, q, dp, dq, qi;
};

class RsaPrivateKey {
 public:
  // Errors: those of PublicKey::rsa; kInvalidInput for numbers that are not one key.
  static Result<RsaPrivateKey> of(const RsaNumbers& numbers);

  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  // What rsa_encrypt() was given; empty where it does not open. Who uses it must not let others know which it was.
  [[nodiscard]] SecretBytes opened(ByteView encrypted) const;

 private:
  RsaPrivateKey(PublicKey known, std::shared_ptr<evp_pkey_st> key) : public_(std::move(known)), key_(std::move(key)) {}

  PublicKey public_;
  std::shared_ptr<evp_pkey_st> key_;
};

// As long as the modulus. Errors: kInvalidInput when the key is not of RSA or the text is too long for it.
Result<Bytes> rsa_encrypt(const PublicKey& to, ByteView plain);

}  // namespace whorl::crypto
