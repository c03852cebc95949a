#include "server/tasks/task_desk.h"

#include <algorithm>

#include "base/catalogue.h"
#include "server/access/door.h"
#include "server/operations/log.h"

namespace whorl::server {
namespace {

std::string origin_of(const Task& task) {
  const auto address = read_callback(task.callback);
  return address ? address->origin() : std::string();
}

bool has_result(const Task& task) { return task.state != TaskState::kPending; }

}  // namespace

TaskDesk::TaskDesk(engine::TaskStore& store, World& world, std::shared_ptr<const CallbackRules> rules,
                   TaskLimits limits)
    : store_(store), world_(world), rules_(std::move(rules)), limits_(limits) {}

Result<std::unique_ptr<TaskDesk>> TaskDesk::open(engine::TaskStore& store, World& world,
                                                 std::shared_ptr<const CallbackRules> rules, TaskLimits limits) {
  std::unique_ptr<TaskDesk> out(new TaskDesk(store, world, std::move(rules), limits));
  std::size_t damaged = 0;
  WHORL_ASSIGN(const auto kept, store.all(damaged));
  const std::scoped_lock lock(out->mutex_);
  for (const engine::KeptTask& each : kept) {
    auto task = parse_task(each.id, each.head);
    if (!task.ok()) {
      ++damaged;
      continue;
    }
    out->next_number_ = std::max(out->next_number_, task->number + 1);
    out->take_in(std::move(task).value());
  }
  if (damaged > 0) log_failure(std::to_string(damaged) + " tasks that were kept do not open and are left out");
  return out;
}

std::uint64_t TaskDesk::now_ms() const {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count());
}

// -- the order of things, under the lock

void TaskDesk::take_in(Task task) {
  const std::string id = task.id;
  const auto [at, fresh] = tasks_.emplace(id, Entry{std::move(task)});
  if (!fresh) return;
  const Task& own = at->second.task;
  if (!has_result(own)) {
    ++waiting_;
    waiting_bytes_ += own.request_bytes;
    ++waiting_of_[caller_key(own.who)];
  } else {
    finished_.emplace(own.done_ms, id);
  }
  queue(at->second);
}

void TaskDesk::queue(const Entry& entry) {
  const Task& task = entry.task;
  switch (task.state) {
    case TaskState::kPending:
      if (task.next_ms > now_ms()) {
        later_.emplace(task.next_ms, task.id);
      } else {
        ready_.emplace(-task.priority, -task.service_level, task.number, task.id);
      }
      break;
    case TaskState::kScheduled:
    case TaskState::kRetry: due_.emplace(task.next_ms, task.id); break;
    case TaskState::kCompleted: delivered_.emplace(task.done_ms, task.id); break;
    case TaskState::kError: break;
  }
}

void TaskDesk::unqueue(const Entry& entry) {
  const Task& task = entry.task;
  ready_.erase({-task.priority, -task.service_level, task.number, task.id});
  later_.erase({task.next_ms, task.id});
  due_.erase({task.next_ms, task.id});
  delivered_.erase({task.done_ms, task.id});
}

bool TaskDesk::may_wait(const Task& task) {
  const std::size_t waiting = waiting_ + reserved_;
  if (waiting >= limits_.most_waiting || waiting_bytes_ + task.request_bytes > limits_.most_waiting_bytes) return false;
  const std::string caller = caller_key(task.who);
  const auto at = waiting_of_.find(caller);
  const std::size_t own = at == waiting_of_.end() ? 0 : at->second;
  return caller.empty() || own == 0 || own < limits_.most_waiting - waiting;
}

// -- accepting

Status TaskDesk::make_room() {
  constexpr std::size_t kAtOnce = 64;
  std::vector<std::string> gone;
  {
    const std::scoped_lock lock(mutex_);
    if (tasks_.size() + reserved_ < limits_.most_kept) return {};
    for (auto at = delivered_.begin(); at != delivered_.end() && gone.size() < kAtOnce; ++at) {
      if (!tasks_.at(at->second).busy) gone.push_back(at->second);
    }
    if (gone.empty()) return failure(ErrorCode::kTasksFull);
    for (const std::string& id : gone) {
      const Entry& entry = tasks_.at(id);
      unqueue(entry);
      finished_.erase({entry.task.done_ms, id});
      tasks_.erase(id);
    }
  }
  return store_.erase(gone);
}

