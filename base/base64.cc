#include "base/base64.h"

#include <algorithm>
#include <cstddef>

#include "base/base64_values.h"

namespace whorl {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr auto kValues = base64_values(kAlphabet);

std::uint32_t value_of(char c) { return kValues[static_cast<std::uint8_t>(c)]; }

}  // namespace

std::optional<Bytes> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t missing = i + 4 == text.size() ? padding : 0;
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const std::uint32_t v = j < 4 - missing ? value_of(text[i + j]) : 0;
      if (v == kNoBase64Value) return std::nullopt;
      bits = bits << 6 | v;
    }
    const std::uint32_t unused = missing == 0 ? 0 : (missing == 1 ? 0xFFu : 0xFFFFu);
    if ((bits & unused) != 0) return std::nullopt;
    for (std::size_t j = 0; j < 3 - missing; ++j) out.push_back(static_cast<std::uint8_t>(bits >> (16 - 8 * j)));
  }
  return out;
}

std::string encode_base64(ByteView bytes) {
  std::string out;
  out.reserve(base64_size(bytes.size()));
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < n ? bytes[i + j] : 0u);
    for (std::size_t j = 0; j < 4; ++j) out += j <= n ? kAlphabet[bits >> (18 - 6 * j) & 63u] : '=';
  }
  return out;
}

}  // namespace whorl
