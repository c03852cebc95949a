// The in-memory mirror of the records: who is enrolled, counts, shards, and the snapshots that searches hold.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once. Changes are applied one after another;
// changing one person from two threads at once is the caller's to prevent. snapshot() never waits for a change
// in progress.
#pragma once

#include <atomic>
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
  // By index of name. Inactive encounters are counted under the marked name (shard.h) alone, and not among all.
  std::vector<Counts> galleries;
  std::vector<std::uint8_t> inactive_names;  // by index: whether it is a marked one
  Counts all;
  std::uint64_t inactive = 0;  // encounters
  std::shared_ptr<const GalleryNames> names = std::make_shared<const GalleryNames>();

  // Names by index; borrows `names`.
  [[nodiscard]] std::vector<std::string_view> gallery_names() const;
  [[nodiscard]] bool is_active(const Shard& shard, std::size_t index) const {
    return inactive == 0 || inactive_names[shard.global_gallery(shard.galleries(index).front())] == 0;
  }
  // Active or not.
  [[nodiscard]] std::uint64_t encounters() const { return all.encounters + inactive; }
  // What there is under a name; nothing where the name is not known.
  [[nodiscard]] Counts counts_of(const std::string& name) const;
};

class LiveSet {
 public:
  explicit LiveSet(std::size_t shard_fingers);

  [[nodiscard]] const Directory& directory() const { return directory_; }
  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const { return snapshot_.get(); }
  // What encounters, the first of so many samples, take beyond their own bytes: the directory grows by leaps, and so
  // does the head, which is made with all the room that it will have.
  [[nodiscard]] std::size_t growth_bytes(std::size_t samples, std::size_t encounters = 1) const;

  // The changes are noexcept on purpose: the records are already on disk, and a program that cannot show what it has
  // acknowledged must end (and rebuild from the records) rather than miss somebody.

  // Puts encounters in the head; later snapshots see them all.
  void insert(std::vector<NewEncounter> batch) noexcept;

  // Adds a sealed shard whose encounters are all new but those with alive[i] == 0, which nobody will see.
  void insert(std::shared_ptr<SealedShard> shard, const std::vector<std::uint8_t>& alive) noexcept;

  // Takes encounters of one person out, those that are there. A person without encounters is gone.
  void erase(const std::string& person_id, const std::vector<std::string>& encounter_ids) noexcept;

  // Puts encounters in the place of others, in one step: a search sees all of the one or all of the other. `before`:
  // those that go, by their ids as they are; one that keeps its ids must stand among both.
  struct Ids {
    std::string person_id;
    std::string encounter_id;
  };
  void exchange(const std::vector<Ids>& before, std::vector<NewEncounter> after) noexcept;
  // Odd while an exchange is made; otherwise how often one was. Whoever holds a snapshot and finds somebody of it gone
  // may look whether they were exchanged.
  [[nodiscard]] std::uint64_t exchanges() const { return exchanges_.load(); }
  [[nodiscard]] bool unchanged_since(std::uint64_t exchanges) const {
    return exchanges % 2 == 0 && exchanges_.load() == exchanges;
  }

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
  // `in_place_of`: the same encounter as it was, which is in the directory still.
  void append(NewEncounter encounter, Snapshot& next, std::pair<Shard*, std::uint32_t> in_place_of = {nullptr, 0});
  Snapshot::View& head_view(std::size_t samples, Snapshot& next);
  void count(const Shard& shard, std::uint32_t index, int sign, Snapshot& next) const;
  void publish(std::shared_ptr<Snapshot> next);

  const std::size_t shard_fingers_;
  mutable std::mutex change_;        // held while a change is applied
  std::shared_ptr<HeadShard> head_;  // guarded by change_
  Directory directory_;
  Published<Snapshot> snapshot_;
  std::atomic<std::uint64_t> exchanges_ = 0;
};

}  // namespace whorl::index
