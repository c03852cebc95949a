// The keys of OSIA's encryption and integrity blocks: what comes is decrypted and its signatures are verified with
// them, what goes is signed and encrypted (docs/access.md, "Encrypted and signed data").
//
// Immutable once read; thread-safe. The key decides the algorithm; no text that comes has a say in it. What names no
// key (kid) is held against all of them, in the order of the file, so that nobody has to name keys while they are
// changed.
#pragma once

#include <filesystem>
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
// Keys that one signature without a kid is held against.
inline constexpr std::size_t kMostSignersTried = 64;

class BlockKeys {
 public:
  // No keys at all: nothing is decrypted, verified, signed or encrypted.
  BlockKeys() = default;
  // Reads every file. Errors: those of read_private_file (private keys must be readable to nobody else) and of the
  // parsers, with the file; jose_malformed for two keys of one name, a signer without a key that verifies, a key to
  // sign with that is not for it, and one that decrypts, too.
  static Result<std::shared_ptr<const BlockKeys>> read(const BlockConfig& config);

  // What a JWE holds; whoever gets it wipes it. Errors: kInvalidInput (jose_malformed, also for a JWE that names no key
  // where none here is for it; decryption_key_unknown, not_decrypted). Cost: of decrypting once with the key that is
  // named, else up to once with each that is for it.
  [[nodiscard]] Result<Bytes> decrypted(std::string_view jwe) const;
  // Who signed this hash: the name of a signer. The JWS is detached, or holds what it signs: the hash's text, or the
  // digest that it writes (empty: its text alone). Errors: kInvalidInput (jose_malformed, signer_unknown,
  // hash_signature_wrong).
  [[nodiscard]] Result<std::string> signer_of(std::string_view jws, std::string_view hash, ByteView digest) const;

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
    std::string kid;  // the key's own id where the file has none
    crypto::Jwk key;
  };

  Status read_decryption(const BlockConfig& config);
  Status read_signing(const std::filesystem::path& file);
  Status read_signer(const BlockConfig::Named& signer);
  [[nodiscard]] const Signer* signer(std::string_view kid) const;
  [[nodiscard]] Result<std::string> signer_of_payload(std::string_view jws, ByteView payload, bool is_detached) const;

  // Of each no kid twice; in the order of the file.
  std::vector<crypto::DecryptionKey> decryption_;
  std::vector<Signer> signers_;
  std::map<std::string, crypto::EncryptionKey> recipients_;
  std::optional<crypto::PrivateJwk> signing_;
  bool encryption_required_ = false;
  bool integrity_required_ = false;
};

// Overwrites what was decrypted.
void wipe(Bytes& plain);

// The names of digests that a block may have.
inline constexpr std::string_view kBlockDigests[] = {"SHA256", "SHA384", "SHA512"};
// Precondition: `alg` is one of them. Errors: kInternal.
Result<Bytes> block_digest(std::string_view alg, std::string_view text);

}  // namespace whorl::access
