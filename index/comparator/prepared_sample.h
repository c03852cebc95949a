// A sample as comparing wants it: a run of bytes that its modality's comparator (comparator.h) made and understands.
//
// Plain values; not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "templates/modality.h"

namespace whorl::index {

// Owns its bytes, which are 8-aligned.
struct PreparedSample {
  Modality modality = Modality::kFinger;
  std::uint8_t position = 0;  // of the modality; 0: unknown
  std::uint8_t quality = 0;   // 0..100
  std::vector<std::byte> bytes;
  // Which samples it can be compared with: those of one space. Empty: with every one of its modality.
  Bytes space = {};
  // What shards keep of it, where that is less (Comparator::row); made on its way into a shard.
  std::vector<std::byte> row = {};
};

// One that lies elsewhere, in a shard say. Borrows its bytes.
struct SampleView {
  Modality modality = Modality::kFinger;
  std::uint8_t position = 0;
  std::uint8_t quality = 0;
  std::span<const std::byte> bytes;
};

// What shards keep of it.
inline SampleView kept_view(const PreparedSample& sample) {
  return {sample.modality, sample.position, sample.quality, sample.row.empty() ? sample.bytes : sample.row};
}

// A known position is compared with the same position and with unknown ones; an unknown one with all.
inline bool comparable(std::uint8_t a, std::uint8_t b) { return a == b || a == 0 || b == 0; }

}  // namespace whorl::index
