// CRC-32C (Castagnoli), the checksum of every byte format of the product.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace whorl {

// The CRC of `bytes`. To go on over several pieces pass the previous result as `before`:
// crc32c(b, crc32c(a)) == crc32c(a + b). Detects accidents, not forgery. Thread-safe. Cost: about 1 ns a byte.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

}  // namespace whorl
