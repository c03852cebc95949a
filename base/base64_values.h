// What the two alphabets of Base64 (RFC 4648, sections 4 and 5) share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whorl {

// Of a character that is not in the alphabet.
inline constexpr std::uint8_t kNoBase64Value = 0xFF;

// Of each character its place in the alphabet of 64.
constexpr std::array<std::uint8_t, 256> base64_values(std::string_view alphabet) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoBase64Value);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

}  // namespace whorl
