// What fingers, faces and encounters take, in memory and on disk: measured constants (docs/capacity.md).
#pragma once

#include <cstdint>
#include <string>

#include "templates/fingerprint/screening/scan_row.h"

namespace whorl::index {

// Measured on 20,000 synthetic and 360 real fingers; a test holds them against a gallery of a few thousand people.
// In a sealed shard: what screening reads of a finger, and its place.
inline constexpr std::uint64_t kFingerShardBytes = sizeof(fingerprint::ScanRow) + 6;
// In the cache of templates that were compared last: a prepared one.
inline constexpr std::uint64_t kWholeFingerBytes = 3930;
// In a sealed shard: an encounter's entry and identifiers; and its marks and place in the directory.
inline constexpr std::uint64_t kEncounterShardBytes = 80;
inline constexpr std::uint64_t kMarkBytesOfEncounter = 60;
// On disk: a finger's template in its record; the rest of a record and its index entry.
inline constexpr std::uint64_t kRecordFingerBytes = 1490;
inline constexpr std::uint64_t kRecordBytes = 185;
// A face takes one byte for each number of its embedding, and these many beside: in a sealed shard its scale, its
// encounter and its quality; in a record its quality, its network and its checksum.
inline constexpr std::uint64_t kFaceBytes = 9;
inline constexpr std::uint64_t kRecordFaceBytes = 70;

}  // namespace whorl::index
