// The gallery's own keys: its format, the extractor of its templates, and whose faces it holds
// (docs/gallery-format.md). Private to store/.
#pragma once

#include <cstdint>

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
// Since when erased bytes may still lie on the disk: milliseconds since 1970, u64.
inline constexpr std::string_view kErasedKey =
    "\x01"
    "erased";

// Of a database that is open; an empty one gets its versions. Errors: kInvalidInput (another format or extractor
// version: says what to do), kCorruption, kUnavailable.
Status check_versions(rocksdb::DB& db, std::uint32_t extractor_version);

// Of a folder that nobody has open. A gallery of a format without column families of its own is refused unopened, and
// left as it is. Errors: as check_versions.
Status check_old_format(const StoreOptions& options, const rocksdb::Options& quiet);

}  // namespace whorl::index
