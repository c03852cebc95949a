// The gallery's own keys: its format, how far its conversion came, and whose faces it holds (docs/gallery-format.md).
// Private to store/.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
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
// While records are being converted: u64 records done, then the key of the last.
inline constexpr std::string_view kConvertingKey =
    "\x01"
    "converting";
// Since when erased bytes may still lie on the disk: milliseconds since 1970, u64.
inline constexpr std::string_view kErasedKey =
    "\x01"
    "erased";

// Bumped whenever the bytes of a record or of a key change their meaning.
inline constexpr std::uint32_t kGalleryFormat = 4;
// What conversion.h brings to it.
inline constexpr std::uint32_t kOldestGalleryFormat = 2;

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
};

// Of a database that is open and holds a gallery. Errors: kCorruption, kUnavailable.
Result<GalleryVersions> read_versions(rocksdb::DB& db);

// Of a database that is open; an empty one gets its format. Errors: kInvalidInput (a format that this build does not
// read: says what to do), kCorruption, kUnavailable.
Status check_versions(rocksdb::DB& db);

// Of a folder that nobody has open. A gallery of a format without column families of its own is refused unopened, and
// left as it is. Errors: as check_versions.
Status check_old_format(const StoreOptions& options, const rocksdb::Options& quiet);

}  // namespace whorl::index
