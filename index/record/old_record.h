// Records of version 1 and 2, which builds with gallery formats 2 and 3 wrote (docs/gallery-format.md). Private to
// record/. Pure; takes any bytes.
#pragma once

#include "base/bytes.h"
#include "index/record/record.h"

namespace whorl::index {

// Of records and of their index entries alike.
inline constexpr int kVersionWithoutFace = 1;
inline constexpr int kVersionWithFace = 2;
constexpr bool is_old_record_version(int version) {
  return version == kVersionWithoutFace || version == kVersionWithFace;
}
// No build that wrote them had another.
inline constexpr std::uint32_t kExtractorOfOldRecords = 1;

// Reads past all before the number of fingers.
void skip_old_head(ByteReader& in);

// Reads what follows the version, without the checksum, into `out`, whose identifiers are there already. in.failed()
// afterwards where the bytes are cut short or a field is too long. What the server of those builds packed into the
// client data comes out of it (packed_client_data.h).
void parse_old_body(ByteReader& in, int version, EncounterRecord& out);

}  // namespace whorl::index
