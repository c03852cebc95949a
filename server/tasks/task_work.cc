// The desk's side of who works on tasks, and of who sends what came of them.
#include <algorithm>

#include "base/catalogue.h"
#include "server/operations/log.h"
#include "server/tasks/task_desk.h"
#include "server/tasks/task_names.h"

namespace whorl::server {
namespace {

bool has_result(const Task& task) { return task.state != TaskState::kPending; }

bool is_about(const Task& task, const engine::TaskName& erased) {
  return std::any_of(task.names.begin(), task.names.end(), [&](const engine::TaskName& name) {
    return name.person_id == erased.person_id &&
           (erased.encounter_id.empty() || name.encounter_id == erased.encounter_id);
  });
}

}  // namespace

// -- working

std::optional<Task> TaskDesk::take() {
  constexpr std::chrono::milliseconds kLook{500};
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopped_) return {};
    if (const auto id = work_.take(now_ms())) {
      Entry& entry = tasks_.at(*id);
      entry.busy = true;
      return entry.task;
    }
    changed_.wait_for(lock, kLook);
  }
}

std::optional<Task> TaskDesk::task_of(const std::string& id, Sending sending) {
  const std::scoped_lock lock(mutex_);
  const auto at = tasks_.find(id);
  if (at == tasks_.end()) return {};
  if (sending == Sending::kOver) sending_.over(at->second.origin);
  return at->second.task;
}

Result<bool> TaskDesk::begin(const std::string& id) {
  auto task = task_of(id);
  if (!task || task->begun >= limits_.most_begun) return false;
  ++task->begun;
  WHORL_TRY(store_.change(id, encode_task(*task), {}, {}));
  WHORL_TRY(store_.begin(id));
  const std::scoped_lock lock(mutex_);
  const auto at = tasks_.find(id);
  if (at != tasks_.end()) at->second.task.begun = task->begun;
  return true;
}

// The task as it is now, on disk first. A change that the disk refuses stands here all the same: after a restart the
// work is found done by its effect, and a result that had been sent is sent once more.
void TaskDesk::keep(Task changed, std::optional<std::uint64_t> behind) {
  const Status kept = store_.change(changed.id, encode_task(changed), {}, {});
  if (!kept.ok()) log_failure("a task's state is not on disk: " + kept.error().text());
  apply(std::move(changed), behind);
}

void TaskDesk::apply(Task changed, std::optional<std::uint64_t> behind) {
  {
    const std::scoped_lock lock(mutex_);
    const auto at = tasks_.find(changed.id);
    if (at == tasks_.end()) return;
    Entry& entry = at->second;
    const bool was_waiting = !has_result(entry.task);
    if (!was_waiting) leave_result(entry);
    if (entry.send_again && has_result(changed)) {
      changed.state = TaskState::kScheduled;
      changed.tries = 0;
      changed.next_ms = 0;
    }
    unsent_ -= is_unsent(entry.task.state) ? 1 : 0;
    unsent_ += is_unsent(changed.state) ? 1 : 0;
    entry.task = std::move(changed);
    entry.busy = entry.send_again = false;
    const Task& task = entry.task;
    if (!has_result(task)) {
      work_.put_back(task.id, task.next_ms, behind);
    } else {
      if (was_waiting) {
        work_.remove(task.id);
        Share& share = share_of(entry.caller);
        --waiting_;
        --share.waiting;
        waiting_bytes_ -= task.request_bytes;
        ++share.kept;
        share.kept_bytes += task.result_bytes;
        kept_bytes_ += task.result_bytes;
        finished_.emplace(task.done_ms, task.id);
        ++since_start_.answered;
      }
      enter_result(entry);
    }
  }
  changed_.notify_all();
  wake();
}

void TaskDesk::answer(Task task, const Reply& reply) {
  const std::string id = task.id;
  task.state = TaskState::kScheduled;
  task.tries = 0;
  task.begun = 0;
  task.next_ms = 0;
  task.done_ms = now_ms();
  task.status = reply.status;
  task.content_type = reply.content_type;
  task.headers = reply.headers;
  task.result_bytes = reply.body.size();
  Bytes body(as_bytes(reply.body).begin(), as_bytes(reply.body).end());
  std::vector<engine::TaskName> names = named_in(reply);
  names.insert(names.end(), task.names.begin(), task.names.end());
  // What cannot be kept is not done: the request stays, and is answered again from the effect.
  const Status kept = store_.change(id, encode_task(task), body, names);
  if (!kept.ok()) return work_later(id);
  // Somebody whom it names was erased while it was worked on.
  if (!names.empty() && is_gone(id)) return refuse_erased(id);
  apply(std::move(task));
}

