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
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "engine/tasks.h"
#include "server/tasks/callback_rules.h"
#include "server/tasks/send_order.h"
#include "server/tasks/task.h"
#include "server/tasks/work_order.h"

namespace whorl::server {

struct TaskLimits {
  std::size_t most_kept = 50'000;    // with those whose results are kept; delivered ones make room, the oldest first
  std::size_t most_waiting = 2'000;  // to be worked on; one caller who signed in has at most as many as are left
  std::uint64_t most_waiting_bytes = std::uint64_t{1} << 30;  // of their bodies
  std::uint64_t most_kept_bytes = std::uint64_t{2} << 30;     // of results; one caller, as above
  std::chrono::milliseconds keep{std::chrono::hours(24)};     // a result, from when there is one
  std::uint32_t most_runs = 20;                               // of work that cannot be done now
  std::uint32_t most_begun = 3;      // of work during which the process ended, each time, one after the other
  std::uint32_t most_sendings = 20;  // of a result, before it waits to be asked for again: some two hours
};

class TaskDesk {
 public:
  // Reads what is kept. `store` and `world` outlive it. Errors: as TaskStore::all.
  static Result<std::unique_ptr<TaskDesk>> open(engine::TaskStore& store, World& world,
                                                std::shared_ptr<const CallbackRules> rules, TaskLimits limits = {});

  [[nodiscard]] const CallbackRules& rules() const { return *rules_; }

  // On disk when this returns. Gives the task's id; of one that has the same key, and asks for the same, that one's.
  // Errors: kInvalidInput ("callback": malformed, not allowed), kAlreadyExists (the key is another request's),
  // kExhausted (too many wait, or too much is kept), kUnavailable.
  Result<std::string> accept(Task task, const std::string& body);

  // The next to be worked on (work_order.h). Waits for one; nothing once stopped.
  std::optional<Task> take();
  // Notes on the disk that its work begins. False where the process has ended during it too often. Errors:
  // kUnavailable.
  Result<bool> begin(const std::string& id);
  // What became of it: a result, or that it could not be done now, or that some of it is done and the rest is to be.
  // What the store refuses is tried again later.
  void done(const std::string& id, const Reply& reply);
  void put_off(const std::string& id, const Reply& reply);
  void go_on(const std::string& id);
  // It is not done, since somebody whom it names was erased: its sender is told that, and nobody who it was.
  void refuse_erased(const std::string& id);

  // What was accepted and names the person (and the encounter, where there is one), before they are erased: what waits
  // is refused, and what is worked on is waited for. Whether there was anything. Errors: kUnavailable (it did not end
  // before the deadline).
  Result<bool> clear(const engine::TaskName& erased, engine::Deadline deadline);

  // Results to be sent now, at most `most`, and to one origin as many as `of_one` besides those under way. They are
  // under way from then on, until sent(), not_sent() or vanished().
  std::vector<Task> due(std::size_t most, std::size_t of_one);
  void sent(const std::string& id);
  void not_sent(const std::string& id);
  // Its result is there no more: it named somebody who was erased.
  void vanished(const std::string& id);
  // Called, from any thread, when there may be more to send.
  void on_due(std::function<void()> wake);

  // Of a task of the caller's own. The store is asked whether an erasure took its result, which is then no task any
  // more. Errors: kNotFound, kUnavailable.
  Result<TaskState> state(const std::string& id, const engine::Principal& who);
  // Its result is sent again, at once or when there is one. Errors: as state().
  Status send_again(const std::string& id, const engine::Principal& who);

  // Lets go of results that were kept long enough. Errors are tried again with the next call.
  void tidy();
  // take() returns nothing from now on.
  void stop();

