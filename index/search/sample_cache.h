// The prepared samples that were compared last, up to a bound in bytes. Private to this room.
//
// Thread-safety: every method may be called from any thread at once; a lock over a sixteenth of it is held for a look.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "index/record/digest.h"
#include "templates/modality.h"

namespace whorl::index {

class SampleCache {
 public:
  // Which sample: the k-th of its modality in the encounter whose shard digest this is. So what a key says never
  // changes, whatever becomes of shards.
  struct Key {
    RecordDigest encounter{};
    Modality modality{};
    std::uint32_t k = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  using Sample = std::shared_ptr<const std::vector<std::byte>>;

  explicit SampleCache(std::size_t most_bytes) : most_of_part_(most_bytes / kParts) {}

  // Null: not there.
  [[nodiscard]] Sample find(const Key& key);
  // The one that was put in or found longest ago goes first.
  void put(const Key& key, Sample sample);
  void forget(const RecordDigest& encounter);

  struct Report {
    std::uint64_t bytes = 0;
    std::uint64_t found = 0;
    std::uint64_t missed = 0;
  };
  [[nodiscard]] Report report() const;

 private:
  static constexpr std::size_t kParts = 16;
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    Key key;
    Sample sample;
  };
  struct Part {
    mutable std::mutex mutex;
    std::list<Entry> entries;  // the last used first
    std::unordered_map<Key, std::list<Entry>::iterator, Hash> where;
    std::size_t bytes = 0;
    std::uint64_t found = 0;
    std::uint64_t missed = 0;

    void drop(std::list<Entry>::iterator entry);
  };
  // All samples of an encounter lie in one part.
  Part& part_of(const RecordDigest& encounter) { return parts_[encounter[0] % kParts]; }

  const std::size_t most_of_part_;
  std::array<Part, kParts> parts_;
};

}  // namespace whorl::index