void TaskDesk::done(const std::string& id, const Reply& reply) {
  auto task = task_of(id);
  if (!task) return;
  constexpr std::uint64_t kAlwaysKept = 4096;  // an error, the receipt of an enrolment
  const std::uint64_t bytes = reply.body.size();
  if (bytes > kAlwaysKept && !make_room({}, 0, bytes).ok()) {
    if (task->tries + 1 < limits_.most_runs) return work_later(id);
    return answer(std::move(*task), error_reply(503, failure(ErrorCode::kTasksFull)));
  }
  answer(std::move(*task), reply);
}

void TaskDesk::work_later(const std::string& id) {
  constexpr std::uint64_t kMostWait_ms = 60'000;
  auto found = task_of(id);
  if (!found) return;
  Task& task = *found;
  ++task.tries;
  task.begun = 0;
  task.next_ms = now_ms() + std::min(wait_ms(task.tries), kMostWait_ms);
  keep(std::move(task));
}

void TaskDesk::put_off(const std::string& id, const Reply& reply) {
  const auto found = task_of(id);
  if (found && found->tries + 1 >= limits_.most_runs) return done(id, reply);
  {
    const std::scoped_lock lock(mutex_);
    ++since_start_.put_off;
  }
  work_later(id);
}

void TaskDesk::go_on(const std::string& id) {
  auto found = task_of(id);
  if (!found) return;
  found->tries = 0;
  found->begun = 0;
  found->next_ms = 0;
  std::uint64_t behind = 0;
  {
    const std::scoped_lock lock(mutex_);
    behind = next_number_++;
  }
  keep(std::move(*found), behind);
}

// -- when somebody is erased

void TaskDesk::refuse_erased(const std::string& id) {
  auto task = task_of(id);
  if (!task) return;
  task->request = {};
  task->names.clear();
  answer(std::move(*task), error_reply(404, failure(ErrorCode::kErasedMeanwhile)));
}

Result<bool> TaskDesk::clear(const engine::TaskName& erased, engine::Deadline deadline) {
  constexpr std::chrono::milliseconds kLook{50};
  bool any = false;
  std::unique_lock lock(mutex_);
  for (;;) {
    std::vector<std::string> refused;
    bool worked_on = false;
    for (const std::string& id : work_.about(erased.person_id)) {
      Entry& entry = tasks_.at(id);
      if (!is_about(entry.task, erased)) continue;
      const bool mine = !entry.busy && work_.take_away(id);
      entry.busy = true;
      if (mine) refused.push_back(id);
      worked_on = worked_on || !mine;
    }
    any = any || worked_on || !refused.empty();
    lock.unlock();
    for (const std::string& id : refused) refuse_erased(id);
    lock.lock();
    if (!worked_on) return any;
    if (deadline && world_.ticks() >= *deadline) return failure(ErrorCode::kErasureWaits);
    changed_.wait_for(lock, kLook);
  }
}

// -- sending

std::vector<Task> TaskDesk::due(std::size_t most, std::size_t of_one) {
  std::vector<Task> out;
  const std::scoped_lock lock(mutex_);
  for (const std::string& id : sending_.take(now_ms(), most, of_one)) {
    Entry& entry = tasks_.at(id);
    entry.busy = true;
    out.push_back(entry.task);
  }
  return out;
}

// Whether an erasure took its result. Where the disk does not say, it is there.
bool TaskDesk::is_gone(const std::string& id) {
  const auto there = store_.has_result(id);
  return there.ok() && !*there;
}

void TaskDesk::sent(const std::string& id) {
  auto found = task_of(id, Sending::kOver);
  if (!found) return;
  {
    const std::scoped_lock lock(mutex_);
    ++since_start_.delivered;
  }
  if (is_gone(id)) return let_go(id);
  found->state = TaskState::kCompleted;
  ++found->tries;
  keep(std::move(*found));
}

void TaskDesk::not_sent(const std::string& id) {
  auto found = task_of(id, Sending::kOver);
  if (!found) return;
  {
    const std::scoped_lock lock(mutex_);
    ++since_start_.undelivered;
  }
  if (is_gone(id)) return let_go(id);
  Task& task = *found;
  ++task.tries;
  task.state = task.tries >= limits_.most_sendings ? TaskState::kError : TaskState::kRetry;
  task.next_ms = now_ms() + wait_ms(task.tries);
  keep(std::move(task));
}

void TaskDesk::vanished(const std::string& id) {
  if (task_of(id, Sending::kOver)) let_go(id);
}

void TaskDesk::let_go(const std::string& id) {
  {
    const std::scoped_lock lock(mutex_);
    forget(id);
  }
  erase(std::span(&id, 1));
}

void TaskDesk::on_due(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

void TaskDesk::wake() {
  const std::scoped_lock lock(mutex_);
  if (wake_) wake_();
}

}  // namespace whorl::server
