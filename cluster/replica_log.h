// A replica's log on its disk: changes in their order, and what the replica has promised. Sealed rows of its gallery,
// so that the note of a change's effect lies in the effect's own batch. What an entry says lies in a row apart from
// that note: an erasure lets notes go that name whom it erases, and a replica that was away needs every entry all the
// same. Private to this room.
//
// Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/messages.h"
#include "engine/tasks.h"

namespace whorl::cluster {

// What must outlive the process beside the entries.
struct Promises {
  std::uint64_t term = 0;
  std::string voted_for;  // in that term; empty: for nobody yet
  // Whether it counts: before, it may have forgotten what it promised (replica.h).
  bool member = false;
  // Entries up to here are applied, and maybe more.
  std::uint64_t applied = 0;
  // Entries up to here are gone; of the last of them the term.
  std::uint64_t base = 0;
  std::uint64_t base_term = 0;
  // The gallery is being made as another replica's is, and is nothing until then.
  bool copying = false;

  friend bool operator==(const Promises&, const Promises&) = default;
};

class ReplicaLog {
 public:
  // Borrows the rows. Errors: kCorruption (an entry is missing, or does not open), kUnavailable.
  static Result<ReplicaLog> open(engine::TaskStore& rows);

  // All of these are on disk (synced) when they return. Errors: kUnavailable, kExhausted; nothing has changed here
  // then.
  Status keep(const Promises& fresh);
  // Behind the last.
  Status append(const LogEntry& entry);
  // From this one to the last; none of them is applied.
  Status truncate(std::uint64_t from);
  // Up to this one, all of them applied.
  Status cut(std::uint64_t until);
  // The gallery is as after this entry, of that term, and the log begins behind it: a copy has ended.
  Status begin_after(std::uint64_t index, std::uint64_t term);

  [[nodiscard]] const Promises& promises() const { return promises_; }
  [[nodiscard]] std::uint64_t last_index() const { return promises_.base + entries_.size(); }
  [[nodiscard]] std::uint64_t last_term() const {
    return entries_.empty() ? promises_.base_term : entries_.back().term;
  }
  // Nothing of those that are not here; of the base itself there is one.
  [[nodiscard]] std::optional<std::uint64_t> term_at(std::uint64_t index) const;
  [[nodiscard]] std::uint64_t time_at(std::uint64_t index) const { return at(index).time_ms; }
  // Precondition: it is here. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<LogEntry> entry(std::uint64_t index) const;
  [[nodiscard]] std::optional<std::uint64_t> index_of(const Operation& operation) const;
  // What the change of this entry left in its own batch; nothing where it did nothing, or is not made. Errors: as
  // entry.
  [[nodiscard]] Result<std::optional<Bytes>> effect(std::uint64_t index) const;
  // By what the effect of an entry is noted (engine::Call::task).
  [[nodiscard]] static std::string task_of(std::uint64_t index);

 private:
  // Of an entry all but its change.
  struct Head {
    std::uint64_t term = 0;
    std::uint64_t time_ms = 0;
    Operation operation{};
  };
  explicit ReplicaLog(engine::TaskStore& rows) : rows_(&rows) {}
  static Bytes bytes_of(const Head& head);
  [[nodiscard]] const Head& at(std::uint64_t index) const { return entries_[index - promises_.base - 1]; }
  Status read_all();
  void index_again();

  engine::TaskStore* rows_;
  Promises promises_;
  std::vector<Head> entries_;  // from base + 1
  std::map<Operation, std::uint64_t> by_operation_;
};

}  // namespace whorl::cluster
