// Where accepted tasks are kept, sealed, until they are done and their results were given out. What a task's bytes say
// is its owner's; a change that a call makes for a task is noted with it by the engine (Call::task).
//
// Thread-safety: any thread may call any method at once; two changes of one task at once are the caller's to prevent.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/kept_task.h"

namespace whorl::engine {

// Whom a task names; what is kept of it goes when they are erased.
using TaskName = index::TaskName;
using index::kWholePerson;

struct KeptTask {
  std::string id;
  Bytes head;
};

class TaskStore {
 public:
  virtual ~TaskStore() = default;

  // All are on disk (synced) when they return. Errors: kUnavailable (the disk refuses), kExhausted (no room).
  // `names`: whom the request names.
  virtual Status put(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names = {}) = 0;
  // Work on it begins: what becomes of people until there is a result is minded when that is kept (change). Errors:
  // kUnavailable.
  virtual Status begin(const std::string& id) = 0;
  // It is given up: nothing is minded any more. A result, and what erases the task, end it, too.
  virtual void end(const std::string& id) = 0;
  // With a result the request, and what the effect left, go. `names`: whom the result names; it is kept under whom they
  // became since begin(), too, and where one of them was erased since then there is no result (has_result).
  virtual Status change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                        std::span<const TaskName> names = {}) = 0;
  virtual Status erase(std::span<const std::string> ids) = 0;

  // Nothing where there is none: it never was, is over, or somebody whom it names was erased. Errors: kCorruption,
  // kUnavailable.
  virtual Result<std::optional<Bytes>> request(const std::string& id) = 0;
  virtual Result<std::optional<Bytes>> result(const std::string& id) = 0;
  // Whether result() gives one; reads none of it. Errors: kUnavailable.
  virtual Result<bool> has_result(const std::string& id) = 0;
  // What a change made for this task left, in the change's own batch: it is there if and only if the change is.
  virtual Result<std::optional<Bytes>> effect(const std::string& id) = 0;

  // Every task, in no set order; those that do not open are left out, and counted in `damaged`. Errors: kUnavailable.
  virtual Result<std::vector<KeptTask>> all(std::size_t& damaged) = 0;
};

// Work on a task, given up at the end of the scope where nothing has ended it before. Borrows the store.
class WorkOnTask {
 public:
  // Errors: those of TaskStore::begin.
  static Result<WorkOnTask> begin(TaskStore& store, std::string id) {
    WHORL_TRY(store.begin(id));
    return WorkOnTask(store, std::move(id));
  }
  WorkOnTask(WorkOnTask&& other) noexcept : store_(std::exchange(other.store_, nullptr)), id_(std::move(other.id_)) {}
  WorkOnTask(const WorkOnTask&) = delete;
  WorkOnTask& operator=(const WorkOnTask&) = delete;
  WorkOnTask& operator=(WorkOnTask&&) = delete;
  ~WorkOnTask() {
    if (store_ != nullptr) store_->end(id_);
  }

 private:
  WorkOnTask(TaskStore& store, std::string id) : store_(&store), id_(std::move(id)) {}
  TaskStore* store_;
  std::string id_;
};

}  // namespace whorl::engine
