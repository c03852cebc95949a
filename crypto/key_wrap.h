// A key under a key, as JOSE writes it: AES-256 Key Wrap (RFC 3394). Records at rest use aead.h instead, which binds
// the place of a key beside it.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

// 8 bytes longer than `key`, which has 16 to 64 bytes, a multiple of 8; `wrapping` has 32. Errors: kInternal otherwise.
Result<Bytes> wrap_key(ByteView wrapping, ByteView key);
// Errors: kCorruption when it was wrapped under another key or is damaged; kInternal when `wrapping` has not 32 bytes.
Result<SecretBytes> unwrap_key(ByteView wrapping, ByteView wrapped);

}  // namespace whorl::crypto
