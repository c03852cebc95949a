// The in-memory mirror of the records: persons, counts, shards, and the snapshots that searches hold.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once. Changes are applied one after another;
// changing one person from two threads at once is the caller's to prevent. snapshot() never waits for a change
// in progress.
#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "index/live.h"
#include "index/shard.h"

namespace whorl::index {

struct Counts {
  std::uint64_t persons = 0;
  std::uint64_t encounters = 0;
  std::uint64_t fingers = 0;
};

using GalleryNames = std::unordered_map<std::string, std::uint32_t>;

// One consistent state of everything that is searched. Immutable.
struct Snapshot {
  struct View {
    std::shared_ptr<const Shard> shard;
    const SealedShard* sealed = nullptr;  // the same shard when it is sealed
    std::size_t encounters = 0;           // how many of the shard belong to this snapshot
  };
  std::uint64_t version = 0;
  std::uint32_t ordinals = 0;  // every person's ordinal is below this
  std::vector<View> shards;
  std::vector<Counts> galleries;  // by index of name
  Counts all;
  std::shared_ptr<const GalleryNames> names = std::make_shared<const GalleryNames>();
};

// What an encounter becomes when it goes live: made outside every lock.
struct NewEncounter {
  std::string person_id;
  std::string encounter_id;
  std::vector<std::string> galleries;
  std::vector<Finger> fingers;
  std::vector<std::vector<SearchDescriptor>> descriptors;  // by finger
};

class LiveSet {
 public:
  explicit LiveSet(std::size_t shard_fingers);
  ~LiveSet();

  // Null when there is no such person.
  [[nodiscard]] std::shared_ptr<const Person> find(std::string_view person_id) const;
  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const { return snapshot_.get(); }

  // Puts encounters in; later snapshots see them all. noexcept on purpose: the records are already on disk, and
  // a program that cannot show what it has acknowledged must end (and rebuild from the records) rather than
  // miss somebody.
  void insert(std::vector<NewEncounter> batch) noexcept;

  // Takes encounters of one person out. A person without encounters is gone.
  void erase(const std::string& person_id, const EncounterList& encounters) noexcept;

  LiveSet(const LiveSet&) = delete;
  LiveSet& operator=(const LiveSet&) = delete;

 private:
  std::shared_ptr<Person> person_of(const std::string& id, Snapshot& next);
  std::uint32_t gallery_index(const std::string& name, Snapshot& next);
  void append(ShardEntry entry, Snapshot& next);
  void seal_head(Snapshot& next);
  void new_head(Snapshot& next);
  void count(const Encounter& encounter, const EncounterList& others, int sign, Snapshot& next) const;
  void compact(const Shard* touched, Snapshot& next) const;

  const std::size_t shard_fingers_;
  std::mutex change_;                // held while a change is applied
  std::shared_ptr<HeadShard> head_;  // guarded by change_
  Published<Snapshot> snapshot_;

  mutable std::shared_mutex directory_mutex_;
  std::unordered_map<std::string, std::shared_ptr<Person>> directory_;  // guarded by directory_mutex_
};

}  // namespace whorl::index
