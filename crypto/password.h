// Passwords, kept as what scrypt (RFC 7914) makes of them with a salt of their own.
//
// Thread-safe: pure functions but for the randomness. Cost: 32 MiB and 50 to 100 ms of a core each, which is what makes
// guessing dear; bound how many run at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "crypto/random.h"

namespace whorl::crypto {

inline constexpr std::size_t kLeastPasswordBytes = 12;
inline constexpr std::size_t kMostPasswordBytes = 128;
inline constexpr std::size_t kMostPasswordHashBytes = 128;

// "scrypt$15$8$1$SALT$DIGEST": the logarithm of N, r, p, 16 bytes and 32 bytes in Base64url.
struct PasswordHash {
  unsigned log_n = 15;
  unsigned p = 1;  // r is 8
  Bytes salt;
  Sha256 digest{};
};

// Errors: kInvalidInput for another form, N below 2^14 or above 2^17, r
// other than 8, p above 4: what would be weak, or would let a file take the machine's memory.
Result<PasswordHash> parse_password_hash(std::string_view text);
std::string password_hash_text(const PasswordHash& hash);

// With a new salt. Errors: kInvalidInput when it is shorter or longer than the bounds above; kUnavailable.
Result<PasswordHash> hash_password(std::string_view password, Random& random = system_random());

// False as well when it is longer than a password can be, or memory is short. The comparison takes the same time
// whatever differs.
[[nodiscard]] bool password_fits(const PasswordHash& hash, std::string_view password);

}  // namespace whorl::crypto
