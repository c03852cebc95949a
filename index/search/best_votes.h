// The persons with the most votes, as a bounded list that several threads fill, and the floor below which nobody can
// enter it any more. Private to this room.
//
// What is kept depends on votes and identifiers alone, never on the order in which threads or shards gave them.
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <mutex>
#include <vector>

#include "index/search/person_bitmap.h"
#include "index/search/scope.h"

namespace whorl::index {

// What speaks for comparing an encounter's person exactly: votes of fingers, or the cosine of a face.
struct Vote {
  double votes = 0;
  PersonEncounter encounter;
};

// The n votes that come first: most votes, then an order that does not depend on how shards came about.
void keep_first(std::vector<Vote>& votes, std::size_t n);

// Thread-safe.
class BestVotes {
 public:
  // A person has the votes of their best encounter. Somebody who is enrolled often must not take the others' places,
  // so persons are counted, not encounters.
  explicit BestVotes(std::size_t persons) : persons_(persons) {}

  // Votes below this may be left out: they are not among the best. Rises while votes are added.
  [[nodiscard]] double floor() const { return floor_.load(std::memory_order_relaxed); }
  void add(std::vector<Vote> votes);
  // The best persons, each with the best encounter, in no order. Precondition: every add() has returned.
  [[nodiscard]] std::vector<Vote> take();
  // Marks them.
  void mark(PersonBitmap& chosen);

 private:
  static constexpr double kNoFloor = -std::numeric_limits<double>::infinity();

  const std::size_t persons_;
  std::atomic<double> floor_ = kNoFloor;
  std::mutex mutex_;
  std::vector<Vote> votes_;  // guarded by mutex_
};

}  // namespace whorl::index
