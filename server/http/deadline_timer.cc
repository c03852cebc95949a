#include "server/http/deadline_timer.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace whorl::server {
namespace {

namespace asio = boost::asio;
constexpr std::chrono::steady_clock::duration kLongestNap = std::chrono::milliseconds(20);

}  // namespace

DeadlineTimer::DeadlineTimer(const asio::any_io_executor& executor, World& world,
                             std::chrono::steady_clock::time_point at)
    : world_(world), at_(at), timer_(executor) {}

asio::awaitable<void> DeadlineTimer::wait() {
  while (!stopped_) {
    const auto left = at_ - world_.ticks();
    if (left.count() <= 0) co_return;
    timer_.expires_after(std::min(left, kLongestNap));
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void DeadlineTimer::stop() {
  stopped_ = true;
  timer_.cancel();
}

}  // namespace whorl::server
