#include "crypto/jose/base64url.h"

#include <span>

#include "base/base64_values.h"

namespace whorl::crypto {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr auto kValues = base64_values(kAlphabet);

// `write(position, byte)` for every character.
template <class Write>
void encode(ByteView bytes, Write write) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8 | byte) & 0xFFFF;
    held += 8;
    while (held >= 6) {
      held -= 6;
      write(at++, kAlphabet[bits >> held & 63]);
    }
  }
  if (held > 0) write(at, kAlphabet[bits << (6 - held) & 63]);
}

std::optional<std::size_t> decoded_size(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  return text.size() / 4 * 3 + (text.size() % 4) * 3 / 4;
}

// Fills `out`, which is of the size for it. False where the text is none.
bool decode(std::string_view text, std::span<std::uint8_t> out) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const std::uint32_t value = kValues[static_cast<std::uint8_t>(c)];
    if (value == kNoBase64Value) return false;
    bits = (bits << 6 | value) & 0x3FFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[at++] = static_cast<std::uint8_t>(bits >> held);
  }
  return (bits & ((1u << held) - 1)) == 0 && at == out.size();
}

}  // namespace

std::string base64url(ByteView bytes) {
  std::string out(base64url_size(bytes.size()), '\0');
  encode(bytes, [&](std::size_t at, char c) { out[at] = c; });
  return out;
}

SecretBytes base64url_of_secret(ByteView bytes) {
  SecretBytes out(base64url_size(bytes.size()));
  const std::span<std::uint8_t> into = out.writable();
  encode(bytes, [&](std::size_t at, char c) { into[at] = static_cast<std::uint8_t>(c); });
  return out;
}

std::optional<Bytes> decode_base64url(std::string_view text) {
  const auto size = decoded_size(text);
  if (!size) return std::nullopt;
  Bytes out(*size);
  if (!decode(text, out)) return std::nullopt;
  return out;
}

std::optional<SecretBytes> decode_base64url_secret(std::string_view text) {
  const auto size = decoded_size(text);
  if (!size) return std::nullopt;
  SecretBytes out(*size);
  if (!decode(text, out.writable())) return std::nullopt;
  return out;
}

}  // namespace whorl::crypto
