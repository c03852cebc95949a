// Where a gallery's keys lie: the root key that they are sealed under, and keys/ in the gallery's folder, a file for
// each epoch of the gallery key (docs/gallery-format.md, docs/keys.md). Private to this room.
//
// keys/ is no part of the database: a copy of the database without it is shut. Thread-safety: const methods may be
// called from any thread; put() and destroy() by one at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/file_system.h"
#include "crypto/vault/root_source.h"
#include "crypto/vault/vault.h"

namespace whorl::index {

inline constexpr const char* kKeysFolder = "keys";

// Whether the folder of a gallery has keys. Errors: kUnauthorised, kUnavailable.
Result<bool> has_gallery_keys(const std::filesystem::path& gallery, FileSystem& files);

class GalleryKeys {
 public:
  // Finds the root key: in `file`, or the token whose address that is, where one is named, else where
  // crypto::root_places_of_environment() says. `make`: nothing is sealed under it yet, so that one may be made. Errors:
  // as crypto::find_root_key and root_key_at.
  static Result<GalleryKeys> open(const std::filesystem::path& gallery,
                                  const std::optional<std::filesystem::path>& file, bool make, FileSystem& files);

  [[nodiscard]] crypto::RootKey& root() const { return *root_; }
  [[nodiscard]] const std::filesystem::path& root_file() const { return where_; }
  // It lies on the machine's own disk because nobody said where it should.
  [[nodiscard]] bool root_made_by_whorl() const { return made_by_whorl_; }

  // The keys of all epochs of a gallery, in order; their `wraps` are 0. Errors: kCorruption (a file of another length,
  // keys of two galleries), kNotFound (there are none), kUnauthorised, kUnavailable.
  struct Kept {
    crypto::GalleryId gallery{};
    std::vector<crypto::KeptGalleryKey> keys;
  };
  [[nodiscard]] Result<Kept> read() const;
  // On disk, synced, when this returns. Errors: kUnavailable.
  Status put(const crypto::GalleryId& gallery, const crypto::KeptGalleryKey& key) const;
  // The newest key for somebody who keeps it elsewhere, under a root that is drawn for it and lies beside it: whoever
  // has these bytes has the key. And such bytes as the gallery's key, under this root. Errors: as read, put;
  // kCorruption.
  [[nodiscard]] Result<crypto::SecretBytes> escrowed() const;
  Status take_escrowed(ByteView bytes) const;
  // Overwrites the file and takes it away, synced. What the medium keeps of it is out of reach. Errors: kUnavailable.
  Status destroy(std::uint32_t epoch) const;
  // Takes away what a process that was ended left: keys that are overwritten already, and files whose writing was not
  // finished, which may hold a key under another root. Only while nobody else writes here. Errors: kUnavailable.
  Status clear_leftovers() const;
  // Seals the gallery's one key under another root, which takes the place of this one. Errors: kUnavailable (a rotation
  // was not finished); as crypto::root_key_at, put.
  Status move_to_root(const std::filesystem::path& file);

 private:
  GalleryKeys(std::filesystem::path folder, FileSystem& files) : folder_(std::move(folder)), files_(&files) {}

  std::filesystem::path folder_;
  FileSystem* files_;
  std::unique_ptr<crypto::RootKey> root_;
  std::filesystem::path where_;
  bool made_by_whorl_ = false;
};

}  // namespace whorl::index
