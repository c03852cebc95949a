// What fingers, faces and encounters take, in memory and on disk: measured constants (docs/capacity.md).
#pragma once

#include <cstdint>
#include <string>

#include "templates/fingerprint/screening/screening.h"

namespace whorl::index {

// Measured on 20,000 synthetic and 360 real fingers; a test holds them against a gallery of a few thousand people.
// In a sealed shard: a finger's prepared template and its place.
inline constexpr std::uint64_t kTypicalFingerBytes = 3730;
// Beside it, in memory alone: what screening reads of a finger.
inline constexpr std::uint64_t kScanFingerBytes = sizeof(fingerprint::ScanRow);
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
