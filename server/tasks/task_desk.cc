// What is accepted, what is kept of it and for how long, and what its sender asks about it.
#include "server/tasks/task_desk.h"

#include <algorithm>

#include "base/catalogue.h"
#include "server/access/door.h"
#include "server/operations/log.h"

namespace whorl::server {
namespace {

bool has_result(const Task& task) { return task.state != TaskState::kPending; }

// Who signed in may have as much as is left, and who has nothing yet has the first.
template <class Number>
bool within_share(Number own, Number all, Number most) {
  return own == 0 || (all < most && own < most - all);
}

}  // namespace

TaskDesk::TaskDesk(engine::TaskStore& store, World& world, std::shared_ptr<const CallbackRules> rules,
                   TaskLimits limits)
    : store_(store), world_(world), rules_(std::move(rules)), limits_(limits) {}

Result<std::unique_ptr<TaskDesk>> TaskDesk::open(engine::TaskStore& store, World& world,
                                                 std::shared_ptr<const CallbackRules> rules, TaskLimits limits) {
  std::unique_ptr<TaskDesk> out(new TaskDesk(store, world, std::move(rules), limits));
  std::size_t damaged = 0;
  std::vector<std::string> gone;
  WHORL_ASSIGN(const auto kept, store.all(damaged));
  std::unique_lock lock(out->mutex_);
  for (const engine::KeptTask& each : kept) {
    auto task = parse_task(each.id, each.head);
    if (!task.ok()) {
      ++damaged;
      continue;
    }
    out->next_number_ = std::max(out->next_number_, task->number + 1);
    if (has_result(*task)) {
      WHORL_ASSIGN(const bool there, store.has_result(task->id));
      if (!there) {
        gone.push_back(task->id);
        continue;
      }
    }
    out->take_in(std::move(task).value());
  }
  lock.unlock();
  out->erase(gone);  // what an erasure left of them
  if (damaged > 0) log_failure(std::to_string(damaged) + " tasks that were kept do not open and are left out");
  return out;
}

std::uint64_t TaskDesk::now_ms() const {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count());
}

// -- what there is, under the lock

void TaskDesk::take_in(Task task) {
  const std::string id = task.id;
  const auto address = read_callback(task.callback);
  const std::string caller = caller_key(task.who);
  const auto [at, fresh] = tasks_.emplace(id, Entry{std::move(task), address ? address->origin() : "", caller});
  if (!fresh) return;
  const Task& own = at->second.task;
  if (own.key) keys_[own.key->key] = id;
  unsent_ += is_unsent(own.state) ? 1 : 0;
  if (has_result(own)) {
    finished_.emplace(own.done_ms, id);
    kept_bytes_ += own.result_bytes;
    ++share_of(caller).kept;
    share_of(caller).kept_bytes += own.result_bytes;
    enter_result(at->second);
    return;
  }
  ++waiting_;
  waiting_bytes_ += own.request_bytes;
  ++share_of(caller).waiting;
  work_.add(own);
}

void TaskDesk::enter_result(const Entry& entry) {
  const Task& task = entry.task;
  switch (task.state) {
    case TaskState::kScheduled:
    case TaskState::kRetry: sending_.add(entry.origin, task.next_ms, task.id); break;
    case TaskState::kCompleted:
      delivered_.emplace(task.done_ms, task.id);
      share_of(entry.caller).delivered.emplace(task.done_ms, task.id);
      break;
    case TaskState::kPending:
    case TaskState::kError: break;
  }
}

void TaskDesk::leave_result(const Entry& entry) {
  const Task& task = entry.task;
  sending_.remove(entry.origin, task.next_ms, task.id);
  delivered_.erase({task.done_ms, task.id});
  share_of(entry.caller).delivered.erase({task.done_ms, task.id});
}

void TaskDesk::forget(const std::string& id) {
  const auto at = tasks_.find(id);
  if (at == tasks_.end()) return;
  const Entry& entry = at->second;
  leave_result(entry);
  work_.remove(id);
  unsent_ -= is_unsent(entry.task.state) ? 1 : 0;
  Share& share = share_of(entry.caller);
  if (has_result(entry.task)) {
    finished_.erase({entry.task.done_ms, id});
    kept_bytes_ -= entry.task.result_bytes;
    share.kept_bytes -= entry.task.result_bytes;
    --share.kept;
  } else {
    --waiting_;
    waiting_bytes_ -= entry.task.request_bytes;
    --share.waiting;
  }
  if (share.kept == 0 && share.waiting == 0) shares_.erase(entry.caller);
  if (entry.task.key) keys_.erase(entry.task.key->key);
  tasks_.erase(at);
}

