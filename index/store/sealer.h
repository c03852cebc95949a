// The one point where what a gallery keeps in its database is sealed and opened, and where identifiers become row keys
// (docs/gallery-format.md). Private to store/.
//
// A value is bound to what it is, to its family, its row's key, and the gallery: it opens nowhere else. Keys of values
// are unwrapped where they are needed and wiped when the call ends; none are kept. A gallery of an earlier format has
// nothing sealed: what lies there is given as it is, and sealing is an error.
//
// Thread-safety: every method may be called from any thread at once, but take() and replace().
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/vault/name_digest.h"
#include "crypto/vault/vault.h"

namespace whorl::index {

enum class Family : std::size_t;

// What a value is, and where it stands. A view.
struct Place {
  std::string_view kind;
  Family family;
  ByteView key;
  [[nodiscard]] crypto::SealContext context() const;
};

// First bytes of sealed rows' keys. Settings and records of earlier formats begin with others.
inline constexpr std::uint8_t kSealedRecordPrefix = 0x11;
inline constexpr std::uint8_t kSealedMarkPrefix = 0x04;

class Sealer {
 public:
  Sealer() = default;
  // From now on everything is sealed.
  void take(const crypto::GalleryId& gallery, crypto::Vault vault, const crypto::SecretBytes& name_key);
  // Other keys of the same gallery. Under alone().
  void replace(crypto::Vault vault);

  [[nodiscard]] bool sealed() const { return names_ != nullptr; }
  [[nodiscard]] const crypto::GalleryId& gallery() const { return gallery_; }
  // Precondition: sealed().
  [[nodiscard]] crypto::Vault vault() const;

  // The keys of now, for a reader to take before it reads: what it reads then opens with them, whatever becomes of the
  // gallery's keys meanwhile. Nothing where nothing is sealed.
  [[nodiscard]] std::optional<crypto::Vault> keys() const;

  // Where the record of this key (record_key.h) stands; and how the keys of all records of a person begin. Digests of
  // the identifiers: nobody reads one from them, and rows of one person still lie together.
  [[nodiscard]] Bytes record_row(ByteView record_key) const;
  [[nodiscard]] Bytes person_rows(std::string_view person_id) const;
  // Where something else of a name stands: the prefix and a digest. Precondition: sealed().
  [[nodiscard]] Bytes named_row(std::uint8_t prefix, std::string_view what, ByteView name) const;
  // The first byte of every record's row.
  [[nodiscard]] std::uint8_t record_prefix() const;

  // A value under a key of its own. Errors: as crypto::Vault; kInternal where nothing is sealed.
  [[nodiscard]] Result<Bytes> seal(const Place& place, ByteView plain) const;
  // `keys`: taken with keys() before the value was read. Errors: kCorruption (another place, another gallery, a changed
  // bit).
  [[nodiscard]] static Result<Bytes> open(const std::optional<crypto::Vault>& keys, const Place& place,
                                          ByteView stored);

  // Held from before something is sealed until it is on disk (or given up), so that no key is destroyed meanwhile under
  // which it was sealed. Taken before any other lock of the store.
  // Not to be taken twice by one thread.
  [[nodiscard]] std::shared_lock<std::shared_mutex> until_written() const {
    const std::scoped_lock queue(queue_);
    return std::shared_lock(writing_);
  }
  // Nobody else seals and writes. Those who come later wait, so that the others come to an end.
  [[nodiscard]] std::unique_lock<std::shared_mutex> alone() const {
    const std::scoped_lock queue(queue_);
    return std::unique_lock(writing_);
  }

  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

 private:
  mutable std::mutex queue_;
  mutable std::shared_mutex writing_;
  crypto::GalleryId gallery_{};
  std::unique_ptr<const crypto::NameDigest> names_;
  mutable std::mutex mutex_;
  std::optional<crypto::Vault> vault_;  // guarded by mutex_
};

}  // namespace whorl::index
