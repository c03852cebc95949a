#include "crypto/vault/seal_context.h"

#include "base/sha256.h"

namespace whorl::crypto {

Result<Bytes> bound_bytes(std::string_view label, const GalleryId& gallery, const SealContext& context) {
  for (const std::string_view text : {context.kind, context.family}) {
    if (text.empty() || text.size() > kMostContextText) {
      return internal_error("a sealed value needs a kind and a family of 1 to 32 bytes");
    }
  }
  ByteWriter out;
  out.sized(label).bytes(gallery).sized(context.kind).sized(context.family);
  out.bytes(sha256_of({context.key})).u64(context.version);
  return out.take();
}

}  // namespace whorl::crypto
