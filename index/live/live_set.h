// The in-memory mirror of the records: who is enrolled, counts, shards, and the snapshots that searches hold.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once. Changes are applied one after another;
// changing one person from two threads at once is the caller's to prevent. snapshot() never waits for a change
// in progress.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "index/live/directory.h"
#include "index/live/published.h"
#include "index/shard/shard.h"

namespace whorl::index {

struct Counts {
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  ByModality<std::uint64_t> samples = {};
};

using GalleryNames = std::unordered_map<std::string, std::uint32_t>;

// One consistent state of everything that is searched. Immutable.
struct Snapshot {
  struct View {
    std::shared_ptr<const Shard> shard;
    std::shared_ptr<const SealedShard> sealed;  // the same shard when it is sealed
    std::size_t encounters = 0;                 // how many of the shard belong to this snapshot
    std::size_t samples = 0;                    // of them
    bool growing = false;                       // the head
  };
  std::uint64_t version = 0;
  std::uint32_t ordinals = 0;  // every person's ordinal is below this
  std::vector<View> shards;
  std::vector<Counts> galleries;  // by index of name
  Counts all;
  std::shared_ptr<const GalleryNames> names = std::make_shared<const GalleryNames>();

  // Names by index; borrows `names`.
  [[nodiscard]] std::vector<std::string_view> gallery_names() const;
};

class LiveSet {
 public:
  explicit LiveSet(std::size_t shard_fingers);

  [[nodiscard]] const Directory& directory() const { return directory_; }
  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const { return snapshot_.get(); }
  // What an encounter of so many samples takes beyond its own bytes: the directory grows by leaps, and so does the
  // head, which is made with all the room that it will have.
  [[nodiscard]] std::size_t growth_bytes(std::size_t samples) const;

  // The changes are noexcept on purpose: the records are already on disk, and a program that cannot show what it has
  // acknowledged must end (and rebuild from the records) rather than miss somebody.

  // Puts encounters in the head; later snapshots see them all.
  void insert(std::vector<NewEncounter> batch) noexcept;

  // Adds a sealed shard whose encounters are all new but those with alive[i] == 0, which nobody will see.
  void insert(std::shared_ptr<SealedShard> shard, const std::vector<std::uint8_t>& alive) noexcept;

  // Takes encounters of one person out, those that are there. A person without encounters is gone.
  void erase(const std::string& person_id, const std::vector<std::string>& encounter_ids) noexcept;

  // Puts `fresh` (null: nothing) in the place of shards that it was made from; its encounter k was
  // sources[origin[k].first]'s encounter origin[k].second. What was erased meanwhile stays erased.
  using Origin = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  void replace(const std::vector<std::shared_ptr<const Shard>>& sources, const std::shared_ptr<SealedShard>& fresh,
               const Origin& origin) noexcept;

  LiveSet(const LiveSet&) = delete;
  LiveSet& operator=(const LiveSet&) = delete;

 private:
  std::uint32_t gallery_index(std::string_view name, Snapshot& next);
  void name_galleries(SealedShard& shard, Snapshot& next);
  void append(NewEncounter encounter, Snapshot& next);
  Snapshot::View& head_view(std::size_t samples, Snapshot& next);
  void count(const Shard& shard, std::uint32_t index, int sign, Snapshot& next) const;
  void publish(std::shared_ptr<Snapshot> next);

  const std::size_t shard_fingers_;
  mutable std::mutex change_;        // held while a change is applied
  std::shared_ptr<HeadShard> head_;  // guarded by change_
  Directory directory_;
  Published<Snapshot> snapshot_;
};

}  // namespace whorl::index
