// Key pairs for signing and for key agreement: Ed25519 and X25519 (RFC 8032, RFC 7748), NIST P-256 (FIPS 186-4), and
// RSA public keys, to verify what others signed.
//
// A public key is checked when it is made: its size, a point on the curve, a modulus of 2,048 to 4,096 bits.
// Thread-safety: both are immutable values; a copy shares its key.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/secret_bytes.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace whorl::crypto {

enum class KeyKind { kEd25519, kX25519, kP256, kRsa };

inline constexpr std::size_t kLeastRsaBits = 2048;
inline constexpr std::size_t kMostRsaBits = 4096;

class PublicKey {
 public:
  // Ed25519, X25519: 32 bytes. P-256: 65 bytes, 4 and both coordinates (SEC 1, uncompressed). Errors: kInvalidInput for
  // another size, a point that is not on the curve, or RSA.
  static Result<PublicKey> of(KeyKind kind, ByteView bytes);
  // Big-endian numbers without leading zeros. Errors: kInvalidInput when the modulus is too short or too long or even,
  // or the exponent is even, below 65,537 or longer than 32 bits.
  static Result<PublicKey> rsa(ByteView modulus, ByteView exponent);

  [[nodiscard]] KeyKind kind() const { return kind_; }
  // As they were given to of(); of RSA the modulus.
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  // Of RSA; else empty.
  [[nodiscard]] ByteView exponent() const { return exponent_; }

  friend bool operator==(const PublicKey& a, const PublicKey& b) {
    return a.kind_ == b.kind_ && a.bytes_ == b.bytes_ && a.exponent_ == b.exponent_;
  }

  // For this room alone.
  [[nodiscard]] evp_pkey_st* handle() const { return key_.get(); }

 private:
  friend class PrivateKey;
  PublicKey(KeyKind kind, Bytes bytes, Bytes exponent, std::shared_ptr<evp_pkey_st> key)
      : kind_(kind), bytes_(std::move(bytes)), exponent_(std::move(exponent)), key_(std::move(key)) {}

  KeyKind kind_;
  Bytes bytes_;
  Bytes exponent_;
  std::shared_ptr<evp_pkey_st> key_;
};

// Ed25519, X25519 or P-256. The private part lies in secret memory.
class PrivateKey {
 public:
  // Errors: kUnavailable when randomness fails; kInvalidInput for RSA.
  static Result<PrivateKey> make(KeyKind kind, Random& random = system_random());
  // 32 bytes: the seed of RFC 8032 or RFC 7748, or the number of P-256, big-endian. Errors: kInvalidInput for another
  // size, for a number that is no key of the curve, or RSA.
  static Result<PrivateKey> of(KeyKind kind, ByteView secret);

  [[nodiscard]] KeyKind kind() const { return public_.kind(); }
  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  // What of() takes.
  [[nodiscard]] ByteView secret() const { return secret_->view(); }

  // For this room alone.
  [[nodiscard]] evp_pkey_st* handle() const { return key_.get(); }

 private:
  PrivateKey(PublicKey known, std::shared_ptr<const SecretBytes> secret, std::shared_ptr<evp_pkey_st> key)
      : public_(std::move(known)), secret_(std::move(secret)), key_(std::move(key)) {}

  PublicKey public_;
  std::shared_ptr<const SecretBytes> secret_;
  std::shared_ptr<evp_pkey_st> key_;
};

// The secret that both sides of X25519 or P-256 agree on: 32 bytes, to be put through a key derivation. Errors:
// kInvalidInput when the kinds differ, are for signatures, or the other key is one that gives the same secret with
// everybody.
Result<SecretBytes> agreed_secret(const PrivateKey& mine, const PublicKey& theirs);

}  // namespace whorl::crypto
