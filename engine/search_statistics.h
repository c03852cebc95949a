// How alike the best were whom searches found, day by day, for whoever chooses thresholds: counts, never who.
//
// A day is told when it is over (UTC), and takes nothing more from then on, even where the clock goes back: no two
// answers differ by one search. A cell of fewer than kFewestSearches is one with its neighbour of a fixed tree, so that
// where a cell ends tells of no single search. Whoever may search can add searches of their own: who reads the counts
// is not who searches (docs/access.md has the roles). Kept in memory, since the process began. Thread-safe. Cost of
// note(): a look-up under a lock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/world.h"
#include "engine/call.h"

namespace whorl::engine {

class SearchStatistics {
 public:
  static constexpr std::uint64_t kFewestSearches = 5;
  static constexpr int kCell_db = 5;
  static constexpr std::size_t kCells = 16;         // a power of two; the last is open above
  static constexpr std::size_t kMostDays = 31;      // the latest
  static constexpr std::size_t kMostKinds = 1'000;  // of searches, a day

  // What searches have in common that are counted together.
  struct Kind {
    std::string gallery_id;
    int fingers = 0;
    bool face = false;
    friend auto operator<=>(const Kind&, const Kind&) = default;
  };
  struct Cell {
    int from_db = 0;
    std::optional<int> to_db;  // empty: open
    std::uint64_t searches = 0;
  };
  struct Row {
    Kind kind;
    std::uint64_t searches = 0;
    std::vector<Cell> cells;
  };
  struct Day {
    std::chrono::sys_days day;
    bool whole = false;  // the process counted from its first moment on
    std::vector<Row> rows;
    std::uint64_t too_few = 0;  // kinds of which there were fewer than kFewestSearches
    std::uint64_t untold = 0;   // searches of more kinds than are kept
  };

  // Counts from now on by the world's clock. `world` is borrowed.
  explicit SearchStatistics(World& world);

  // A search was answered: the decibels of the best person found; 0 where nobody was.
  void note(Kind kind, double best_db);

  // The days that are over, the latest first. Who may use some galleries alone is told of these, and of nothing else.
  [[nodiscard]] std::vector<Day> days(const Call& call) const;

  [[nodiscard]] std::chrono::system_clock::time_point since() const { return since_; }

 private:
  struct Counted {
    std::map<Kind, std::vector<std::uint64_t>> kinds;
    std::uint64_t untold = 0;
  };

  World& world_;
  const std::chrono::system_clock::time_point since_;
  // The day that is counted now: never an earlier one than before. The caller has the lock.
  std::chrono::sys_days today() const;

  mutable std::mutex mutex_;
  mutable std::chrono::sys_days latest_;           // guarded by mutex_
  std::map<std::chrono::sys_days, Counted> days_;  // guarded by mutex_
};

// Of kCells counts: two halves stand for themselves where no cell in them has between 1 and kFewestSearches - 1
// searches, else they are one cell. Cells without a search are left out.
std::vector<SearchStatistics::Cell> merged_cells(const std::vector<std::uint64_t>& counts);

}  // namespace whorl::engine
