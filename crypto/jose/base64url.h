// Base64url without padding (RFC 7515, section 2), strict: one text for each run of bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {

std::string base64url(ByteView bytes);

// Empty for padding, line breaks, the other alphabet, unused bits that are not zero. Decodes to no more than 3/4 of the
// text, so bound the text first. Thread-safe.
std::optional<Bytes> decode_base64url(std::string_view text);

// The same for secrets: no byte of them, and no character, lies anywhere else.
SecretBytes base64url_of_secret(ByteView bytes);
std::optional<SecretBytes> decode_base64url_secret(std::string_view text);

constexpr std::size_t base64url_size(std::size_t bytes) { return (4 * bytes + 2) / 3; }

}  // namespace whorl::crypto
