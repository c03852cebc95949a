#include "base/crc32c.h"

#include <array>

namespace whorl {
namespace {

constexpr std::uint32_t kReflectedPolynomial = 0x82F63B78;

// kTables[k][b] advances byte b past k further bytes, so that eight bytes are taken in one step.
constexpr auto make_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kReflectedPolynomial : 0);
    tables[0][b] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 255];
    }
  }
  return tables;
}

constexpr auto kTables = make_tables();

std::uint32_t little_u32(ByteView bytes) {
  return bytes[0] | static_cast<std::uint32_t>(bytes[1]) << 8 | static_cast<std::uint32_t>(bytes[2]) << 16 |
         static_cast<std::uint32_t>(bytes[3]) << 24;
}

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= 8) {
    const std::uint32_t low = crc ^ little_u32(bytes);
    crc = kTables[7][low & 255] ^ kTables[6][(low >> 8) & 255] ^ kTables[5][(low >> 16) & 255] ^ kTables[4][low >> 24] ^
          kTables[3][bytes[4]] ^ kTables[2][bytes[5]] ^ kTables[1][bytes[6]] ^ kTables[0][bytes[7]];
    bytes = bytes.subspan(8);
  }
  for (const std::uint8_t b : bytes) crc = (crc >> 8) ^ kTables[0][(crc ^ b) & 255];
  return ~crc;
}

}  // namespace whorl
