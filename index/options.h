// How a gallery is opened. What each choice costs stands in docs/capacity.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "base/event.h"

namespace whorl::index {

struct GalleryOptions {
  std::filesystem::path directory;
  bool create_if_missing = true;
  std::uint32_t extractor_version = 1;  // whose templates the gallery holds
  int threads = 0;                      // 0: all cores
  // Fingers and faces in the growing shard when it is sealed. Sealed shards are merged up to 64 times as large.
  // At least kMaxFingers.
  std::size_t shard_fingers = 2048;
  // Most memory that the gallery may take, by its own count (Gallery::memory()); 0: no limit.
  std::uint64_t memory_limit_bytes = 0;
  // Read every record while opening, and check it against its checksum and the index: a damaged record then stops the
  // gallery from opening even where a snapshot holds its templates. False: such a record is found when it is read.
  bool verify_records = true;
  // Is told what an operator should know: a shard that failed in a search, a snapshot that could not be written or
  // did not verify, a refusal for want of memory or room, an error of the database's own threads.
  EventSink events;
};

}  // namespace whorl::index
