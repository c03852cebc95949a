// The gallery's own keys: its format, how far its conversion came, and whose faces it holds (docs/gallery-format.md).
// Private to store/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "crypto/vault/seal_context.h"
#include "index/store/rocks.h"
#include "index/store/store_options.h"

namespace whorl::index {

// Keys of the gallery itself sort before every encounter.
inline constexpr std::string_view kFormatKey =
    "\x01"
    "format";
inline constexpr std::string_view kExtractorKey =
    "\x01"
    "extractor";
inline constexpr std::string_view kFacesKey =
    "\x01"
    "faces";
// Whether images of enrolments are kept, once somebody said so (image_table.h).
inline constexpr std::string_view kImagesKey =
    "\x01"
    "images";
// For how many days encounters are kept, once somebody said so (retention_table.h).
inline constexpr std::string_view kRetentionKey =
    "\x01"
    "retention";
// Which copies were made of the gallery, once one was (backup_table.h).
inline constexpr std::string_view kBackupsKey =
    "\x01"
    "backups";
// While records are being converted: u64 records done, then the key of the last.
inline constexpr std::string_view kConvertingKey =
    "\x01"
    "converting";
// The gallery's own 16 bytes, to which all that it holds is bound. In the clear: keys are held against them.
inline constexpr std::string_view kGalleryIdKey =
    "\x01"
    "gallery";
// The gallery's ring of keys (crypto/vault/key_ring.h), sealed.
inline constexpr std::string_view kRingKey =
    "\x01"
    "ring";
// How many keys were wrapped under the newest gallery key: u32 epoch, u64 at least so many. In the clear.
inline constexpr std::string_view kWrapsKey =
    "\x01"
    "wraps";
// Since when people are erased whose keys an earlier copy of the disk has: milliseconds since 1970, u64, sealed.
inline constexpr std::string_view kUnrotatedKey =
    "\x01"
    "unrotated";
// Since when erased bytes may still lie on the disk: milliseconds since 1970, u64.
inline constexpr std::string_view kErasedKey =
    "\x01"
    "erased";

// Settings that are not sealed: they say which keys are needed, and what is to be done before anything opens.
inline constexpr std::array<std::string_view, 4> kClearKeys{kFormatKey, kGalleryIdKey, kWrapsKey, kConvertingKey};

// Bumped whenever the bytes of a record or of a key change their meaning.
inline constexpr std::uint32_t kGalleryFormat = 5;
// Those from here on are read, and conversion.h brings them to it.
inline constexpr std::uint32_t kOldestGalleryFormat = 2;
// In the ring: the key of the digests that stand for identifiers.
inline constexpr std::string_view kNameKeyName = "names";

// How far the conversion of an earlier format has come.
struct ConversionMark {
  std::uint64_t records = 0;
  Bytes last_key;
};

struct GalleryVersions {
  std::uint32_t format = 0;
  // Of every template; in formats before 4, and until their conversion is done. Since then each sample says its own.
  std::optional<std::uint32_t> extractor;
  std::optional<ConversionMark> converting;
  // Since format 5.
  std::optional<crypto::GalleryId> gallery;
};

// Of a database that is open and holds a gallery. Errors: kCorruption, kUnavailable.
Result<GalleryVersions> read_versions(rocksdb::DB& db);

// Of a database that is open; nothing of an empty one. Errors: kInvalidInput (a format that this build does not read:
// says what to do), kCorruption, kUnavailable.
Result<std::optional<GalleryVersions>> check_versions(rocksdb::DB& db);

// Makes an empty database, or one of an earlier format, a gallery of this build's format in one synced batch: its id,
// its ring, sealed by `vault` already, and for the latter the mark of a conversion that has begun. Errors:
// kUnavailable.
Status write_format(rocksdb::DB& db, const crypto::GalleryId& gallery, ByteView ring, bool converting);

// How many keys were wrapped under the gallery key of this epoch, at least. Errors: kUnavailable.
Result<std::uint64_t> read_wraps(rocksdb::DB& db, std::uint32_t epoch);
Bytes wraps_value(std::uint32_t epoch, std::uint64_t wraps);
// The ring's sealed bytes. Errors: kCorruption (there is none), kUnavailable.
Result<Bytes> read_ring(rocksdb::DB& db);

// Of a folder that nobody has open. A gallery of a format without column families of its own is refused unopened, and
// left as it is. Errors: as check_versions.
Status check_old_format(const StoreOptions& options, const rocksdb::Options& quiet);

}  // namespace whorl::index
