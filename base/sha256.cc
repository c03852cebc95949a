#include "base/sha256.h"

#include <openssl/evp.h>

#include <memory>
#include <new>

namespace whorl {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};

// Fetched once: what EVP_sha256() gives is looked for in the library at each use. Null where there is none.
const EVP_MD* algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

std::optional<int> digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

}  // namespace

Result<Sha256> sha256(ByteView bytes) {
  Sha256 out{};
  unsigned int length = 0;
  if (algorithm() == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, algorithm(), nullptr) != 1 || length != out.size()) {
    return internal_error("the SHA-256 digest cannot be computed");
  }
  return out;
}

Sha256 sha256_of(std::initializer_list<ByteView> pieces) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Sha256 out{};
  bool ok = context && algorithm() != nullptr && EVP_DigestInit_ex(context.get(), algorithm(), nullptr) == 1;
  for (const ByteView piece : pieces) ok = ok && EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
  if (!ok || EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) throw std::bad_alloc();
  return out;
}

std::string hex_of(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t b : bytes) {
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

bool read_hex(std::string_view hex, std::span<std::uint8_t> out) {
  if (hex.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = digit_of(hex[2 * i]);
    const auto low = digit_of(hex[2 * i + 1]);
    if (!high || !low) return false;
    out[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return true;
}

std::optional<Sha256> sha256_named(std::string_view hex) {
  Sha256 out{};
  return read_hex(hex, out) ? std::optional(out) : std::nullopt;
}

}  // namespace whorl
