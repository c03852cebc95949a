// A session with a PKCS#11 token: its module loaded, its user signed in. Private to crypto/vault.
//
// Thread-safety: one at a time in a process.
#pragma once

#include <span>
#include <string>

#include "crypto/vault/token_address.h"

namespace whorl::crypto {

enum class TokenUse { kRead, kChange };

// What went wrong, in words; kUnavailable.
Error token_error(const std::string& doing, CK_RV code);

class TokenSession {
 public:
  // Errors: see token_root_key().
  static Result<TokenSession> open(const TokenAddress& address, TokenUse use);
  TokenSession(TokenSession&& other) noexcept;
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;
  TokenSession& operator=(TokenSession&&) = delete;
  ~TokenSession();

  // The one AES key at `address`. Errors: kNotFound; kInvalidInput when there are more; kUnavailable.
  [[nodiscard]] Result<CK_OBJECT_HANDLE> key(const TokenAddress& address) const;
  // That the key is 32 bytes long, stays in the token, and seals and opens. Errors: kInvalidInput.
  [[nodiscard]] Status check(CK_OBJECT_HANDLE key) const;
  Status make_key(const TokenAddress& address) const;

  // Errors: kUnavailable; kCorruption when the key does not open it.
  [[nodiscard]] Result<Bytes> seal(CK_OBJECT_HANDLE key, std::span<std::uint8_t> nonce, ByteView bound,
                                   ByteView plain) const;
  [[nodiscard]] Result<SecretBytes> open(CK_OBJECT_HANDLE key, ByteView nonce, ByteView bound, ByteView sealed) const;

 private:
  explicit TokenSession(CK_FUNCTION_LIST* token) : token_(token) {}
  Status start(const TokenAddress& address, TokenUse use);
  [[nodiscard]] Result<CK_SLOT_ID> slot(const TokenAddress& address) const;
  [[nodiscard]] Status sign_in(const TokenAddress& address, CK_FLAGS flags) const;

  CK_FUNCTION_LIST* token_;
  bool initialised_ = false;
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
};

}  // namespace whorl::crypto
