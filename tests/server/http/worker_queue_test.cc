// The queue between the network thread and the workers.
#include "server/http/worker_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <string>

namespace whorl::server {
namespace {

TEST(WorkerQueue, RefusesBeyondItsCapacityAndDropsWhatWaitsOnStop) {
  WorkerQueue queue(1, 2);
  std::promise<void> entered;
  std::promise<void> gate;
  auto open = gate.get_future().share();
  std::atomic<int> ran{0};
  ASSERT_TRUE(queue.try_submit({}, [&, open] {
    entered.set_value();
    open.wait();
    ++ran;
  }));
  entered.get_future().wait();
  EXPECT_TRUE(queue.try_submit({}, [&] { ++ran; }));
  EXPECT_TRUE(queue.try_submit({}, [&] { ++ran; }));
  EXPECT_FALSE(queue.try_submit({}, [&] { ++ran; }));
  EXPECT_EQ(queue.depth(), 2u);
  std::thread stopper([&] { queue.stop(); });
  while (queue.depth() > 0) std::this_thread::yield();
  gate.set_value();
  stopper.join();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(queue.try_submit({}, [] {}));
}

TEST(WorkerQueue, StartsWhatWaitsInTheOrderOfTurnsAndOfOneTurnAsItCame) {
  WorkerQueue queue(1, 5);
  std::promise<void> entered;
  std::promise<void> gate;
  ASSERT_TRUE(queue.try_submit({}, [&] {
    entered.set_value();
    gate.get_future().wait();
  }));
  entered.get_future().wait();
  std::string ran;  // by the one worker alone
  std::promise<void> done;
  const auto job = [&](char name) {
    return [&, name] {
      ran += name;
      if (ran.size() == 5) done.set_value();
    };
  };
  const WorkerQueue::Turn start;
  const auto ms = [](int n) { return std::chrono::milliseconds(n); };
  ASSERT_TRUE(queue.try_submit(start + ms(900), job('d')));
  ASSERT_TRUE(queue.try_submit(start + ms(20), job('b')));
  ASSERT_TRUE(queue.try_submit(start + ms(10), job('a')));
  ASSERT_TRUE(queue.try_submit(start + ms(900), job('e')));
  ASSERT_TRUE(queue.try_submit(start + ms(30), job('c')));
  gate.set_value();
  done.get_future().wait();
  EXPECT_EQ(ran, "abcde");
}

// One owner floods the queue; whoever comes later waits for no more than what runs.
TEST(WorkerQueue, AnOwnerWithManyJobsHoldsUpNobodyElse) {
  WorkerQueue queue(2, 64);
  std::promise<void> entered[2];
  std::promise<void> gate;
  auto open = gate.get_future().share();
  for (auto& each : entered) {
    ASSERT_TRUE(queue.try_submit(
        {},
        [&each, open] {
          each.set_value();
          open.wait();
        },
        "flood"));
  }
  for (auto& each : entered) each.get_future().wait();
  std::mutex mutex;
  std::string order;
  const auto note = [&](char who) {
    return [&order, &mutex, who] {
      const std::lock_guard lock(mutex);
      order += who;
    };
  };
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(queue.try_submit({}, note('f'), "flood"));
  const auto later = WorkerQueue::Turn() + std::chrono::seconds(5);
  ASSERT_TRUE(queue.try_submit(later, note('a'), "anna"));
  ASSERT_TRUE(queue.try_submit(later, note('b'), "ben"));
  gate.set_value();
  while (queue.depth() > 0) std::this_thread::yield();
  queue.stop();
  EXPECT_LT(order.find('a'), 4u) << order;
  EXPECT_LT(order.find('b'), 4u) << order;
}

TEST(WorkerQueue, AnOwnerWithANameLeavesRoomForOthers) {
  WorkerQueue queue(1, 8);
  std::promise<void> entered;
  std::promise<void> gate;
  auto open = gate.get_future().share();
  ASSERT_TRUE(queue.try_submit({}, [&, open] {
    entered.set_value();
    open.wait();
  }));
  entered.get_future().wait();
  int taken = 0;
  for (int i = 0; i < 20; ++i)
    taken += queue.try_submit(
                 {}, [] {}, "flood")
                 ? 1
                 : 0;
  EXPECT_EQ(taken, 4);
  EXPECT_TRUE(queue.try_submit(
      {}, [] {}, "anna"));
  taken = 0;
  for (int i = 0; i < 20; ++i) taken += queue.try_submit({}, [] {}) ? 1 : 0;
  EXPECT_EQ(taken, 3) << "who has no name has all that is left";
  gate.set_value();
}

}  // namespace
}  // namespace whorl::server
