// Samples as comparing wants them, where shards keep less: made again from their records, and the last ones kept.
// Private to this room.
//
// Records are read one by one as they are needed; what they hold of one sample is prepared, a few KB, and kept in a
// cache of bounded size. So a gallery whose templates fit into the cache is searched without its disk, and one of any
// size with a few thousand reads a search.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "index/search/sample_cache.h"
#include "index/shard/shard.h"
#include "index/store/record_table.h"

namespace whorl::index {

class WholeSamples {
 public:
  // Which digest of samples an encounter has now; nothing where it is not enrolled. Thread-safe.
  using Enrolled =
      std::function<std::optional<RecordDigest>(const std::string& person_id, std::string_view encounter_id)>;
  // Borrows the records. `cache_bytes`: as much is kept at most.
  WholeSamples(const RecordTable& records, std::size_t cache_bytes, Enrolled enrolled)
      : records_(records), enrolled_(std::move(enrolled)), cache_(cache_bytes) {}

  // One sample of an encounter: the k-th of its modality.
  struct Wanted {
    Modality modality{};
    std::uint32_t k = 0;
  };
  using Samples = std::vector<SampleCache::Sample>;
  // Those of encounter `i` of a shard, in the order of `wanted`; nothing where it has been erased or replaced since.
  // Cost: a sample that is not in the cache about 0.1 ms, and a read of the record. Errors: kCorruption (the record is
  // damaged, not the shard's, or gone without having been erased), kUnavailable.
  [[nodiscard]] Result<std::optional<Samples>> get(const Shard& shard, std::size_t i, std::span<const Wanted> wanted);

  // Lets go of what is kept of an encounter.
  void forget(const RecordDigest& encounter) { cache_.forget(encounter); }
  [[nodiscard]] SampleCache::Report cache() const { return cache_.report(); }

 private:
  // The record that fits the shard's encounter: with every wanted sample at the position that the shard says.
  [[nodiscard]] Result<std::optional<EncounterRecord>> record_of(const Shard& shard, std::size_t i,
                                                                 std::span<const Wanted> wanted) const;
  [[nodiscard]] bool is_enrolled(const Shard& shard, std::size_t i) const;

  const RecordTable& records_;
  const Enrolled enrolled_;
  SampleCache cache_;
};

}  // namespace whorl::index
