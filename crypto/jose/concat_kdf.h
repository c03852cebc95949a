// The key that both sides of ECDH-ES derive (RFC 7518, section 4.6; NIST SP 800-56A, 5.8.1). Private to crypto/jose.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

// `bytes` is 1 to 64: one or two rounds of SHA-256. `algorithm`: the content's encryption where the key is its own,
// else the algorithm that the key wraps with.
SecretBytes concat_kdf(ByteView agreed, std::string_view algorithm, ByteView apu, ByteView apv, std::size_t bytes);

}  // namespace whorl::crypto
