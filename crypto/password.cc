#include "crypto/password.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "crypto/jose/base64url.h"
#include "crypto/secret_bytes.h"

namespace whorl::crypto {
namespace {

constexpr unsigned kLeastLogN = 14;
constexpr unsigned kMostLogN = 17;
constexpr unsigned kR = 8;
constexpr unsigned kMostP = 4;
constexpr std::size_t kSaltBytes = 16;
constexpr std::uint64_t kMostMemoryBytes = std::uint64_t{256} << 20;

struct FreeKdf {
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

bool scrypt(const PasswordHash& how, std::string_view password, std::span<std::uint8_t> out) {
  static EVP_KDF* const kind = EVP_KDF_fetch(nullptr, "SCRYPT", nullptr);
  const std::unique_ptr<EVP_KDF_CTX, FreeKdf> context(kind == nullptr ? nullptr : EVP_KDF_CTX_new(kind));
  SecretBytes secret = SecretBytes::copy_of(as_bytes(password));
  Bytes salt = how.salt;
  std::uint64_t n = std::uint64_t{1} << how.log_n;
  std::uint32_t r = kR;
  std::uint32_t p = how.p;
  std::uint64_t most = kMostMemoryBytes;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret.writable().data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most),
      OSSL_PARAM_construct_end()};
  return context != nullptr && EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1;
}

std::optional<unsigned> number_in(std::string_view text, unsigned least, unsigned most) {
  unsigned out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || text.starts_with('0')) return std::nullopt;
  if (out < least || out > most) return std::nullopt;
  return out;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('$', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

Result<PasswordHash> parse_password_hash(std::string_view text) {
  const Error wrong = invalid_input("is no password as whorl access password prints it");
  if (text.size() > kMostPasswordHashBytes) return wrong;
  const auto parts = split(text);
  if (parts.size() != 6 || parts[0] != "scrypt") return wrong;
  const auto log_n = number_in(parts[1], kLeastLogN, kMostLogN);
  const auto r = number_in(parts[2], kR, kR);
  const auto p = number_in(parts[3], 1, kMostP);
  const auto salt = decode_base64url(parts[4]);
  const auto digest = decode_base64url(parts[5]);
  if (!log_n || !r || !p || !salt || salt->size() != kSaltBytes || !digest || digest->size() != sizeof(Sha256)) {
    return wrong;
  }
  PasswordHash out{*log_n, *p, *salt, {}};
  std::copy(digest->begin(), digest->end(), out.digest.begin());
  return out;
}

std::string password_hash_text(const PasswordHash& hash) {
  return "scrypt$" + std::to_string(hash.log_n) + "$" + std::to_string(kR) + "$" + std::to_string(hash.p) + "$" +
         base64url(hash.salt) + "$" + base64url(hash.digest);
}

Result<PasswordHash> hash_password(std::string_view password, Random& random) {
  if (password.size() < kLeastPasswordBytes || password.size() > kMostPasswordBytes) {
    return invalid_input("a password has " + std::to_string(kLeastPasswordBytes) + " to " +
                         std::to_string(kMostPasswordBytes) + " bytes");
  }
  PasswordHash out;
  out.salt.resize(kSaltBytes);
  WHORL_TRY(random.fill(out.salt));
  if (!scrypt(out, password, out.digest)) return unavailable("scrypt failed: is there memory for it?");
  return out;
}

bool password_fits(const PasswordHash& hash, std::string_view password) {
  if (password.size() > kMostPasswordBytes) return false;
  Sha256 digest{};
  const bool made = scrypt(hash, password, digest);
  const bool fits = equal_in_constant_time(digest, hash.digest);
  wipe(digest);
  return made && fits;
}

}  // namespace whorl::crypto
