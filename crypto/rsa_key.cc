#include "crypto/rsa_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <vector>

#include "base/freed.h"
#include "crypto/openssl_key.h"

namespace whorl::crypto {
namespace {

Error no_key() { return invalid_input("these numbers are no private RSA key"); }

bool set_oaep(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

// Numbers that live as long as the builder that was given them.
class NumberList {
 public:
  bool push(const char* name, ByteView bytes, bool secret) {
    if (bytes.empty() || bytes.size() > kMostRsaBits / 8) return false;
    KeyNumber number(secret ? BN_secure_new() : BN_new());
    if (!number || BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number.get()) == nullptr) return false;
    if (secret) BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    numbers_.push_back(std::move(number));
    return builder_ && OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get()) == 1;
  }
  [[nodiscard]] OSSL_PARAM_BLD* builder() const { return builder_.get(); }

 private:
  std::vector<KeyNumber> numbers_;
  KeyBuilder builder_{OSSL_PARAM_BLD_new()};
};

}  // namespace

Result<RsaPrivateKey> RsaPrivateKey::of(const RsaNumbers& numbers) {
  WHORL_ASSIGN(PublicKey known, PublicKey::rsa(numbers.modulus, numbers.exponent));
  NumberList list;
  if (!list.push(OSSL_PKEY_PARAM_RSA_N, numbers.modulus, false) ||
      !list.push(OSSL_PKEY_PARAM_RSA_E, numbers.exponent, false) ||
      !list.push(OSSL_PKEY_PARAM_RSA_D, numbers.secret, true) ||
      !list.push(OSSL_PKEY_PARAM_RSA_FACTOR1, numbers.p, true) ||
      !list.push(OSSL_PKEY_PARAM_RSA_FACTOR2, numbers.q, true) ||
      !list.push(OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers.dp, true) ||
      !list.push(OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers.dq, true) ||
      !list.push(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers.qi, true)) {
    return no_key();
  }
  const OwnedKey key = key_of_numbers("RSA", EVP_PKEY_KEYPAIR, list.builder());
  if (!key) {
    ERR_clear_error();
    return no_key();
  }
  const KeyContext checking(EVP_PKEY_CTX_new(key.get(), nullptr));
  if (!checking || EVP_PKEY_pairwise_check(checking.get()) != 1) {
    ERR_clear_error();
    return no_key();
  }
  return RsaPrivateKey(std::move(known), key);
}

SecretBytes RsaPrivateKey::opened(ByteView encrypted) const {
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  SecretBytes out(public_.bytes().size());
  std::size_t size = out.size();
  const bool done =
      context && EVP_PKEY_decrypt_init(context.get()) == 1 && set_oaep(context.get()) &&
      EVP_PKEY_decrypt(context.get(), out.writable().data(), &size, encrypted.data(), encrypted.size()) == 1;
  ERR_clear_error();
  return done ? SecretBytes::copy_of(out.view().first(size)) : SecretBytes();
}

Result<Bytes> rsa_encrypt(const PublicKey& to, ByteView plain) {
  if (to.kind() != KeyKind::kRsa) return invalid_input("this is no RSA key");
  const KeyContext context(EVP_PKEY_CTX_new(to.handle(), nullptr));
  Bytes out(to.bytes().size());
  std::size_t size = out.size();
  if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 || !set_oaep(context.get()) ||
      EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()) != 1 || size != out.size()) {
    ERR_clear_error();
    return invalid_input("the text is too long for the RSA key");
  }
  return out;
}

}  // namespace whorl::crypto
