#include "crypto/vault/root_key.h"

#include <algorithm>

#include "crypto/aead.h"

namespace whorl::crypto {
namespace {

class KeyInMemory final : public RootKey {
 public:
  KeyInMemory(SecretBytes key, Random& random) : key_(std::move(key)), random_(&random) {}

  Result<Bytes> seal(ByteView bound, ByteView key) override {
    WHORL_ASSIGN(const Nonce nonce, Nonce::drawn(*random_));
    WHORL_ASSIGN(const Bytes sealed, aead_seal(key_.view(), nonce, bound, key));
    ByteWriter out;
    return out.bytes(nonce.view()).bytes(sealed).take();
  }

  Result<SecretBytes> open(ByteView bound, ByteView sealed) override {
    if (sealed.size() < kAeadNonceBytes + kAeadTagBytes) return corruption("a sealed key is too short");
    const Nonce nonce = Nonce::of_sealed(sealed.first<kAeadNonceBytes>());
    return aead_open_secret(key_.view(), nonce, bound, sealed.subspan(kAeadNonceBytes));
  }

 private:
  SecretBytes key_;
  Random* random_;
};

}  // namespace

Result<std::unique_ptr<RootKey>> make_root_key(SecretBytes key, Random& random) {
  const ByteView bytes = key.view();
  if (bytes.size() != kRootKeyBytes) return invalid_input("a root key has 32 bytes");
  if (std::all_of(bytes.begin(), bytes.end(), [&](std::uint8_t b) { return b == bytes.front(); })) {
    return invalid_input("the root key is one byte 32 times: make one from random bytes");
  }
  std::unique_ptr<RootKey> root = std::make_unique<KeyInMemory>(std::move(key), random);
  return root;
}

}  // namespace whorl::crypto
