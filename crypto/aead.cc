#include "crypto/aead.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace whorl::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const EVP_CIPHER* cipher() {
  static const EVP_CIPHER* const kind = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return kind;
}

// With its cipher, and no key yet; null where the library has none.
Context new_context() {
  Context out(EVP_CIPHER_CTX_new());
  const bool made =
      out && cipher() != nullptr && EVP_CipherInit_ex2(out.get(), cipher(), nullptr, nullptr, 1, nullptr) == 1;
  return made ? std::move(out) : nullptr;
}

// The thread's own context for one text. When it is done a key of zeros takes the place of its key, with all that was
// made of it, and the context is kept: to make another costs more than to open a short text.
class Cipher {
 public:
  Cipher() {
    thread_local const Context kept = new_context();
    context_ = kept.get();
  }
  ~Cipher() {
    constexpr std::array<std::uint8_t, kAeadKeyBytes> kNoKey{};
    constexpr std::array<std::uint8_t, kAeadNonceBytes> kNoNonce{};
    if (context_ == nullptr) return;
    if (EVP_CipherInit_ex2(context_, nullptr, kNoKey.data(), kNoNonce.data(), 1, nullptr) == 1) return;
    EVP_CIPHER_CTX_reset(context_);  // which forgets the cipher, too
    EVP_CipherInit_ex2(context_, cipher(), nullptr, nullptr, 1, nullptr);
  }
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  bool begin(ByteView key, const Nonce& nonce, ByteView bound, bool seal) {
    int written = 0;
    return context_ != nullptr &&
           EVP_CipherInit_ex2(context_, nullptr, key.data(), nonce.view().data(), seal ? 1 : 0, nullptr) == 1 &&
           (bound.empty() || EVP_CipherUpdate(context_, nullptr, &written, bound.data(), int_of(bound)) == 1);
  }
  bool pass(ByteView in, std::uint8_t* out) {
    int written = 0;
    return in.empty() ||
           (EVP_CipherUpdate(context_, out, &written, in.data(), int_of(in)) == 1 && written == int_of(in));
  }
  bool end() {
    std::uint8_t nothing[kAeadTagBytes];
    int written = 0;
    return EVP_CipherFinal_ex(context_, nothing, &written) == 1;
  }
  bool read_tag(std::uint8_t* tag) {
    return EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes, tag) == 1;
  }
  bool expect_tag(ByteView tag) {
    std::array<std::uint8_t, kAeadTagBytes> copy{};
    std::copy(tag.begin(), tag.end(), copy.begin());
    return EVP_CIPHER_CTX_ctrl(context_, EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes, copy.data()) == 1;
  }

 private:
  static int int_of(ByteView bytes) { return static_cast<int>(bytes.size()); }
  EVP_CIPHER_CTX* context_ = nullptr;
};

Status check(ByteView key, ByteView bound, std::size_t bytes) {
  if (key.size() != kAeadKeyBytes) return internal_error("a key of AES-256-GCM has 32 bytes");
  if (bound.size() > kMostAeadBytes || bytes > kMostAeadBytes) return internal_error("too much to seal at once");
  return {};
}

Error not_authentic() { return corruption("sealed bytes failed verification"); }

}  // namespace

Nonce Nonce::counted(std::uint64_t number) {
  Nonce nonce;
  for (std::size_t i = 0; i < 8; ++i)
    nonce.bytes_[kAeadNonceBytes - 1 - i] = static_cast<std::uint8_t>(number >> 8 * i);
  return nonce;
}

Result<Nonce> Nonce::drawn(Random& random) {
  Nonce nonce;
  WHORL_TRY(random.fill(nonce.bytes_));
  return nonce;
}

Nonce Nonce::of_sealed(std::span<const std::uint8_t, kAeadNonceBytes> bytes) {
  Nonce nonce;
  std::copy(bytes.begin(), bytes.end(), nonce.bytes_.begin());
  return nonce;
}

Status aead_seal_into(ByteView key, const Nonce& nonce, ByteView bound, ByteView plain, std::span<std::uint8_t> out) {
  WHORL_TRY(check(key, bound, plain.size()));
  if (out.size() != plain.size() + kAeadTagBytes)
    return internal_error("the place for the ciphertext has another size");
  Cipher cipher;
  if (!cipher.begin(key, nonce, bound, true) || !cipher.pass(plain, out.data()) || !cipher.end() ||
      !cipher.read_tag(out.data() + plain.size())) {
    return internal_error("AES-256-GCM cannot be computed");
  }
  return {};
}

Result<Bytes> aead_seal(ByteView key, const Nonce& nonce, ByteView bound, ByteView plain) {
  WHORL_TRY(check(key, bound, plain.size()));
  Bytes out(plain.size() + kAeadTagBytes);
  WHORL_TRY(aead_seal_into(key, nonce, bound, plain, out));
  return out;
}

Status aead_open_into(ByteView key, const Nonce& nonce, ByteView bound, ByteView sealed, std::span<std::uint8_t> out) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  if (sealed.size() < kAeadTagBytes) return not_authentic();
  WHORL_TRY(check(key, bound, sealed.size() - kAeadTagBytes));
  if (out.size() != sealed.size() - kAeadTagBytes)
    return internal_error("the place for the plaintext has another size");
  Cipher cipher;
  if (!cipher.begin(key, nonce, bound, false)) return internal_error("AES-256-GCM cannot be computed");
  if (cipher.pass(sealed.first(out.size()), out.data()) && cipher.expect_tag(sealed.last(kAeadTagBytes)) &&
      cipher.end()) {
    return {};
  }
  wipe(out);
  return not_authentic();
}

Result<Bytes> aead_open(ByteView key, const Nonce& nonce, ByteView bound, ByteView sealed) {
  if (sealed.size() < kAeadTagBytes) return not_authentic();
  Bytes out(sealed.size() - kAeadTagBytes);
  WHORL_TRY(aead_open_into(key, nonce, bound, sealed, out));
  return out;
}

Result<SecretBytes> aead_open_secret(ByteView key, const Nonce& nonce, ByteView bound, ByteView sealed) {
  if (sealed.size() < kAeadTagBytes) return not_authentic();
  SecretBytes out(sealed.size() - kAeadTagBytes);
  WHORL_TRY(aead_open_into(key, nonce, bound, sealed, out.writable()));
  return out;
}

}  // namespace whorl::crypto
