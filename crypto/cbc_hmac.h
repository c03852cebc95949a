// Authenticated encryption of JOSE's older kind: AES-256-CBC and HMAC-SHA-512 (A256CBC-HS512; RFC 7518, 5.2). For what
// integrators send; everything of our own is sealed with aead.h.
//
// Thread-safe: pure functions.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::crypto {

inline constexpr std::size_t kCbcHmacKeyBytes = 64;  // 32 for the code, 32 for the cipher
inline constexpr std::size_t kCbcHmacIvBytes = 16;
inline constexpr std::size_t kCbcHmacTagBytes = 32;

// Ciphertext, then tag. `iv` is drawn anew for each text. Errors: kInternal for other lengths of key or iv, for more
// than kMostAeadBytes, or where the library refuses.
Result<Bytes> cbc_hmac_seal(ByteView key, ByteView iv, ByteView bound, ByteView plain);
// The code is checked, in constant time, before anything is decrypted. Errors: kCorruption, whatever is wrong;
// kInternal as above.
Result<Bytes> cbc_hmac_open(ByteView key, ByteView iv, ByteView bound, ByteView sealed);

}  // namespace whorl::crypto
