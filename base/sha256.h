// SHA-256 (FIPS 180-4), through OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl {

using Sha256 = std::array<std::uint8_t, 32>;

// Errors: kInternal when the library refuses. Thread-safe. Cost: about 1 ns a byte.
Result<Sha256> sha256(ByteView bytes);

// Of the pieces one after another, for many short inputs. Throws std::bad_alloc when memory is short, the one way in
// which it can fail. Thread-safe. Cost: some 0.3 microseconds and 1 ns a byte.
Sha256 sha256_of(std::initializer_list<ByteView> pieces);

// 64 lower-case hexadecimal digits, and the digest that 64 hexadecimal digits of either case name (else empty).
std::string hex_of(ByteView bytes);
// Two hexadecimal digits a byte, of either case, fill `out`. False where there are more or fewer, or something else;
// what is in `out` then is of no meaning.
bool read_hex(std::string_view hex, std::span<std::uint8_t> out);
std::optional<Sha256> sha256_named(std::string_view hex);

}  // namespace whorl
