#include "crypto/cbc_hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/freed.h"
#include "crypto/aead.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kHalf = kCbcHmacKeyBytes / 2;
constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kCodeBytes = 64;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, Freed<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>>;

Error not_computed() { return internal_error("A256CBC-HS512 cannot be computed"); }
Error not_authentic() { return corruption("sealed bytes failed verification"); }

Result<std::array<std::uint8_t, kCodeBytes>> code_of(ByteView key, ByteView iv, ByteView bound, ByteView text) {
  const Mac mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  const MacContext context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
  char digest[] = "SHA512";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  bool done = context && EVP_MAC_init(context.get(), key.data(), kHalf, parameters) == 1;
  const Bytes bits = ByteWriter().u64(8 * std::uint64_t{bound.size()}).take();
  for (const ByteView part : {bound, iv, text, ByteView(bits)}) {
    done = done && (part.empty() || EVP_MAC_update(context.get(), part.data(), part.size()) == 1);
  }
  std::array<std::uint8_t, kCodeBytes> out{};
  std::size_t size = 0;
  if (!done || EVP_MAC_final(context.get(), out.data(), &size, out.size()) != 1 || size != out.size()) {
    return not_computed();
  }
  return out;
}

// Empty where the padding is wrong or the library refuses.
Bytes passed(ByteView key, ByteView iv, ByteView in, bool seal) {
  const Cipher context(EVP_CIPHER_CTX_new());
  Bytes out(in.size() + kBlockBytes);
  int written = 0;
  int rest = 0;
  if (!context ||
      EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.subspan(kHalf).data(), iv.data(),
                        seal ? 1 : 0) != 1 ||
      (!in.empty() &&
       EVP_CipherUpdate(context.get(), out.data(), &written, in.data(), static_cast<int>(in.size())) != 1) ||
      EVP_CipherFinal_ex(context.get(), out.data() + written, &rest) != 1) {
    wipe(out);
    return {};
  }
  out.resize(static_cast<std::size_t>(written + rest));
  return out;
}

Status check(ByteView key, ByteView iv, ByteView bound, std::size_t bytes) {
  const bool sized = key.size() == kCbcHmacKeyBytes && iv.size() == kCbcHmacIvBytes && bound.size() <= kMostAeadBytes &&
                     bytes <= kMostAeadBytes;
  return sized ? Status() : not_computed();
}

}  // namespace

Result<Bytes> cbc_hmac_seal(ByteView key, ByteView iv, ByteView bound, ByteView plain) {
  WHORL_TRY(check(key, iv, bound, plain.size()));
  Bytes out = passed(key, iv, plain, true);
  if (out.empty()) return not_computed();
  WHORL_ASSIGN(const auto code, code_of(key, iv, bound, out));
  out.insert(out.end(), code.begin(), code.begin() + kCbcHmacTagBytes);
  return out;
}

Result<Bytes> cbc_hmac_open(ByteView key, ByteView iv, ByteView bound, ByteView sealed) {
  WHORL_TRY(check(key, iv, bound, sealed.size()));
  if (sealed.size() < kCbcHmacTagBytes) return not_authentic();
  const ByteView text = sealed.first(sealed.size() - kCbcHmacTagBytes);
  WHORL_ASSIGN(const auto code, code_of(key, iv, bound, text));
  if (!equal_in_constant_time(ByteView(code).first(kCbcHmacTagBytes), sealed.last(kCbcHmacTagBytes))) {
    return not_authentic();
  }
  if (text.empty() || text.size() % kBlockBytes != 0) return not_authentic();
  Bytes out = passed(key, iv, text, false);
  // Whoever knows the key may have sealed nothing at all: one block of padding.
  if (out.empty() && text.size() != kBlockBytes) return not_authentic();
  return out;
}

}  // namespace whorl::crypto
