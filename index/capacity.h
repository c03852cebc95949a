// What a gallery of a given size takes: measured constants, and what they add up to (docs/capacity.md).
#pragma once

#include <cstdint>
#include <string>

#include "index/live/footprint.h"

namespace whorl::index {

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

}  // namespace whorl::index
