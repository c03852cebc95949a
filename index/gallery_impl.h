// What a Gallery is made of. Private to this room.
#pragma once

#include <array>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/workers.h"
#include "index/gallery.h"
#include "index/live/live_set.h"
#include "index/live/shard_compaction.h"
#include "index/live/snapshot.h"
#include "index/shard/face_space.h"
#include "index/store/store.h"

namespace whorl::index {

// Changes of one person come one after another; changes of different persons seldom meet; a bulk load's step has them
// all to itself.
class Turns {
 public:
  struct One {
    std::shared_lock<std::shared_mutex> all;
    std::unique_lock<std::mutex> person;
  };
  One one(const std::string& person_id) {
    std::shared_lock<std::shared_mutex> all;
    {
      const std::scoped_lock queue(queue_);
      all = std::shared_lock(all_);
    }
    return {std::move(all), std::unique_lock(mutexes_[std::hash<std::string>{}(person_id) % mutexes_.size()])};
  }
  std::unique_lock<std::shared_mutex> everybody() {
    const std::scoped_lock queue(queue_);  // those who come later wait, so that the others come to an end
    return std::unique_lock(all_);
  }

 private:
  std::mutex queue_;
  std::shared_mutex all_;
  std::array<std::mutex, 256> mutexes_;
};

struct Gallery::Parts {
  Parts(GalleryOptions o, std::unique_ptr<Store> s, const SnapshotKey& k)
      : options(std::move(o)),
        store(std::move(s)),
        key(k),
        workers(options.threads),
        live(options.shard_fingers),
        keeper({options.shard_fingers, [this](std::size_t bytes) { return check_memory(bytes).ok(); }}, live, *store,
               key, workers) {}

  [[nodiscard]] MemoryUse memory() const;
  // Errors: kExhausted when so many bytes more would pass the limit.
  [[nodiscard]] Status check_memory(std::uint64_t more) const;
  [[nodiscard]] Status check_galleries(const std::vector<std::string>& galleries) const;
  Result<LoadOutcome> load(std::vector<EncodedRecord> batch, const std::string& mark_name, ByteView mark);
  // Tells whoever listens.
  void say(Severity severity, std::string code, std::string text) const;
  void say_failed(const std::vector<ShardFailure>& failures) const;
  Status erase(const std::string& person_id, const std::vector<std::string>& encounter_ids);

  const GalleryOptions options;
  const std::unique_ptr<Store> store;
  const SnapshotKey key;
  const Workers workers;
  FaceGate faces;
  LiveSet live;
  Turns turns;
  OpeningReport opening;
  Keeper keeper;  // last: its thread ends before anything it uses
};

}  // namespace whorl::index
