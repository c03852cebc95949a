#include "index/live/directory.h"

#include <algorithm>
#include <functional>
#include <mutex>

namespace whorl::index {
namespace {

std::uint32_t hash_of(std::string_view person_id) {
  const std::uint64_t h = std::hash<std::string_view>{}(person_id);
  return static_cast<std::uint32_t>(h ^ (h >> 32));
}

constexpr std::size_t kLeastTable = 64;

// The table's size for so many persons: at most 60 % full.
std::size_t table_for(std::size_t persons) {
  std::size_t size = kLeastTable;
  while (size * 3 < persons * 5) size *= 2;
  return size;
}

}  // namespace

std::string_view Directory::id_of(std::uint32_t ordinal) const {
  const Slot& slot = slots_[first_[ordinal]];
  return slot.shard->person_id(slot.index);
}

std::optional<std::uint32_t> Directory::ordinal_of(std::string_view person_id) const {
  if (table_.empty()) return std::nullopt;
  const std::uint32_t hash = hash_of(person_id);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = hash & mask; table_[at] != kEmpty; at = (at + 1) & mask) {
    const std::uint32_t ordinal = table_[at];
    if (ordinal != kGone && hash_[ordinal] == hash && id_of(ordinal) == person_id) return ordinal;
  }
  return std::nullopt;
}

void Directory::insert_ordinal(std::uint32_t ordinal, std::uint32_t hash) {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash & mask;
  while (table_[at] != kEmpty) at = (at + 1) & mask;
  table_[at] = ordinal;
  ++used_;
}

void Directory::erase_ordinal(std::uint32_t ordinal) {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash_[ordinal] & mask;
  while (table_[at] != ordinal) at = (at + 1) & mask;
  table_[at] = kGone;
  --persons_;
}

bool Directory::table_is_full() const { return (used_ + 1) * 10 > table_.size() * 7; }

void Directory::rehash(std::size_t persons) {
  std::vector<std::uint32_t> old(table_for(persons), kEmpty);
  old.swap(table_);
  used_ = 0;
  for (const std::uint32_t ordinal : old) {
    if (ordinal != kEmpty && ordinal != kGone) insert_ordinal(ordinal, hash_[ordinal]);
  }
}

std::uint32_t Directory::new_slot() {
  if (free_ == kNone) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t slot = free_;
  free_ = slots_[slot].next;
  return slot;
}

void Directory::add(Shard& shard, std::uint32_t index) {
  const std::unique_lock lock(mutex_);
  const std::string_view person_id = shard.person_id(index);
  std::optional<std::uint32_t> ordinal = ordinal_of(person_id);
  const std::uint32_t slot = new_slot();
  slots_[slot] = {&shard, index, ordinal ? first_[*ordinal] : kNone};
  if (!ordinal) {
    if (table_is_full()) rehash((persons_ + 1) * 2);
    ordinal = static_cast<std::uint32_t>(first_.size());
    first_.push_back(slot);
    hash_.push_back(hash_of(person_id));
    insert_ordinal(*ordinal, hash_.back());
    ++persons_;
  }
  first_[*ordinal] = slot;
  shard.set_person(index, *ordinal);
  shard.set_slot(index, slot);
}

void Directory::remove(Shard& shard, std::uint32_t index) {
  const std::unique_lock lock(mutex_);
  const std::uint32_t slot = shard.slot(index);
  const std::uint32_t ordinal = shard.person(index);
  std::uint32_t* link = &first_[ordinal];
  if (*link == slot && slots_[slot].next == kNone) erase_ordinal(ordinal);
  while (*link != slot) link = &slots_[*link].next;
  *link = slots_[slot].next;
  slots_[slot] = {nullptr, 0, free_};
  free_ = slot;
  shard.set_slot(index, kNone);
}

void Directory::move(const std::vector<Move>& moves) {
  const std::unique_lock lock(mutex_);
  for (const Move& move : moves) {
    slots_[move.slot].shard = move.to;
    slots_[move.slot].index = move.index;
  }
}

std::pair<Shard*, std::uint32_t> Directory::find(std::string_view person_id, std::string_view encounter_id) const {
  const std::shared_lock lock(mutex_);
  std::pair<Shard*, std::uint32_t> out{nullptr, 0};
  const auto ordinal = ordinal_of(person_id);
  if (!ordinal) return out;
  each(*ordinal, [&](Shard& shard, std::uint32_t index) {
    if (shard.encounter_id(index) == encounter_id) out = {&shard, index};
  });
  return out;
}

bool Directory::contains(std::string_view person_id) const {
  const std::shared_lock lock(mutex_);
  return ordinal_of(person_id).has_value();
}

bool Directory::contains(std::string_view person_id, std::string_view encounter_id) const {
  return find(person_id, encounter_id).first != nullptr;
}

std::size_t Directory::encounters(std::string_view person_id) const {
  const std::shared_lock lock(mutex_);
  std::size_t out = 0;
  if (const auto ordinal = ordinal_of(person_id)) each(*ordinal, [&](Shard&, std::uint32_t) { ++out; });
  return out;
}

std::vector<Directory::Place> Directory::places(std::string_view person_id) const {
  const std::shared_lock lock(mutex_);
  std::vector<Place> out;
  const auto ordinal = ordinal_of(person_id);
  if (!ordinal) return out;
  each(*ordinal, [&](Shard& shard, std::uint32_t index) { out.push_back({shard.shared_from_this(), index}); });
  return out;
}

std::size_t Directory::persons() const {
  const std::shared_lock lock(mutex_);
  return persons_;
}

std::uint32_t Directory::ordinals() const { return static_cast<std::uint32_t>(first_.size()); }

std::size_t Directory::memory_bytes() const {
  const std::shared_lock lock(mutex_);
  return (table_.capacity() + first_.capacity() + hash_.capacity()) * sizeof(std::uint32_t) +
         slots_.capacity() * sizeof(Slot);
}

std::size_t Directory::growth_bytes(std::size_t more) const {
  const std::shared_lock lock(mutex_);
  // A vector that is full doubles.
  const auto leap = [&](const auto& v) {
    return v.size() + more <= v.capacity() ? 0 : std::max(v.capacity(), more) * sizeof(v[0]);
  };
  // A table of more comes to be made after it was full once, or for all of them.
  const bool table_grows = table_is_full() || more > 1;
  const std::size_t table = table_grows ? table_for((persons_ + more) * 2) : table_.size();
  return leap(first_) + leap(hash_) + leap(slots_) +
         (std::max(table, table_.size()) - table_.size()) * sizeof(std::uint32_t);
}

void Directory::reserve(std::size_t persons, std::size_t encounters) {
  const std::unique_lock lock(mutex_);
  first_.reserve(first_.size() + persons);
  hash_.reserve(hash_.size() + persons);
  slots_.reserve(slots_.size() + encounters);
  if (persons_ + persons > 0) rehash((persons_ + persons) * 5 / 4);
}

}  // namespace whorl::index