Result<std::string> TaskDesk::accept(Task task, std::string body) {
  if (rules_->empty()) return failure(ErrorCode::kCallbacksOff, "callback");
  const auto address = read_callback(task.callback);
  if (!address) return failure(ErrorCode::kCallbackMalformed, "callback");
  const CallbackTarget* const target = rules_->find(*address);
  const bool allowed = target != nullptr && (!address->number || target->may_reach(*address->number));
  if (!allowed) return failure(ErrorCode::kCallbackNotAllowed, "callback");
  WHORL_TRY(make_room());
  task.id = world_.new_uuid();
  task.request_bytes = body.size();
  task.state = TaskState::kPending;
  task.created_ms = now_ms();
  {
    const std::scoped_lock lock(mutex_);
    if (!may_wait(task)) return failure(ErrorCode::kTasksFull);
    task.number = next_number_++;
    ++reserved_;
  }
  const Status kept = store_.put(task.id, encode_task(task), as_bytes(body));
  const std::scoped_lock lock(mutex_);
  --reserved_;
  if (!kept.ok()) return kept.error();
  std::string id = task.id;
  take_in(std::move(task));
  changed_.notify_one();
  return id;
}

// -- working

std::optional<Task> TaskDesk::take() {
  constexpr std::chrono::milliseconds kLook{500};
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_) return {};
    while (!later_.empty() && later_.begin()->first <= now_ms()) {
      const std::string id = later_.begin()->second;
      later_.erase(later_.begin());
      queue(tasks_.at(id));
    }
    if (!ready_.empty()) break;
    changed_.wait_for(lock, kLook);
  }
  Entry& entry = tasks_.at(std::get<std::string>(*ready_.begin()));
  ready_.erase(ready_.begin());
  entry.busy = true;
  return entry.task;
}

std::optional<Task> TaskDesk::task_of(const std::string& id, Sending sending) {
  const std::scoped_lock lock(mutex_);
  const auto at = tasks_.find(id);
  if (at == tasks_.end()) return {};
  const Task& task = at->second.task;
  if (sending == Sending::kOver && --under_way_[origin_of(task)] == 0) under_way_.erase(origin_of(task));
  return task;
}

// The task as it is now, on disk first. A change that the disk refuses stands here all the same: after a restart the
// work is found done by its effect, and a result that had been sent is sent once more.
void TaskDesk::keep(Task changed) {
  const Status kept = store_.change(changed.id, encode_task(changed), {});
  if (!kept.ok()) log_failure("a task's state is not on disk: " + kept.error().text());
  apply(std::move(changed));
}

void TaskDesk::apply(Task changed) {
  {
    const std::scoped_lock lock(mutex_);
    const auto at = tasks_.find(changed.id);
    if (at == tasks_.end()) return;
    Entry& entry = at->second;
    const bool was_waiting = !has_result(entry.task);
    unqueue(entry);
    if (entry.send_again && has_result(changed)) {
      changed.state = TaskState::kScheduled;
      changed.tries = 0;
      changed.next_ms = 0;
    }
    entry.task = std::move(changed);
    entry.busy = entry.send_again = false;
    if (was_waiting && has_result(entry.task)) {
      --waiting_;
      waiting_bytes_ -= entry.task.request_bytes;
      const auto caller = waiting_of_.find(caller_key(entry.task.who));
      if (--caller->second == 0) waiting_of_.erase(caller);
      finished_.emplace(entry.task.done_ms, entry.task.id);
    }
    queue(entry);
  }
  changed_.notify_one();
  wake();
}

void TaskDesk::done(const std::string& id, const Reply& reply) {
  auto found = task_of(id);
  if (!found) return;
  Task& task = *found;
  task.state = TaskState::kScheduled;
  task.tries = 0;
  task.next_ms = 0;
  task.done_ms = now_ms();
  task.status = reply.status;
  task.content_type = reply.content_type;
  task.headers = reply.headers;
  Bytes body(as_bytes(reply.body).begin(), as_bytes(reply.body).end());
  // What cannot be kept is not done: the request stays, and is answered again from the effect.
  const Status kept = store_.change(id, encode_task(task), body);
  if (!kept.ok()) return work_later(id);
  apply(std::move(task));
}

