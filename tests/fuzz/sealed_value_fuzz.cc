// The readers of sealed values, wrapped keys, gallery keys and rings of keys on any bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/vault/key_ring.h"
#include "crypto/vault/vault.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::crypto;

constexpr GalleryId kGallery{1, 2, 3};

RootKey& root() {
  static const std::unique_ptr<World> world = make_seeded_world(1);
  static const std::unique_ptr<Random> random = make_random_of(*world);
  static const std::unique_ptr<RootKey> made = [] {
    SecretBytes key(kRootKeyBytes);
    key.writable().front() = 1;
    return std::move(*make_root_key(std::move(key), *random));
  }();
  return *made;
}

const Vault& vault() {
  static const Vault made = [] {
    const std::vector<KeptGalleryKey> keys{*make_gallery_key(root(), kGallery, 1)};
    return *Vault::open(root(), kGallery, keys);
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const SealContext context{.kind = "record", .family = "default", .key = as_bytes("key")};
  // Nobody forges a value of a key that was drawn a moment ago.
  fuzz::require(!vault().open(context, bytes).ok() && !vault().unwrap(bytes, context).ok());
  fuzz::require(!vault().rewrap_value(context, bytes).ok());
  (void)epoch_of(bytes);
  const std::vector<KeptGalleryKey> keys{{1, Bytes(bytes.begin(), bytes.end()), 0}};
  fuzz::require(!Vault::open(root(), kGallery, keys).ok());
  if (const auto ring = KeyRing::decode(bytes); ring.ok()) {
    const SecretBytes back = ring->encoded();
    fuzz::require(std::equal(back.view().begin(), back.view().end(), bytes.begin(), bytes.end()));
  }
  return 0;
}
