#include "crypto/hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdint>
#include <new>

namespace whorl::crypto {
namespace {

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

MacContext keyed(ByteView key) {
  static EVP_MAC* const kind = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContext context(EVP_MAC_CTX_new(kind));
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  // An empty key must not be taken for no key.
  const std::uint8_t none = 0;
  const std::uint8_t* bytes = key.empty() ? &none : key.data();
  if (!context || EVP_MAC_init(context.get(), bytes, key.size(), parameters) != 1) throw std::bad_alloc();
  return context;
}

}  // namespace

struct HmacSha256::State {
  MacContext prepared;
};

HmacSha256::HmacSha256(ByteView key) : state_(std::make_unique<State>(State{keyed(key)})) {}
HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;
HmacSha256::~HmacSha256() = default;

Sha256 HmacSha256::of(std::initializer_list<ByteView> pieces) const {
  const MacContext context(EVP_MAC_CTX_dup(state_->prepared.get()));
  bool ok = context != nullptr;
  for (const ByteView piece : pieces) ok = ok && EVP_MAC_update(context.get(), piece.data(), piece.size()) == 1;
  Sha256 out{};
  std::size_t length = 0;
  if (!ok || EVP_MAC_final(context.get(), out.data(), &length, out.size()) != 1 || length != out.size()) {
    throw std::bad_alloc();
  }
  return out;
}

Result<SecretBytes> hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t bytes) {
  if (bytes == 0 || bytes > kMostHkdfBytes) return internal_error("a derived key has 1 to 8,160 bytes");
  Sha256 extracted = HmacSha256(salt).of({secret});
  const HmacSha256 expand(extracted);
  wipe(extracted);
  SecretBytes out(bytes);
  Sha256 block{};
  for (std::size_t at = 0; at < bytes; at += block.size()) {
    const auto number = static_cast<std::uint8_t>(at / block.size() + 1);
    const ByteView before = at == 0 ? ByteView() : ByteView(block);
    block = expand.of({before, info, ByteView(&number, 1)});
    std::copy_n(block.begin(), std::min(block.size(), bytes - at), out.writable().begin() + static_cast<long>(at));
  }
  wipe(block);
  return out;
}

}  // namespace whorl::crypto
