// Who is enrolled and where their encounters lie: person id -> ordinal -> (shard, index). Private to this room.
//
// Ids are not kept here but read where they lie in the shards; about 50 bytes a person. Thread-safety: every method may
// be called from any thread at once (a lock of its own, held for microseconds); searches never come here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "index/shard/shard.h"

namespace whorl::index {

class Directory {
 public:
  struct Place {
    std::shared_ptr<const Shard> shard;
    std::uint32_t index = 0;
  };

  [[nodiscard]] bool contains(std::string_view person_id) const;
  [[nodiscard]] bool contains(std::string_view person_id, std::string_view encounter_id) const;
  // How many encounters a person has; 0 when there is no such person.
  [[nodiscard]] std::size_t encounters(std::string_view person_id) const;
  // Empty when there is no such person. In no set order.
  [[nodiscard]] std::vector<Place> places(std::string_view person_id) const;
  [[nodiscard]] std::size_t persons() const;
  [[nodiscard]] std::size_t memory_bytes() const;
  // By how much that grows with the next persons: its tables grow by leaps.
  [[nodiscard]] std::size_t growth_bytes(std::size_t more = 1) const;

  // The writer's alone: one at a time.
  // Every ordinal that was ever given is below this.
  [[nodiscard]] std::uint32_t ordinals() const;
  // Calls look(shard, index) for every encounter of the person.
  template <class Look>
  void each(std::uint32_t ordinal, Look look) const {
    for (std::uint32_t s = first_[ordinal]; s != kNone; s = slots_[s].next) look(*slots_[s].shard, slots_[s].index);
  }
  // Adds shard's encounter `index` (whose ids can be read already); sets its person and slot marks.
  void add(Shard& shard, std::uint32_t index);
  // Takes the encounter out; the person is gone with the last.
  void remove(Shard& shard, std::uint32_t index);
  // The encounter of this slot lies somewhere else now, in every way the same.
  struct Move {
    std::uint32_t slot = 0;
    Shard* to = nullptr;
    std::uint32_t index = 0;
  };
  void move(const std::vector<Move>& moves);
  // The shard and place of one encounter, to change it; null when there is none.
  [[nodiscard]] std::pair<Shard*, std::uint32_t> find(std::string_view person_id, std::string_view encounter_id) const;
  void reserve(std::size_t persons, std::size_t encounters);

 private:
  static constexpr std::uint32_t kNone = Shard::kNoSlot;
  // Of the hash table: no person was ever here; a person was.
  static constexpr std::uint32_t kEmpty = kNone;
  static constexpr std::uint32_t kGone = kNone - 1;

  struct Slot {
    Shard* shard = nullptr;  // alive as long as the slot points to it: LiveSet's current snapshot holds it
    std::uint32_t index = 0;
    std::uint32_t next = kNone;  // of the same person, or the next free slot
  };

  [[nodiscard]] std::optional<std::uint32_t> ordinal_of(std::string_view person_id) const;
  [[nodiscard]] std::string_view id_of(std::uint32_t ordinal) const;
  void insert_ordinal(std::uint32_t ordinal, std::uint32_t hash);
  void erase_ordinal(std::uint32_t ordinal);
  [[nodiscard]] bool table_is_full() const;
  void rehash(std::size_t persons);
  std::uint32_t new_slot();

  mutable std::shared_mutex mutex_;
  std::vector<std::uint32_t> table_;  // ordinals, open addressing, a power of two
  std::size_t used_ = 0;              // entries of the table that are not kEmpty
  std::size_t persons_ = 0;
  std::vector<std::uint32_t> first_;  // by ordinal: the person's first slot
  std::vector<std::uint32_t> hash_;   // by ordinal
  std::vector<Slot> slots_;
  std::uint32_t free_ = kNone;
};

}  // namespace whorl::index
