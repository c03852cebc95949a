// Base64 (RFC 4648, section 4), strict: nothing that two decoders could read differently is accepted.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace whorl {

// Padded, canonical Base64 only: no line breaks, no spaces, no URL alphabet, unused bits zero. Empty for any
// other text. Decodes to nothing larger than 3/4 of the text, so bound the text first. Cost: O(bytes).
std::optional<Bytes> decode_base64(std::string_view text);

std::string encode_base64(ByteView bytes);

// How long the text of so many bytes is.
constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

}  // namespace whorl
