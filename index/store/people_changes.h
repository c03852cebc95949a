// What became of people while tasks were worked on. A result that is stored after a change of somebody whom it names is
// kept as one from before the change would be: under whom they became, or not at all where they were erased.
//
// In memory alone: work that the process does not finish begins anew. Remembered is what happens between begin() and
// end() of any task. Private to this room.
//
// Thread-safety: every method may be called from any thread at once. Locks: of a person's first, then change() or
// storing(), then those of the database.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "index/kept_task.h"

namespace whorl::index {

// Somebody is moved or erased.
struct PersonChange {
  std::string person_id;
  std::vector<std::string> encounter_ids;  // those that go
  bool all = false;                        // the person goes with them
  std::optional<std::string> became;       // whose they are now; nothing: they are erased
  std::string task;                        // whose work this is; empty: nobody's
};

class PeopleChanges {
 public:
  // Held from before it is looked who names them until searches and reads know the change. Several at once.
  using Changing = std::shared_lock<std::shared_mutex>;
  [[nodiscard]] Changing change(std::span<const PersonChange> changes);
  // Held from the question what became of people until the result is written. One at a time, and beside no change.
  using Storing = std::unique_lock<std::shared_mutex>;
  [[nodiscard]] Storing storing();

  // What the task reads from now on is of a moment after every change that is under way. Waits for those.
  void begin(const std::string& task);
  void end(const std::string& task);

  struct Outcome {
    std::vector<TaskName> names;  // with whom they became
    bool erased = false;          // one of them was
  };
  // Of names that work which began then came to; as they are where it did not begin. Under storing().
  [[nodiscard]] Outcome since_begin(const std::string& task, std::span<const TaskName> names) const;
  // How many are remembered.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Numbered {
    std::uint64_t number = 0;
    PersonChange change;
  };

  std::mutex queue_;  // those who come later wait, so that the others come to an end
  std::shared_mutex all_;
  mutable std::mutex mutex_;  // what stands below
  std::uint64_t next_ = 0;
  std::map<std::string, std::uint64_t> begun_;  // by task, the number that came next then
  std::deque<Numbered> changes_;
};

}  // namespace whorl::index
