// The housekeeping of shards: seals full heads, merges small shards into larger ones, rewrites those that lost many to
// erasures, and keeps a snapshot of every sealed shard on disk. Private to this room.
//
// One thread of its own; searches and changes go on beside it. Nothing it does changes an answer. Merging copies
// bytes, it prepares nothing again. What fails (disk full, memory short) is counted and said, leaves everything as it
// was, and is tried again after the next change, or a minute later.
#pragma once

#include <chrono>
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

#include "base/result.h"
#include "base/workers.h"
#include "index/live/live_set.h"
#include "index/live/snapshot.h"
#include "index/store/store.h"

namespace whorl::index {

class ShardCompaction {
 public:
  struct Options {
    std::size_t shard_fingers = 2048;  // of a head
    // Asked before a merge: whether so many bytes may be taken for a while.
    std::function<bool(std::size_t bytes)> may_take{};
    // Is told what failed, once for each reason: a stable code and a sentence.
    std::function<void(const char* code, const std::string& text)> failed{};
    // The time, for the note of what is erased but not purged. Empty: 0.
    std::function<std::uint64_t()> now_ms{};
    // Called by the thread about once a second, and before it looks for work.
    std::function<void()> chores{};
  };
  // Borrows all but the options.
  ShardCompaction(Options options, LiveSet& live, Store& store, const Workers& workers);
  // Lets the step in work come to its end.
  ~ShardCompaction();

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
  // Rewrites every shard on disk that holds somebody who was erased, and then the store's files; purge_soon() asks for
  // it, purge() waits for it. Errors: kUnavailable, kExhausted.
  void purge_soon();
  Status purge();

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

  ShardCompaction(const ShardCompaction&) = delete;
  ShardCompaction& operator=(const ShardCompaction&) = delete;

 private:
  struct Stored {
    std::uint64_t epoch = 0;              // 0: not on disk
    std::vector<std::uint64_t> replaces;  // epochs on disk that this shard's snapshot takes the place of
  };
  using Views = std::vector<Snapshot::View>;

  // One step of the work, or why it failed and under which code that is said.
  struct Failure {
    const char* code = "";
    Error error;
  };
  struct Step {
    bool more = false;  // false: nothing is left to do
    std::optional<Failure> failure{};
  };

  void run();
  void work();  // steps until nothing is left, or one fails
  [[nodiscard]] Step step();
  [[nodiscard]] Step safe_step();
  [[nodiscard]] Views next_merge(const Snapshot& snapshot) const;
  Status merge(const Views& sources);
  Status drop_orphans();
  Result<bool> store_one(const Snapshot& snapshot);  // false: no snapshot is missing
  Status purge_store(const Snapshot& snapshot);
  void note_replaced(const Views& sources, const std::shared_ptr<SealedShard>& fresh);
  void note_failure(const Failure& failure);

  const Options options_;
  LiveSet& live_;
  Store& store_;
  const Workers& workers_;
  std::uint64_t next_epoch_ = 1;
  std::map<const Shard*, Stored> stored_;  // the thread's alone once started
  std::vector<std::uint64_t> orphans_;     // epochs on disk whose shard has nobody left
  bool purging_ = false;                   // the thread's alone: shards are rewritten for a purge

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t asked_ = 0;  // guarded by mutex_, as all below
  std::uint64_t done_ = 0;
  bool stop_ = false;
  bool purge_asked_ = false;
  Status purged_;     // how the last purge ended
  std::string said_;  // the failure that was said last; empty since a step succeeded
  std::optional<std::chrono::steady_clock::time_point> failed_at_;  // when the last round failed
  Report report_;
  std::jthread thread_;
};

}  // namespace whorl::index
