// The housekeeping of shards: seals full heads, merges small shards into larger ones, rewrites those that lost many to
// erasures, and keeps a snapshot of every sealed shard on disk. Private to this room.
//
// One thread of its own; searches and changes go on beside it. Nothing it does changes an answer. Merging copies
// bytes, it prepares nothing again. What fails (disk full, memory short) is counted, leaves everything as it was, and
// is tried again after the next change.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/workers.h"
#include "index/live/live_set.h"
#include "index/live/snapshot.h"
#include "index/store/store.h"

namespace whorl::index {

class Keeper {
 public:
  struct Options {
    std::size_t shard_fingers = 2048;  // of a head
    // Asked before a merge: whether so many bytes may be taken for a while.
    std::function<bool(std::size_t bytes)> may_take;
  };
  // Borrows all but the options.
  Keeper(Options options, LiveSet& live, Store& store, const SnapshotKey& key, const Workers& workers);
  // Lets the step in work come to its end.
  ~Keeper();

  // Before start(): a sealed shard that lies on disk under this epoch already; an epoch on disk that is of no use; the
  // first epoch never used.
  void adopt(const Shard& shard, std::uint64_t epoch) { stored_[&shard] = {epoch, {}}; }
  void abandon(std::uint64_t epoch) { orphans_.push_back(epoch); }
  void first_epoch(std::uint64_t epoch) { next_epoch_ = epoch; }
  void start();

  // There may be something to do. Cheap.
  void wake();
  // Waits until there is nothing to do (or what there is cannot be done).
  void settle();

  struct Report {
    std::uint64_t merges = 0;     // shards written, sealing and rewriting included
    std::uint64_t snapshots = 0;  // written
    std::uint64_t failures = 0;
    std::string last_failure;
  };
  [[nodiscard]] Report report() const;

  // How large shards become: a merge takes kMergeOf shards of one tier.
  static constexpr std::size_t kMergeOf = 8;
  static std::size_t largest_fingers(std::size_t shard_fingers) { return shard_fingers * kMergeOf * kMergeOf; }

  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

 private:
  struct Stored {
    std::uint64_t epoch = 0;              // 0: not on disk
    std::vector<std::uint64_t> replaces;  // epochs on disk that this shard's snapshot takes the place of
  };
  using Views = std::vector<Snapshot::View>;

  void run();
  bool step();  // false: nothing to do
  [[nodiscard]] Views next_merge(const Snapshot& snapshot) const;
  void merge(const Views& sources);
  bool store_one(const Snapshot& snapshot);
  void note_replaced(const Views& sources, const std::shared_ptr<SealedShard>& fresh);
  void fail(const std::string& reason);

  const Options options_;
  LiveSet& live_;
  Store& store_;
  const SnapshotKey& key_;
  const Workers& workers_;
  std::uint64_t next_epoch_ = 1;
  std::map<const Shard*, Stored> stored_;  // the thread's alone once started
  std::vector<std::uint64_t> orphans_;     // epochs on disk whose shard has nobody left

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t asked_ = 0;  // guarded by mutex_, as all below
  std::uint64_t done_ = 0;
  bool stop_ = false;
  Report report_;
  std::jthread thread_;
};

}  // namespace whorl::index
