// What a gallery of a given size takes: measured constants, and what they add up to (docs/capacity.md).
#pragma once

#include <cstdint>
#include <string>

#include "templates/fingerprint/screening/screening.h"

namespace whorl::index {

// Measured on 20,000 synthetic and 360 real fingers; a test holds them against a gallery of a few thousand people.
// In a sealed shard: a finger's prepared template and its place.
inline constexpr std::uint64_t kTypicalFingerBytes = 3730;
// Beside it, in memory alone: what the cheap look reads of a finger.
inline constexpr std::uint64_t kScanFingerBytes = sizeof(fingerprint::ScanRow);
// In a sealed shard: an encounter's entry and identifiers; and its marks and place in the directory.
inline constexpr std::uint64_t kEncounterBlockBytes = 80;
inline constexpr std::uint64_t kMarkBytesOfEncounter = 60;
// On disk: a finger's template in its record; the rest of a record and its index entry.
inline constexpr std::uint64_t kRecordFingerBytes = 1470;
inline constexpr std::uint64_t kRecordBytes = 70;
// A face of n numbers takes n and so many bytes more: in a sealed shard, and in its record.
inline constexpr std::uint64_t kFaceBytes = 9;
inline constexpr std::uint64_t kRecordFaceBytes = 50;

struct CapacityRequest {
  std::uint64_t people = 0;  // with one encounter each
  int fingers = 2;           // of each
  int face_numbers = 0;      // of the face template that each has; 0: none has one
  int cores = 2;
};

struct Capacity {
  std::uint64_t fingers = 0;
  std::uint64_t memory_bytes = 0;                // as Gallery::memory().total()
  std::uint64_t memory_while_merging_bytes = 0;  // with the largest merge
  std::uint64_t disk_bytes = 0;                  // of the gallery's directory
  std::uint64_t disk_while_merging_bytes = 0;
  double open_s = 0;  // every record and snapshot verified, where the disk gives a gigabyte a second
  double load_s = 0;
  double search_s = 0;  // one finger of known position, the default accuracy, an idle machine
};

Capacity predict(const CapacityRequest& request);

// A face takes its numbers, one byte each, and its scale, its encounter and its quality.
inline constexpr std::uint64_t kMarkBytesOfFace = 9;

// "7.9 GiB", "512 MiB".
std::string gibibytes(std::uint64_t bytes);

}  // namespace whorl::index
