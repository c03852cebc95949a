#include "crypto/vault/name_digest.h"

#include <algorithm>

namespace whorl::crypto {

NameDigest::Digest NameDigest::of(std::string_view what, std::string_view id) const {
  const Bytes length = ByteWriter().u32(static_cast<std::uint32_t>(what.size())).take();
  const Sha256 whole = hmac_.of({length, as_bytes(what), as_bytes(id)});
  Digest out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

}  // namespace whorl::crypto
