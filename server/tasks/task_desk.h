// The tasks of a node: what was accepted, in which order it is worked on, what became of it, and which results are to
// be sent. What stands here is in the gallery too, and is read from there when the node starts.
//
// Thread-safe. Nothing that waits for the disk is done under the lock.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "engine/tasks.h"
#include "server/tasks/callback_rules.h"
#include "server/tasks/task.h"

namespace whorl::server {

struct TaskLimits {
  std::size_t most_kept = 50'000;    // with those whose results are kept; delivered ones make room, the oldest first
  std::size_t most_waiting = 2'000;  // to be worked on; one caller who signed in has at most as many as are left
  std::uint64_t most_waiting_bytes = std::uint64_t{1} << 30;  // of their bodies
  std::chrono::milliseconds keep{std::chrono::hours(24)};     // a result, from when there is one
  std::uint32_t most_runs = 20;                               // of work that cannot be done now
  std::uint32_t most_sendings = 20;  // of a result, before it waits to be asked for again: some two hours
};

class TaskDesk {
 public:
  // Reads what is kept. `store` and `world` outlive it. Errors: as TaskStore::all.
  static Result<std::unique_ptr<TaskDesk>> open(engine::TaskStore& store, World& world,
                                                std::shared_ptr<const CallbackRules> rules, TaskLimits limits = {});

  [[nodiscard]] const CallbackRules& rules() const { return *rules_; }

  // On disk when this returns. Gives the task's id. Errors: kInvalidInput ("callback": malformed, not allowed),
  // kExhausted (too many wait), kUnavailable.
  Result<std::string> accept(Task task, std::string body);

  // The next to be worked on: of the highest priority, then of the highest level of service, then the first that came.
  // Waits for one; nothing once stopped.
  std::optional<Task> take();
  // What became of it: a result, or that it could not be done now. What the store refuses is tried again later.
  void done(const std::string& id, const Reply& reply);
  void put_off(const std::string& id, const Reply& reply);

  // Results to be sent now, at most `most`, and to one origin as many as `of_one` besides those under way. They are
  // under way from then on, until sent() or not_sent().
  std::vector<Task> due(std::size_t most, std::size_t of_one);
  void sent(const std::string& id);
  void not_sent(const std::string& id);
  // Called, from any thread, when there may be more to send.
  void on_due(std::function<void()> wake);

  // Of a task of the caller's own. Errors: kNotFound.
  Result<TaskState> state(const std::string& id, const engine::Principal& who) const;
  // Its result is sent again, at once or when there is one. Errors: kNotFound, kUnavailable.
  Status send_again(const std::string& id, const engine::Principal& who);

  // Lets go of results that were kept long enough. Errors are tried again with the next call.
  void tidy();
  // take() returns nothing from now on.
  void stop();

  struct Counts {
    std::size_t waiting = 0;  // to be worked on, or worked on
    std::size_t unsent = 0;   // with a result that the client does not have
    std::size_t kept = 0;     // all
  };
  [[nodiscard]] Counts counts() const;
  [[nodiscard]] engine::TaskStore& store() const { return store_; }

  TaskDesk(const TaskDesk&) = delete;
  TaskDesk& operator=(const TaskDesk&) = delete;

 private:
  struct Entry {
    Task task;
    bool busy = false;        // worked on, or under way
    bool send_again = false;  // asked for while it was busy
  };

  TaskDesk(engine::TaskStore& store, World& world, std::shared_ptr<const CallbackRules> rules, TaskLimits limits);
  [[nodiscard]] std::uint64_t now_ms() const;
  Status make_room();
  void take_in(Task task);                        // under the lock
  void queue(const Entry& entry);                 // under the lock
  void unqueue(const Entry& entry);               // under the lock
  [[nodiscard]] bool may_wait(const Task& task);  // under the lock
  enum class Sending { kGoesOn, kOver };
  // A copy; nothing where there is none any more. kOver: its result is no longer under way.
  std::optional<Task> task_of(const std::string& id, Sending sending = Sending::kGoesOn);
  void work_later(const std::string& id);
  void keep(Task changed);   // on disk, then here
  void apply(Task changed);  // here
  void wake();
  const Entry* own(const std::string& id, const engine::Principal& who) const;  // under the lock

  engine::TaskStore& store_;
  World& world_;
  const std::shared_ptr<const CallbackRules> rules_;
  const TaskLimits limits_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::uint64_t next_number_ = 1;
  std::size_t waiting_ = 0;
  std::uint64_t waiting_bytes_ = 0;
  std::size_t reserved_ = 0;  // being accepted
  std::unordered_map<std::string, Entry> tasks_;
  std::unordered_map<std::string, std::size_t> waiting_of_;           // by caller
  std::set<std::tuple<int, int, std::uint64_t, std::string>> ready_;  // to be worked on now, the next one first
  std::set<std::pair<std::uint64_t, std::string>> later_;             // to be worked on, but not before
  std::set<std::pair<std::uint64_t, std::string>> due_;               // to be sent, by when
  std::set<std::pair<std::uint64_t, std::string>> delivered_;         // by when they were done
  std::set<std::pair<std::uint64_t, std::string>> finished_;          // all with a result, by when they were done
  std::map<std::string, std::size_t> under_way_;                      // by origin
  std::function<void()> wake_;
};

}  // namespace whorl::server
