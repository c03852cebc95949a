#include "crypto/utf8.h"

#include <cstddef>
#include <cstdint>

namespace whorl::crypto {
namespace {

std::uint32_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

struct Head {
  std::size_t more;     // bytes that follow; 4: none is right
  std::uint32_t bits;   // of the code point
  std::uint32_t least;  // code point that needs so many bytes
};

Head head_of(std::uint32_t byte) {
  if (byte < 0x80) return {0, byte, 0};
  if (byte >> 5 == 0b110) return {1, byte & 0x1F, 0x80};
  if (byte >> 4 == 0b1110) return {2, byte & 0x0F, 0x800};
  if (byte >> 3 == 0b11110) return {3, byte & 0x07, 0x10000};
  return {4, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Head head = head_of(byte_of(text[i]));
    if (head.more == 4 || text.size() - i <= head.more) return false;
    std::uint32_t point = head.bits;
    for (std::size_t j = 1; j <= head.more; ++j) {
      const std::uint32_t byte = byte_of(text[i + j]);
      if (byte >> 6 != 0b10) return false;
      point = point << 6 | (byte & 0x3F);
    }
    if (point < head.least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    i += head.more + 1;
  }
  return true;
}

}  // namespace whorl::crypto
