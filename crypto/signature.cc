#include "crypto/signature.h"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>

namespace whorl::crypto {
namespace {

constexpr std::size_t kSignatureBytes = 64;  // of both curves
constexpr std::size_t kNumberBytes = 32;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeSignature {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, FreeSignature>;

KeyKind kind_for(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kEdDsa: return KeyKind::kEd25519;
    case SignatureAlgorithm::kEs256: return KeyKind::kP256;
    default: return KeyKind::kRsa;
  }
}

// r and s, 32 bytes each, from ASN.1; empty when it is none.
Bytes numbers_of(ByteView der) {
  const std::uint8_t* at = der.data();
  const EcdsaSignature read(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Bytes out(kSignatureBytes);
  if (!read || BN_bn2binpad(ECDSA_SIG_get0_r(read.get()), out.data(), kNumberBytes) != kNumberBytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(read.get()), out.data() + kNumberBytes, kNumberBytes) != kNumberBytes) {
    return {};
  }
  return out;
}

// And back.
Bytes der_of(ByteView numbers) {
  const EcdsaSignature made(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(numbers.data(), kNumberBytes, nullptr);
  BIGNUM* s = BN_bin2bn(numbers.data() + kNumberBytes, kNumberBytes, nullptr);
  if (!made || r == nullptr || s == nullptr || ECDSA_SIG_set0(made.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  const int size = i2d_ECDSA_SIG(made.get(), nullptr);
  Bytes out(static_cast<std::size_t>(size > 0 ? size : 0));
  std::uint8_t* at = out.data();
  if (size <= 0 || i2d_ECDSA_SIG(made.get(), &at) != size) return {};
  return out;
}

bool begin_verifying(EVP_MD_CTX* context, const PublicKey& key, SignatureAlgorithm algorithm) {
  const EVP_MD* digest = algorithm == SignatureAlgorithm::kEdDsa ? nullptr : EVP_sha256();
  EVP_PKEY_CTX* options = nullptr;
  if (EVP_DigestVerifyInit(context, &options, digest, nullptr, key.handle()) != 1) return false;
  if (algorithm == SignatureAlgorithm::kRs256) return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) == 1;
  if (algorithm != SignatureAlgorithm::kPs256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(options, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

Result<Bytes> sign(const PrivateKey& key, ByteView message) {
  const bool is_edwards = key.kind() == KeyKind::kEd25519;
  if (!is_edwards && key.kind() != KeyKind::kP256) return invalid_input("this key is not for signatures");
  const Digest context(EVP_MD_CTX_new());
  std::size_t size = 0;
  Bytes out;
  bool done = context && EVP_DigestSignInit(context.get(), nullptr, is_edwards ? nullptr : EVP_sha256(), nullptr,
                                            key.handle()) == 1;
  done = done && EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1;
  out.resize(size);
  done = done && EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1;
  if (done) {
    out.resize(size);
    if (!is_edwards) out = numbers_of(out);
  }
  if (!done || out.size() != kSignatureBytes) return internal_error("a signature cannot be made");
  return out;
}

bool signature_fits(const PublicKey& key, SignatureAlgorithm algorithm, ByteView message, ByteView signature) {
  if (kind_for(algorithm) != key.kind()) return false;
  const bool is_rsa = key.kind() == KeyKind::kRsa;
  if (signature.size() != (is_rsa ? key.bytes().size() : kSignatureBytes)) return false;
  const Bytes der = algorithm == SignatureAlgorithm::kEs256 ? der_of(signature) : Bytes();
  const ByteView given = algorithm == SignatureAlgorithm::kEs256 ? ByteView(der) : signature;
  const Digest context(EVP_MD_CTX_new());
  return context && !given.empty() && begin_verifying(context.get(), key, algorithm) &&
         EVP_DigestVerify(context.get(), given.data(), given.size(), message.data(), message.size()) == 1;
}

}  // namespace whorl::crypto