void TaskDesk::work_later(const std::string& id) {
  constexpr std::uint64_t kMostWait_ms = 60'000;
  auto found = task_of(id);
  if (!found) return;
  Task& task = *found;
  ++task.tries;
  task.next_ms = now_ms() + std::min(wait_ms(task.tries), kMostWait_ms);
  keep(std::move(task));
}

void TaskDesk::put_off(const std::string& id, const Reply& reply) {
  const auto found = task_of(id);
  if (found && found->tries + 1 >= limits_.most_runs) return done(id, reply);
  work_later(id);
}

// -- sending

std::vector<Task> TaskDesk::due(std::size_t most, std::size_t of_one) {
  std::vector<Task> out;
  const std::scoped_lock lock(mutex_);
  const std::uint64_t now = now_ms();
  for (auto at = due_.begin(); at != due_.end() && at->first <= now && out.size() < most;) {
    Entry& entry = tasks_.at(at->second);
    const std::string origin = origin_of(entry.task);
    if (under_way_[origin] >= of_one) {
      ++at;
      continue;
    }
    ++under_way_[origin];
    entry.busy = true;
    out.push_back(entry.task);
    at = due_.erase(at);
  }
  return out;
}

void TaskDesk::sent(const std::string& id) {
  auto found = task_of(id, Sending::kOver);
  if (!found) return;
  Task& task = *found;
  task.state = TaskState::kCompleted;
  ++task.tries;
  keep(std::move(task));
}

void TaskDesk::not_sent(const std::string& id) {
  auto found = task_of(id, Sending::kOver);
  if (!found) return;
  Task& task = *found;
  ++task.tries;
  task.state = task.tries >= limits_.most_sendings ? TaskState::kError : TaskState::kRetry;
  task.next_ms = now_ms() + wait_ms(task.tries);
  keep(std::move(task));
}

void TaskDesk::on_due(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

void TaskDesk::wake() {
  const std::scoped_lock lock(mutex_);
  if (wake_) wake_();
}

// -- asking

const TaskDesk::Entry* TaskDesk::own(const std::string& id, const engine::Principal& who) const {
  const auto at = tasks_.find(id);
  if (at == tasks_.end()) return nullptr;
  const engine::Principal& owner = at->second.task.who;
  const bool same = owner.issuer == who.issuer && owner.subject == who.subject && owner.by == who.by;
  return same ? &at->second : nullptr;
}

Result<TaskState> TaskDesk::state(const std::string& id, const engine::Principal& who) const {
  const std::scoped_lock lock(mutex_);
  const Entry* const entry = own(id, who);
  if (entry == nullptr) return failure(ErrorCode::kUnknownTask, "taskId");
  return entry->task.state;
}

Status TaskDesk::send_again(const std::string& id, const engine::Principal& who) {
  Task task;
  {
    const std::scoped_lock lock(mutex_);
    if (own(id, who) == nullptr) return failure(ErrorCode::kUnknownTask, "taskId");
    Entry& entry = tasks_.at(id);
    if (entry.busy || !has_result(entry.task)) {
      entry.send_again = has_result(entry.task);  // a result that is still to come is sent as it is
      return {};
    }
    unqueue(entry);
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

void TaskDesk::tidy() {
  std::vector<std::string> gone;
  {
    const std::scoped_lock lock(mutex_);
    const auto keep_ms = static_cast<std::uint64_t>(limits_.keep.count());
    const std::uint64_t now = now_ms();
    for (auto at = finished_.begin(); at != finished_.end() && at->first + keep_ms <= now;) {
      const std::string id = at->second;
      const Entry& entry = tasks_.at(id);
      if (entry.busy) {
        ++at;
        continue;
      }
      unqueue(entry);
      tasks_.erase(id);
      at = finished_.erase(at);
      gone.push_back(id);
    }
  }
  constexpr std::size_t kAtOnce = 256;
  for (std::size_t begin = 0; begin < gone.size(); begin += kAtOnce) {
    const auto some = std::span(gone).subspan(begin, std::min(kAtOnce, gone.size() - begin));
    if (const Status erased = store_.erase(some); !erased.ok()) {
      log_failure("results of tasks are kept too long: " + erased.error().text());
    }
  }
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
  return {waiting_, due_.size(), tasks_.size()};
}

}  // namespace whorl::server
