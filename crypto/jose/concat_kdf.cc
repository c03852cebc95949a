#include "crypto/jose/concat_kdf.h"

#include <algorithm>

#include "base/sha256.h"

namespace whorl::crypto {

SecretBytes concat_kdf(ByteView agreed, std::string_view algorithm, ByteView apu, ByteView apv, std::size_t bytes) {
  const Bytes round = ByteWriter().u32(1).take();
  const Bytes about =
      ByteWriter().sized(algorithm).sized(apu).sized(apv).u32(static_cast<std::uint32_t>(8 * bytes)).take();
  Sha256 hash = sha256_of({round, agreed, about});
  SecretBytes out(std::min(bytes, hash.size()));
  std::copy_n(hash.begin(), out.size(), out.writable().begin());
  wipe(hash);
  return out;
}

}  // namespace whorl::crypto