  struct Counts {
    std::size_t waiting = 0;          // to be worked on, or worked on
    std::uint64_t waiting_bytes = 0;  // of their bodies
    std::size_t unsent = 0;           // with a result that the client does not have
    std::size_t kept = 0;             // all
    std::uint64_t kept_bytes = 0;     // of results
    // Since the node started.
    std::uint64_t accepted = 0;
    std::uint64_t answered = 0;     // came to a result
    std::uint64_t put_off = 0;      // could not be done then
    std::uint64_t delivered = 0;    // sendings that arrived
    std::uint64_t undelivered = 0;  // and that did not
  };
  [[nodiscard]] Counts counts() const;
  [[nodiscard]] engine::TaskStore& store() const { return store_; }

  TaskDesk(const TaskDesk&) = delete;
  TaskDesk& operator=(const TaskDesk&) = delete;

 private:
  struct Entry {
    Task task;
    std::string origin;       // of its callback
    std::string caller;       // caller_key
    bool busy = false;        // worked on, or under way
    bool send_again = false;  // asked for while it was busy
  };
  // What one caller has here.
  struct Share {
    std::size_t waiting = 0;
    std::size_t kept = 0;
    std::uint64_t kept_bytes = 0;
    std::set<std::pair<std::uint64_t, std::string>> delivered;  // by when they were done
  };
  using Keys = std::map<Sha256, std::string>;

  TaskDesk(engine::TaskStore& store, World& world, std::shared_ptr<const CallbackRules> rules, TaskLimits limits);
  [[nodiscard]] std::uint64_t now_ms() const;
  Status check_address(const Task& task) const;
  Status make_room(const std::string& caller, std::size_t more_tasks, std::uint64_t more_bytes);
  Result<std::string> reserve(Task& task, const std::string& caller);
  // All of these under the lock.
  void take_in(Task task);
  void forget(const std::string& id);
  void enter_result(const Entry& entry);
  void leave_result(const Entry& entry);
  [[nodiscard]] bool is_full(std::size_t more_tasks, std::uint64_t more_bytes) const;
  [[nodiscard]] bool has_no_share(const std::string& caller) const;
  [[nodiscard]] bool may_wait(const Task& task, const std::string& caller) const;
  const Entry* own(const std::string& id, const engine::Principal& who) const;
  Share& share_of(const std::string& caller) { return shares_[caller]; }

  enum class Sending { kGoesOn, kOver };
  // A copy; nothing where there is none any more. kOver: its result is no longer under way.
  std::optional<Task> task_of(const std::string& id, Sending sending = Sending::kGoesOn);
  // Errors: kNotFound (an erasure took the result of a task that came to one; it is let go), kUnavailable.
  Status require_result(const std::string& id);
  bool is_gone(const std::string& id);
  void let_go(const std::string& id);  // here and on disk
  void answer(Task task, const Reply& reply);
  void work_later(const std::string& id);
  // On disk, then here. `behind`: as WorkOrder::put_back.
  void keep(Task changed, std::optional<std::uint64_t> behind = {});
  void apply(Task changed, std::optional<std::uint64_t> behind = {});  // here
  void erase(std::span<const std::string> ids);                        // on disk
  void wake();

  engine::TaskStore& store_;
  World& world_;
  const std::shared_ptr<const CallbackRules> rules_;
  const TaskLimits limits_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::uint64_t next_number_ = 1;
  std::uint64_t waiting_bytes_ = 0;
  std::uint64_t kept_bytes_ = 0;
  std::size_t waiting_ = 0;
  std::size_t unsent_ = 0;    // whose result is to be sent, or under way
  std::size_t reserved_ = 0;  // being accepted
  std::unordered_map<std::string, Entry> tasks_;
  std::unordered_map<std::string, Share> shares_;  // by caller
  Keys keys_;                                      // of tasks that have one; no id: being accepted
  WorkOrder work_;
  SendOrder sending_;
  std::set<std::pair<std::uint64_t, std::string>> delivered_;  // by when they were done
  std::set<std::pair<std::uint64_t, std::string>> finished_;   // all with a result, by when they were done
  Counts since_start_;
  std::function<void()> wake_;
};

}  // namespace whorl::server
