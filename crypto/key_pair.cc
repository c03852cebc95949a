#include "crypto/key_pair.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <algorithm>

#include "base/freed.h"
#include "crypto/openssl_key.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kCurveBytes = 32;
constexpr std::size_t kPointBytes = 65;
constexpr std::size_t kMostExponentBytes = 4;
constexpr std::uint64_t kLeastExponent = 65'537;
constexpr int kDraws = 100;  // of a P-256 key; one of 2^32 draws is no key

using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;

Error no_key(const char* why) { return invalid_input(why); }

int openssl_kind(KeyKind kind) { return kind == KeyKind::kEd25519 ? EVP_PKEY_ED25519 : EVP_PKEY_X25519; }

bool passes_check(EVP_PKEY* key) {
  const KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  return context && EVP_PKEY_public_check(context.get()) == 1;
}

// `secret` may be empty.
OwnedKey p256_key(ByteView point, const BIGNUM* secret) {
  const KeyBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1 ||
      (secret != nullptr && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) != 1)) {
    return nullptr;
  }
  return key_of_numbers("EC", secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, builder.get());
}

struct P256Secret {
  KeyNumber number;
  Bytes point;
};

// The number as a secret of the curve and its public point; no number where it is 0 or not below the order.
P256Secret p256_secret(ByteView secret) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  KeyNumber number(BN_secure_new());
  P256Secret out{nullptr, Bytes(kPointBytes)};
  if (!group || !number || BN_bin2bn(secret.data(), static_cast<int>(secret.size()), number.get()) == nullptr)
    return out;
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(number.get()) == 1 || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) return out;
  const Point point(EC_POINT_new(group.get()));
  if (point && EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1 &&
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.point.data(), kPointBytes,
                         nullptr) == kPointBytes) {
    out.number = std::move(number);
  }
  return out;
}

}  // namespace

Result<PublicKey> PublicKey::of(KeyKind kind, ByteView bytes) {
  OwnedKey key;
  if (kind == KeyKind::kEd25519 || kind == KeyKind::kX25519) {
    if (bytes.size() != kCurveBytes) return no_key("a public key of this curve has 32 bytes");
    key = owned(EVP_PKEY_new_raw_public_key(openssl_kind(kind), nullptr, bytes.data(), bytes.size()));
  } else if (kind == KeyKind::kP256) {
    if (bytes.size() != kPointBytes || bytes.front() != 4)
      return no_key("a public key of P-256 has two coordinates of 32 bytes");
    key = p256_key(bytes, nullptr);
    if (key && !passes_check(key.get())) key = nullptr;
  }
  if (!key) return no_key("this is no public key of its curve");
  return PublicKey(kind, Bytes(bytes.begin(), bytes.end()), {}, std::move(key));
}

Result<PublicKey> PublicKey::rsa(ByteView modulus, ByteView exponent) {
  const bool sized = modulus.size() >= kLeastRsaBits / 8 && modulus.size() <= kMostRsaBits / 8 &&
                     modulus.front() != 0 && (modulus.size() > kLeastRsaBits / 8 || modulus.front() >= 0x80);
  if (!sized) return no_key("an RSA key has a modulus of 2,048 to 4,096 bits");
  std::uint64_t e = 0;
  for (const std::uint8_t byte : exponent.first(std::min(exponent.size(), kMostExponentBytes))) e = e << 8 | byte;
  if (exponent.empty() || exponent.size() > kMostExponentBytes || exponent.front() == 0 || e < kLeastExponent ||
      e % 2 == 0) {
    return no_key("an RSA key has an odd exponent of 65,537 to 4,294,967,295");
  }
  if (modulus.back() % 2 == 0) return no_key("an RSA modulus is odd");
  const KeyNumber n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  const KeyNumber power(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
  const KeyBuilder builder(OSSL_PARAM_BLD_new());
  OwnedKey key;
  if (n && power && builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, power.get()) == 1) {
    key = key_of_numbers("RSA", EVP_PKEY_PUBLIC_KEY, builder.get());
  }
  if (!key) return no_key("this is no RSA key");
  return PublicKey(KeyKind::kRsa, Bytes(modulus.begin(), modulus.end()), Bytes(exponent.begin(), exponent.end()),
                   std::move(key));
}

Result<PrivateKey> PrivateKey::make(KeyKind kind, Random& random) {
  SecretBytes secret(kCurveBytes);
  for (int i = 0; i < kDraws; ++i) {
    WHORL_TRY(random.fill(secret.writable()));
    auto key = of(kind, secret.view());
    if (key.ok() || kind != KeyKind::kP256) return key;
  }
  return unavailable("the random generator gives no number that is a key of P-256");
}

Result<PrivateKey> PrivateKey::of(KeyKind kind, ByteView secret) {
  if (kind == KeyKind::kRsa) return no_key("private RSA keys are not taken");
  if (secret.size() != kCurveBytes) return no_key("a private key has 32 bytes");
  OwnedKey key;
  Bytes known(kCurveBytes);
  if (kind == KeyKind::kP256) {
    P256Secret made = p256_secret(secret);
    known = std::move(made.point);
    if (made.number) key = p256_key(known, made.number.get());
  } else {
    key = owned(EVP_PKEY_new_raw_private_key(openssl_kind(kind), nullptr, secret.data(), secret.size()));
    std::size_t size = known.size();
    if (key && EVP_PKEY_get_raw_public_key(key.get(), known.data(), &size) != 1) key = nullptr;
  }
  if (!key) return no_key("this is no private key of its curve");
  WHORL_ASSIGN(PublicKey known_key, PublicKey::of(kind, known));
  return PrivateKey(std::move(known_key), std::make_shared<const SecretBytes>(SecretBytes::copy_of(secret)),
                    std::move(key));
}

Result<SecretBytes> agreed_secret(const PrivateKey& mine, const PublicKey& theirs) {
  const bool agrees = mine.kind() == KeyKind::kX25519 || mine.kind() == KeyKind::kP256;
  if (!agrees || mine.kind() != theirs.kind()) return no_key("these keys cannot agree on a secret");
  const KeyContext context(EVP_PKEY_CTX_new(mine.handle(), nullptr));
  SecretBytes out(kCurveBytes);
  std::size_t size = out.size();
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), theirs.handle()) != 1 ||
      EVP_PKEY_derive(context.get(), out.writable().data(), &size) != 1 || size != out.size()) {
    return no_key("the other side's key agrees on no secret");
  }
  return out;
}

}  // namespace whorl::crypto
