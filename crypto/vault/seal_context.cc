#include "crypto/vault/seal_context.h"

#include <algorithm>

#include "base/sha256.h"

namespace whorl::crypto {

Result<BoundBytes> BoundBytes::of(std::string_view label, const GalleryId& gallery, const SealContext& context,
                                  std::uint32_t epoch) {
  for (const std::string_view text : {label, context.kind, context.family}) {
    if (text.empty() || text.size() > kMostContextText) {
      return internal_error("a sealed value needs a kind and a family of 1 to 32 bytes");
    }
  }
  BoundBytes out;
  out.put_sized(label);
  out.put_sized(context.kind);
  out.put_sized(context.family);
  out.put(gallery);
  out.put(sha256_of({context.key}));
  out.put_number(context.version);
  out.put_number(epoch);
  return out;
}

void BoundBytes::put(ByteView bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += bytes.size();
}

void BoundBytes::put_sized(std::string_view text) {
  const auto length = static_cast<std::uint8_t>(text.size());
  put(ByteView(&length, 1));
  put(as_bytes(text));
}

void BoundBytes::put_number(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[bytes.size() - 1 - i] = static_cast<std::uint8_t>(number >> 8 * i);
  put(bytes);
}

}  // namespace whorl::crypto
