// Other members' questions at a node: searched for one after the other, and answers that leave in their slots.
#include "member/node.h"

namespace whorl::member {
namespace {

using Clock = Schedule::Clock;

constexpr std::chrono::hours kLongestSlot{24};

}  // namespace

// Until the queue is closed and empty.
void MemberNode::work() {
  std::unique_lock lock(queue_mutex_);
  while (true) {
    queue_bell_.wait(lock, [this] { return queue_closed_ || !queue_.empty() || !to_compare_.empty(); });
    // What is not compared yet is kept, and compared after the next start.
    if (queue_.empty() && (queue_closed_ || to_compare_.empty())) return;
    if (queue_.empty()) {
      const std::string request_id = std::move(to_compare_.front());
      to_compare_.pop_front();
      lock.unlock();
      compare(request_id);
      lock.lock();
      continue;
    }
    Arrived arrived = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    const auto leaving = answering_.answer(std::move(arrived));
    if (!leaving.ok())
      say(Severity::kError, "check_not_answered", "a check is not answered: " + leaving.error().text());
    if (leaving.ok() && *leaving) schedule(**leaving);
    lock.lock();
  }
}

// Of what was to leave at a time that the clock is far from by now (it was ahead), at once.
Clock::time_point MemberNode::steady_at(std::int64_t unix_ms) const {
  const auto now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch()).count();
  const std::chrono::milliseconds wait(unix_ms - now_ms);
  return wait > kLongestSlot ? Clock::now() : Clock::now() + wait;
}

void MemberNode::schedule(const Leaving& leaving) {
  const auto failures = std::make_shared<int>(0);
  schedule_->add(steady_at(leaving.due_ms), "reply " + leaving.to,
                 [this, leaving, failures](Line& line) -> std::optional<Clock::time_point> {
                   if (now().time_since_epoch().count() >= leaving.exp) return over();
                   const auto envelope = answering_.envelope(leaving.row);
                   if (!envelope.ok()) return std::nullopt;
                   const SentAs sent =
                       line.send(leaving.to, relay::WireLane::kReply, leaving.jti, leaving.exp, *envelope);
                   if (sent.what == Sent::kLater) return Clock::now() + pause_after((*failures)++, world_.random_u64());
                   const Status noted = answering_.sent(leaving.row);
                   if (!noted.ok()) say(Severity::kError, "answer_not_noted", noted.error().text());
                   return std::nullopt;
                 });
}

}  // namespace whorl::member
