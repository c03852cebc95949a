#include "crypto/vault/data_key.h"

#include <algorithm>

namespace whorl::crypto {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kLabel = "whorl sealed value 1";

Error not_authentic() { return corruption("a sealed value failed verification"); }

}  // namespace

Status OpeningKey::open_into(std::uint64_t slot, const SealContext& context, ByteView sealed,
                             std::span<std::uint8_t> out) const {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  WHORL_ASSIGN(const BoundBytes bound, BoundBytes::of(kLabel, gallery_, context));
  if (sealed.size() < kSealedOverheadBytes || sealed.front() != kVersion) return not_authentic();
  return aead_open_into(key_.view(), Nonce::counted(slot), bound.view(), sealed.subspan(1), out);
}

Result<Bytes> OpeningKey::open(std::uint64_t slot, const SealContext& context, ByteView sealed) const {
  if (sealed.size() < kSealedOverheadBytes) return not_authentic();
  Bytes out(sealed.size() - kSealedOverheadBytes);
  WHORL_TRY(open_into(slot, context, sealed, out));
  return out;
}

Result<SecretBytes> OpeningKey::open_secret(std::uint64_t slot, const SealContext& context, ByteView sealed) const {
  if (sealed.size() < kSealedOverheadBytes) return not_authentic();
  SecretBytes out(sealed.size() - kSealedOverheadBytes);
  WHORL_TRY(open_into(slot, context, sealed, out.writable()));
  return out;
}

Result<Bytes> SealingKey::seal(std::uint64_t slot, const SealContext& context, ByteView plain) {
  WHORL_ASSIGN(const BoundBytes bound, BoundBytes::of(kLabel, opening_.gallery_, context));
  const auto at = std::lower_bound(used_.begin(), used_.end(), slot);
  if (at != used_.end() && *at == slot) return internal_error("a key seals each of its slots once");
  used_.insert(at, slot);
  if (plain.size() > kMostAeadBytes) return internal_error("too much to seal at once");
  Bytes sealed(plain.size() + kSealedOverheadBytes);
  sealed.front() = kVersion;
  WHORL_TRY(
      aead_seal_into(opening_.key_.view(), Nonce::counted(slot), bound.view(), plain, std::span(sealed).subspan(1)));
  return sealed;
}

}  // namespace whorl::crypto
