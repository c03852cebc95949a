#include "crypto/key_wrap.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace whorl::crypto {
namespace {

constexpr std::size_t kWrappingBytes = 32;
constexpr std::size_t kLeastKeyBytes = 16;
constexpr std::size_t kMostKeyBytes = 64;
constexpr std::size_t kAddedBytes = 8;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

bool is_key_size(std::size_t bytes) { return bytes >= kLeastKeyBytes && bytes <= kMostKeyBytes && bytes % 8 == 0; }

// Whether `out`, of the right size, was filled.
bool pass(ByteView wrapping, ByteView in, std::span<std::uint8_t> out, bool wrap) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  if (!context) return false;
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  std::uint8_t spare[kMostKeyBytes + 2 * kAddedBytes] = {};  // unwrapping writes a block more than it gives
  int written = 0;
  int rest = 0;
  const bool done =
      EVP_CipherInit_ex(context.get(), EVP_aes_256_wrap(), nullptr, wrapping.data(), nullptr, wrap ? 1 : 0) == 1 &&
      EVP_CipherUpdate(context.get(), spare, &written, in.data(), static_cast<int>(in.size())) == 1 &&
      EVP_CipherFinal_ex(context.get(), spare + written, &rest) == 1 &&
      static_cast<std::size_t>(written) + static_cast<std::size_t>(rest) == out.size();
  if (done) std::copy_n(spare, out.size(), out.begin());
  wipe(spare);
  return done;
}

}  // namespace

Result<Bytes> wrap_key(ByteView wrapping, ByteView key) {
  if (wrapping.size() != kWrappingBytes || !is_key_size(key.size())) {
    return internal_error("AES Key Wrap takes a key of 16 to 64 bytes under one of 32");
  }
  Bytes out(key.size() + kAddedBytes);
  if (!pass(wrapping, key, out, true)) return internal_error("AES Key Wrap cannot be computed");
  return out;
}

Result<SecretBytes> unwrap_key(ByteView wrapping, ByteView wrapped) {
  if (wrapping.size() != kWrappingBytes) return internal_error("AES Key Wrap takes a wrapping key of 32 bytes");
  if (wrapped.size() < kAddedBytes || !is_key_size(wrapped.size() - kAddedBytes)) {
    return corruption("a wrapped key failed verification");
  }
  SecretBytes out(wrapped.size() - kAddedBytes);
  if (!pass(wrapping, wrapped, out.writable(), false)) return corruption("a wrapped key failed verification");
  return out;
}

}  // namespace whorl::crypto
