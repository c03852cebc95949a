#include "crypto/jose/concat_kdf.h"

#include <algorithm>

#include "base/sha256.h"

namespace whorl::crypto {
namespace {

constexpr std::size_t kRoundBytes = 32;

}  // namespace

SecretBytes concat_kdf(ByteView agreed, std::string_view algorithm, ByteView apu, ByteView apv, std::size_t bytes) {
  const Bytes about =
      ByteWriter().sized(algorithm).sized(apu).sized(apv).u32(static_cast<std::uint32_t>(8 * bytes)).take();
  SecretBytes out(bytes);
  for (std::size_t at = 0; at < bytes;) {
    const Bytes round = ByteWriter().u32(static_cast<std::uint32_t>(at / kRoundBytes + 1)).take();
    Sha256 hash = sha256_of({round, agreed, about});
    const std::size_t wanted = std::min(bytes - at, hash.size());
    std::copy_n(hash.begin(), wanted, out.writable().subspan(at).begin());
    wipe(hash);
    at += wanted;
  }
  return out;
}

}  // namespace whorl::crypto
