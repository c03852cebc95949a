// The keys of OSIA's encryption and integrity blocks: what comes is decrypted and its signatures are verified with
// them, what goes is signed and encrypted (docs/access.md, "Encrypted and signed data").
//
// Immutable once read; thread-safe. The key decides the algorithm; no text that comes has a say in it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/jose/jwe_keys.h"
#include "crypto/jose/jwk.h"
#include "engine/access/access_config.h"

namespace whorl::access {

// Of one text in compact form; more than any image that is taken has.
inline constexpr std::size_t kMostEncryptedBytes = std::size_t{48} << 20;
inline constexpr std::size_t kMostSignatureBytes = std::size_t{16} << 10;

class BlockKeys {
 public:
  // No keys at all: nothing is decrypted, verified, signed or encrypted.
  BlockKeys() = default;
  // Reads every file. Errors: those of read_private_file (private keys must be readable to nobody else) and of the
  // parsers, with the file; jose_malformed for two keys of one name, a signer without a key that verifies, and a key
  // to sign with that is not for it.
  static Result<std::shared_ptr<const BlockKeys>> read(const BlockConfig& config);

  // What a JWE holds. Errors: kInvalidInput (jose_malformed, decryption_key_unknown,
  // not_decrypted).
  [[nodiscard]] Result<Bytes> decrypted(std::string_view jwe) const;
  // Who signed this hash: the name of a signer. The JWS is detached, or holds the hash. Errors: kInvalidInput
  // (jose_malformed, signer_unknown, hash_signature_wrong).
  [[nodiscard]] Result<std::string> signer_of(std::string_view jws, std::string_view hash) const;

  // A detached JWS of the hash by this node's key. Errors: kInvalidInput (no_signing_key).
  [[nodiscard]] Result<std::string> signature_of(std::string_view hash) const;
  // A JWE for the recipient. Errors: kInvalidInput (recipient_unknown); kUnavailable when randomness fails.
  [[nodiscard]] Result<std::string> encrypted_for(const std::string& recipient, ByteView plaintext) const;
  [[nodiscard]] bool knows_recipient(const std::string& name) const { return recipients_.contains(name); }

  [[nodiscard]] bool encryption_required() const { return encryption_required_; }
  [[nodiscard]] bool integrity_required() const { return integrity_required_; }

  // For whoever shows what a file says: names of keys, nothing of them.
  [[nodiscard]] std::vector<std::string> decryption_kids() const;
  [[nodiscard]] std::string signing_kid() const { return signing_ ? signing_->kid : std::string(); }

 private:
  struct Signer {
    std::string name;
    crypto::Jwk key;
  };

  std::map<std::string, crypto::DecryptionKey, std::less<>> decryption_;  // by kid
  std::map<std::string, Signer, std::less<>> signers_;                    // by kid; "" where there is one key alone
  std::map<std::string, crypto::EncryptionKey> recipients_;
  std::optional<crypto::PrivateJwk> signing_;
  bool encryption_required_ = false;
  bool integrity_required_ = false;
};

// The names of digests that a block may have.
inline constexpr std::string_view kBlockDigests[] = {"SHA256", "SHA384", "SHA512"};
// Precondition: `alg` is one of them. Errors: kInternal.
Result<Bytes> block_digest(std::string_view alg, std::string_view text);

}  // namespace whorl::access
