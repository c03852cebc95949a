#include "member/schedule.h"

#include <algorithm>

namespace whorl::member {

Schedule::Schedule(const MemberConfig& config, std::size_t threads) : config_(config) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Schedule::~Schedule() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_all();
  for (std::thread& each : threads_) each.join();
}

void Schedule::add(Clock::time_point due, std::string destination, Work work) {
  {
    const std::scoped_lock lock(mutex_);
    items_.emplace(due, Item{std::move(destination), std::move(work)});
  }
  bell_.notify_one();
}

void Schedule::run() {
  Line line(config_, first_switch_);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Clock::now();
    const auto next = std::find_if(items_.begin(), items_.end(),
                                   [&](const auto& each) { return !busy_.contains(each.second.destination); });
    if (next == items_.end()) {
      bell_.wait(lock);
      continue;
    }
    if (next->first > now) {
      bell_.wait_until(lock, next->first);
      continue;
    }
    Item item = std::move(next->second);
    items_.erase(next);
    busy_.insert(item.destination);
    lock.unlock();
    const auto again = item.work(line);
    lock.lock();
    busy_.erase(item.destination);
    if (again && !stopping_) items_.emplace(*again, std::move(item));
    bell_.notify_all();
  }
}

std::chrono::milliseconds pause_after(int failures, std::uint64_t random) {
  constexpr std::int64_t kFirst_ms = 1000;
  constexpr std::int64_t kLast_ms = 60'000;
  const std::int64_t plain = std::min(kLast_ms, kFirst_ms << std::min(failures, 10));
  const auto share = static_cast<std::int64_t>(random % 401) - 200;  // thousandths
  return std::chrono::milliseconds(plain + plain * share / 1000);
}

}  // namespace whorl::member
