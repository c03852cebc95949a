// The queue between the network thread and the workers.
#include "server/http/worker_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace whorl::server {
namespace {

TEST(WorkerQueue, RefusesBeyondItsCapacityAndDropsWhatWaitsOnStop) {
  WorkerQueue queue(1, 2);
  std::promise<void> entered;
  std::promise<void> gate;
  auto open = gate.get_future().share();
  std::atomic<int> ran{0};
  ASSERT_TRUE(queue.try_submit([&, open] {
    entered.set_value();
    open.wait();
    ++ran;
  }));
  entered.get_future().wait();
  EXPECT_TRUE(queue.try_submit([&] { ++ran; }));
  EXPECT_TRUE(queue.try_submit([&] { ++ran; }));
  EXPECT_FALSE(queue.try_submit([&] { ++ran; }));
  EXPECT_EQ(queue.depth(), 2u);
  std::thread stopper([&] { queue.stop(); });
  while (queue.depth() > 0) std::this_thread::yield();
  gate.set_value();
  stopper.join();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(queue.try_submit([] {}));
}

}  // namespace
}  // namespace whorl::server
