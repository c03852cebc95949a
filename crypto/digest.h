// The digests of the SHA-2 family that others may choose from (FIPS 180-4). What this project chooses is SHA-256
// (base/sha256.h).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::crypto {

enum class DigestKind { kSha256, kSha384, kSha512 };

// 32, 48 or 64 bytes. Errors: kInternal when the library refuses. Thread-safe. Cost: about 1 ns a byte.
Result<Bytes> digest_of(DigestKind kind, ByteView bytes);

}  // namespace whorl::crypto
