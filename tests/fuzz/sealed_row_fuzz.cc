// The readers of what lies in a gallery's rows beside its sealed values, on any bytes: index entries with their wrapped
// keys, manifest entries of snapshots, and those entries when they have opened.
#include <cstddef>
#include <cstdint>

#include "crypto/vault/vault.h"
#include "index/live/snapshot.h"
#include "index/store/sealed_encounter.h"
#include "index/store/snapshot_table.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using namespace whorl::index;

const std::optional<crypto::Vault>& vault() {
  static const std::optional<crypto::Vault> made = [] {
    static const std::unique_ptr<crypto::RootKey> root = [] {
      crypto::SecretBytes key(crypto::kRootKeyBytes);
      key.writable().front() = 1;
      return std::move(*crypto::make_root_key(std::move(key)));
    }();
    constexpr crypto::GalleryId kGallery{4, 5, 6};
    const std::vector<crypto::KeptGalleryKey> keys{*crypto::make_gallery_key(*root, kGallery, 2)};
    return std::optional(*crypto::Vault::open(*root, kGallery, keys));
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const Bytes row(33, 7);
  // Nobody forges what opens under a key that was drawn a moment ago; nothing is rewrapped that does not open.
  fuzz::require(!open_entry(vault(), row, bytes).ok());
  const auto rewrapped = rewrapped_entry(*vault(), row, bytes);
  fuzz::require(!rewrapped.ok() || !*rewrapped);
  if (const auto images = kept_image_key(bytes); images.ok() && *images) {
    fuzz::require(!vault()->unwrap(**images, {"image key", "index", row}).ok());
  }
  const auto manifest = rewrapped_manifest_entry(*vault(), Bytes(8, 1), bytes);
  fuzz::require(manifest.ok() && !*manifest);
  if (const auto entry = parse_snapshot_entry(3, bytes); entry.ok()) {
    fuzz::require(encode_snapshot_entry(*entry) == Bytes(bytes.begin(), bytes.end()));
  }
  return 0;
}