bool TaskDesk::is_full(std::size_t more_tasks, std::uint64_t more_bytes) const {
  return tasks_.size() + reserved_ + more_tasks > limits_.most_kept ||
         kept_bytes_ + more_bytes > limits_.most_kept_bytes;
}

bool TaskDesk::has_no_share(const std::string& caller) const {
  const auto at = shares_.find(caller);
  if (caller.empty() || at == shares_.end()) return false;
  const Share& own = at->second;
  return !within_share(own.kept, tasks_.size() + reserved_, limits_.most_kept) ||
         !within_share(own.kept_bytes, kept_bytes_, limits_.most_kept_bytes);
}

bool TaskDesk::may_wait(const Task& task, const std::string& caller) const {
  const std::size_t waiting = waiting_ + reserved_;
  if (waiting >= limits_.most_waiting || waiting_bytes_ + task.request_bytes > limits_.most_waiting_bytes) return false;
  const auto at = shares_.find(caller);
  return caller.empty() || at == shares_.end() || within_share(at->second.waiting, waiting, limits_.most_waiting);
}

// -- accepting

// Delivered results make room: the oldest of all, and the caller's own where they have more than their share.
Status TaskDesk::make_room(const std::string& caller, std::size_t more_tasks, std::uint64_t more_bytes) {
  constexpr std::size_t kAtOnce = 64;
  std::vector<std::string> gone;
  bool enough = false;
  {
    const std::scoped_lock lock(mutex_);
    const auto drop_oldest_of = [&](const auto& delivered) {
      gone.push_back(delivered.begin()->second);
      forget(gone.back());
    };
    const auto full = [&] { return is_full(more_tasks, more_bytes); };
    while (gone.size() < kAtOnce && full() && !delivered_.empty()) drop_oldest_of(delivered_);
    while (gone.size() < kAtOnce && has_no_share(caller)) {
      const auto& delivered = shares_.at(caller).delivered;
      if (delivered.empty()) break;
      drop_oldest_of(delivered);
    }
    enough = !full() && !has_no_share(caller);
  }
  if (!gone.empty()) WHORL_TRY(store_.erase(gone));
  return enough ? Status() : Status(failure(ErrorCode::kTasksFull));
}

Status TaskDesk::check_address(const Task& task) const {
  if (rules_->empty()) return failure(ErrorCode::kCallbacksOff, "callback");
  const auto address = read_callback(task.callback);
  if (!address) return failure(ErrorCode::kCallbackMalformed, "callback");
  const CallbackTarget* const target = rules_->find(*address);
  const bool allowed = target != nullptr && (!address->number || target->may_reach(*address->number));
  if (!allowed) return failure(ErrorCode::kCallbackNotAllowed, "callback");
  return {};
}

// Room, a number and the key; or the task that has the key.
Result<std::string> TaskDesk::reserve(Task& task, const std::string& caller) {
  const std::scoped_lock lock(mutex_);
  if (task.key) {
    const auto same = keys_.find(task.key->key);
    if (same != keys_.end()) {
      if (same->second.empty()) return failure(ErrorCode::kKeyInUse);
      const bool asks_the_same = tasks_.at(same->second).task.key->request == task.key->request;
      return asks_the_same ? Result<std::string>(same->second) : failure(ErrorCode::kKeyReused);
    }
  }
  if (!may_wait(task, caller)) return failure(ErrorCode::kTasksFull);
  if (task.key) keys_[task.key->key].clear();
  task.number = next_number_++;
  ++reserved_;
  return std::string();
}

