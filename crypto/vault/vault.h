// The only holder of a gallery's keys: root key -> gallery key of an epoch -> data key of an encounter or a value.
//
// It knows no storage: its user keeps the sealed gallery keys, the wrapped data keys and the sealed values wherever
// they stand, and gives them back. What was kept under another gallery, place or epoch than it is given back for does
// not open. Byte layouts: docs/crypto.md.
//
// Rotation is made of pure steps: make_gallery_key for epoch e + 1, Vault::open with both, rewrap what still has the
// earlier epoch (epoch_of says so), and then destroy the earlier gallery key and open the vault without it. From then
// on no gallery key that is left opens a wrapped key of an erased encounter, in whatever copy of the records. A copy
// that holds the earlier gallery key, too, stays open to the root key, until that is changed with rewrap_gallery_key.
//
// What sealing does not show: that a whole row (value and wrapped key) is an earlier one of the same place. Its user
// refuses that through SealContext::version, or by a log that is kept elsewhere (crypto/log).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/random.h"
#include "crypto/vault/data_key.h"
#include "crypto/vault/root_key.h"
#include "crypto/vault/seal_context.h"

namespace whorl::crypto {

// A gallery key as it is kept.
struct KeptGalleryKey {
  std::uint32_t epoch = 0;  // 1, 2, ...
  Bytes sealed;             // version (1), nonce, 32 bytes under the root key, tag: 61 bytes
  // How many data keys it has wrapped, for the bound of kMostDrawnNonces: at least as many as are kept. Its user counts
  // on with Vault::wraps().
  std::uint64_t wraps = 0;
};

// A new one, for epoch 1 or the one after the newest. Errors: kInvalidInput for epoch 0; as the root key's and
// random's.
Result<KeptGalleryKey> make_gallery_key(RootKey& root, const GalleryId& gallery, std::uint32_t epoch,
                                        Random& random = system_random());
// The same gallery key under another root key. Errors: kCorruption when `from` does not open it; as the root keys'.
Result<KeptGalleryKey> rewrap_gallery_key(const KeptGalleryKey& key, const GalleryId& gallery, RootKey& from,
                                          RootKey& to);

// A data key under a gallery key: version (1), u32 epoch, nonce, 32 bytes, tag.
inline constexpr std::size_t kWrappedKeyBytes = 1 + 4 + kAeadNonceBytes + kAeadKeyBytes + kAeadTagBytes;
using WrappedKey = std::array<std::uint8_t, kWrappedKeyBytes>;

// Of the first bytes of a wrapped key, or of a value of Vault::seal. Errors: kCorruption.
Result<std::uint32_t> epoch_of(ByteView wrapped);

// What Vault::seal adds to a value.
inline constexpr std::size_t kOwnKeyOverheadBytes = kWrappedKeyBytes + kSealedOverheadBytes;

// Thread-safety: every method may be called from any thread at once. A copy is the same vault. Cost: about a
// microsecond a wrap, an unwrap, a seal or an open of a kilobyte.
class Vault {
 public:
  // The newest epoch is the one that wraps; all of them unwrap. `random` must outlive it. Errors: kInvalidInput when
  // there is none, or an epoch twice; kCorruption naming the epoch when the root key does not open it for this gallery;
  // as the root key's.
  static Result<Vault> open(RootKey& root, const GalleryId& gallery, std::span<const KeptGalleryKey> keys,
                            Random& random = system_random());

  // Says that `next` takes its place for the same gallery: from now on copies of this one unwrap what was wrapped under
  // the keys of `next`, too, and of what takes its place. So a reader who took a copy before a key was rotated opens
  // what was wrapped anew meanwhile. `next` is not one that this one replaced.
  void replaced_by(const Vault& next) const;

  [[nodiscard]] std::uint32_t epoch() const;
  // Keys that were wrapped under the newest epoch, those before this opening included.
  [[nodiscard]] std::uint64_t wraps() const;

  // A new data key. Errors: kUnavailable.
  [[nodiscard]] Result<SealingKey> new_key() const;
  // For the place that `context` says. Errors: kExhausted after kMostDrawnNonces (rotate the gallery key);
  // kUnavailable.
  [[nodiscard]] Result<WrappedKey> wrap(const SealingKey& key, const SealContext& context) const;
  // Errors: kCorruption when the bytes are not those of wrap() for this context, or its epoch's key is not here (saying
  // which).
  [[nodiscard]] Result<OpeningKey> unwrap(ByteView wrapped, const SealContext& context) const;
  // The same data key under the newest epoch; as it is where it has that already. Errors: as unwrap and wrap.
  [[nodiscard]] Result<WrappedKey> rewrap(ByteView wrapped, const SealContext& context) const;

  // A value under a data key of its own: wrapped key, then sealed value. Errors: as wrap.
  [[nodiscard]] Result<Bytes> seal(const SealContext& context, ByteView plain) const;
  // Errors: as unwrap and OpeningKey::open.
  [[nodiscard]] Result<Bytes> open(const SealContext& context, ByteView sealed) const;
  [[nodiscard]] Result<SecretBytes> open_secret(const SealContext& context, ByteView sealed) const;
  // The same value with its key rewrapped; what is sealed is not touched. Errors: as rewrap.
  [[nodiscard]] Result<Bytes> rewrap_value(const SealContext& context, ByteView sealed) const;

 private:
  struct GalleryKey;
  struct State;
  explicit Vault(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  [[nodiscard]] Result<SecretBytes> unwrapped(ByteView wrapped, const SealContext& context) const;
  [[nodiscard]] Result<WrappedKey> wrapped(const SecretBytes& key, const SealContext& context) const;

  std::shared_ptr<const State> state_;
};

}  // namespace whorl::crypto
