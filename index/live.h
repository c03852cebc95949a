// The gallery's records as searches see them: immutable encounters, persons that own them, and versions.
// Private to this room.
//
// Visibility: every change has a version, one more than the last. An encounter is seen by a snapshot of version
// v when it was put in at or before v and not erased at or before v; so a search that holds a snapshot counts
// and chooses from one consistent set of persons however long it takes. The exact comparison reads what each of them
// holds when their turn comes: somebody erased meanwhile is not compared any more.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "index/vote.h"
#include "templates/fingerprint/compare.h"
#include "templates/fingerprint/template.h"

namespace whorl::index {

using fingerprint::FingerPosition;

// A pointer to something immutable that one side replaces while others read it.
// Readers hold the lock for a pointer's copy only. (std::atomic<std::shared_ptr> of libstdc++ 12 is a spin lock
// too, and one that the thread sanitizer cannot follow.)
template <class T>
class Published {
 public:
  explicit Published(std::shared_ptr<const T> value) : value_(std::move(value)) {}
  [[nodiscard]] std::shared_ptr<const T> get() const {
    const std::scoped_lock lock(mutex_);
    return value_;
  }
  void set(std::shared_ptr<const T> value) {
    const std::scoped_lock lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

struct Finger {
  FingerPosition position = FingerPosition::kUnknown;
  fingerprint::PreparedTemplate prepared;
};

class Shard;
struct Encounter;
using EncounterList = std::vector<std::shared_ptr<const Encounter>>;

struct Person {
  Person(std::string person_id, std::uint32_t number)
      : id(std::move(person_id)), ordinal(number), encounters(std::make_shared<const EncounterList>()) {}
  const std::string id;
  const std::uint32_t ordinal;  // position in a search's bitmap; never used again for another person
  Published<EncounterList> encounters;
};

struct Encounter {
  std::shared_ptr<Person> person;
  std::string id;
  std::vector<std::uint32_t> galleries;  // indices of names, few
  std::vector<Finger> fingers;           // 1..10
  mutable const Shard* home = nullptr;   // the shard that holds it now; the writer's alone
  mutable std::atomic<std::uint64_t> erased_at{std::numeric_limits<std::uint64_t>::max()};

  [[nodiscard]] bool visible_at(std::uint64_t version) const {
    return erased_at.load(std::memory_order_relaxed) > version;
  }
};

// A known position is compared with the same position and with unknown ones; an unknown one with all.
inline bool comparable(FingerPosition a, FingerPosition b) {
  return a == b || a == FingerPosition::kUnknown || b == FingerPosition::kUnknown;
}

}  // namespace whorl::index