Result<std::string> TaskDesk::accept(Task task, const std::string& body) {
  WHORL_TRY(check_address(task));
  const std::string caller = caller_key(task.who);
  WHORL_TRY(make_room(caller, 1, 1));
  task.id = world_.new_uuid();
  task.request_bytes = body.size();
  task.state = TaskState::kPending;
  task.created_ms = now_ms();
  WHORL_ASSIGN(std::string before, reserve(task, caller));
  if (!before.empty()) return before;
  const Status kept = store_.put(task.id, encode_task(task), as_bytes(body), task.names);
  const std::scoped_lock lock(mutex_);
  --reserved_;
  if (!kept.ok()) {
    if (task.key) keys_.erase(task.key->key);
    return kept.error();
  }
  ++since_start_.accepted;
  std::string id = task.id;
  take_in(std::move(task));
  changed_.notify_one();
  return id;
}

// -- asking

const TaskDesk::Entry* TaskDesk::own(const std::string& id, const engine::Principal& who) const {
  const auto at = tasks_.find(id);
  if (at == tasks_.end()) return nullptr;
  const engine::Principal& owner = at->second.task.who;
  const bool same = owner.issuer == who.issuer && owner.subject == who.subject && owner.by == who.by;
  return same ? &at->second : nullptr;
}

Status TaskDesk::require_result(const std::string& id) {
  WHORL_ASSIGN(const bool there, store_.has_result(id));
  if (there) return {};
  bool idle = false;
  {
    const std::scoped_lock lock(mutex_);
    const auto at = tasks_.find(id);
    idle = at != tasks_.end() && !at->second.busy;  // what is being sent is let go by its sender
    if (idle) forget(id);
  }
  if (idle) erase(std::span(&id, 1));
  return failure(ErrorCode::kUnknownTask, "taskId");
}

Result<TaskState> TaskDesk::state(const std::string& id, const engine::Principal& who) {
  TaskState out = TaskState::kPending;
  {
    const std::scoped_lock lock(mutex_);
    const Entry* const entry = own(id, who);
    if (entry == nullptr) return failure(ErrorCode::kUnknownTask, "taskId");
    out = entry->task.state;
  }
  if (out != TaskState::kPending) WHORL_TRY(require_result(id));
  return out;
}

Status TaskDesk::send_again(const std::string& id, const engine::Principal& who) {
  WHORL_ASSIGN(const TaskState now, state(id, who));
  if (now == TaskState::kPending) return {};  // it is sent when there is one
  Task task;
  {
    const std::scoped_lock lock(mutex_);
    if (own(id, who) == nullptr) return failure(ErrorCode::kUnknownTask, "taskId");
    Entry& entry = tasks_.at(id);
    if (entry.busy || !has_result(entry.task)) {
      entry.send_again = has_result(entry.task);  // a result that is still to come is sent as it is
      return {};
    }
    leave_result(entry);
    entry.busy = true;
    task = entry.task;
  }
  task.state = TaskState::kRetry;
  task.tries = 0;
  task.next_ms = 0;
  keep(std::move(task));
  return {};
}

// -- keeping house

void TaskDesk::erase(std::span<const std::string> ids) {
  constexpr std::size_t kAtOnce = 256;
  for (std::size_t begin = 0; begin < ids.size(); begin += kAtOnce) {
    const auto some = ids.subspan(begin, std::min(kAtOnce, ids.size() - begin));
    if (const Status erased = store_.erase(some); !erased.ok()) {
      log_failure("results of tasks are kept too long: " + erased.error().text());
    }
  }
}

void TaskDesk::tidy() {
  std::vector<std::string> gone;
  {
    const std::scoped_lock lock(mutex_);
    const auto keep_ms = static_cast<std::uint64_t>(limits_.keep.count());
    const std::uint64_t now = now_ms();
    for (const auto& [done_ms, id] : finished_) {
      if (done_ms + keep_ms > now) break;
      if (!tasks_.at(id).busy) gone.push_back(id);
    }
    for (const std::string& id : gone) forget(id);
  }
  erase(gone);
}

void TaskDesk::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

TaskDesk::Counts TaskDesk::counts() const {
  const std::scoped_lock lock(mutex_);
  Counts out = since_start_;
  out.waiting = waiting_;
  out.waiting_bytes = waiting_bytes_;
  out.unsent = unsent_;
  out.kept = tasks_.size();
  out.kept_bytes = kept_bytes_;
  return out;
}

}  // namespace whorl::server
