// A wait on the network thread that ends at a time of the World's clock, or before.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "base/world.h"

namespace whorl::server {

// Belongs to the network thread. A simulated clock moves without telling anybody, so the World is asked again every few
// milliseconds: a wait ends that much late at most.
class DeadlineTimer {
 public:
  // `world` outlives the timer.
  DeadlineTimer(const boost::asio::any_io_executor& executor, World& world, std::chrono::steady_clock::time_point at);

  // Returns when the World's ticks() have reached the time, or stop() has been called.
  boost::asio::awaitable<void> wait();
  void stop();

 private:
  World& world_;
  const std::chrono::steady_clock::time_point at_;
  boost::asio::steady_timer timer_;
  bool stopped_ = false;
};

}  // namespace whorl::server
