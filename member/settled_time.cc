#include "member/settled_time.h"

#include <algorithm>

namespace whorl::member {
namespace {

constexpr std::chrono::seconds kALittle{120};

}  // namespace

void SettledTime::look() {
  const auto ticks = world_.ticks();
  const Offset offset = world_.now().time_since_epoch() - ticks.time_since_epoch();
  if (settled_ && offset <= *settled_) {
    settled_ = offset;
    ahead_.reset();
    return;
  }
  if (!ahead_) ahead_since_ = settled_ ? ticks : began_;
  ahead_ = std::min(ahead_.value_or(offset), offset);
  if (ticks - ahead_since_ < (settled_ ? kBelieved : kBelievedAtStart)) return;
  settled_ = ahead_;
  ahead_.reset();
}

exchange::Time SettledTime::now() {
  const std::scoped_lock lock(mutex_);
  look();
  if (!settled_) return {};
  return exchange::Time(std::chrono::floor<exchange::Seconds>(world_.ticks().time_since_epoch() + *settled_));
}

std::chrono::seconds SettledTime::ahead() {
  const std::scoped_lock lock(mutex_);
  look();
  if (!settled_) return {};
  const Offset offset = world_.now().time_since_epoch() - world_.ticks().time_since_epoch();
  const auto out = std::chrono::floor<std::chrono::seconds>(offset - *settled_);
  return out > kALittle ? out : std::chrono::seconds(0);
}

}  // namespace whorl::member
