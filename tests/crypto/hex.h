// Bytes of published vectors, written in hexadecimal digits.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/sha256.h"  // hex_of

namespace whorl::tests {

inline Bytes unhex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  Bytes out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(value(digits[i]) * 16 + value(digits[i + 1])));
  }
  return out;
}

}  // namespace whorl::tests
