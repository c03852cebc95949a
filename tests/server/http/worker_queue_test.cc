// The queue between the network thread and the workers.
#include "server/http/worker_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

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

// Jobs that each hold a worker until they are let go, and the order in which the others ran. One worker alone runs
// these, so that the order is the queue's and not that of threads.
struct Held {
  std::promise<void> entered;
  std::promise<void> gate;

  void hold(WorkerQueue& queue, const std::string& owner) {
    ASSERT_TRUE(queue.try_submit(
        {},
        [this] {
          entered.set_value();
          gate.get_future().wait();
        },
        owner));
    entered.get_future().wait();
  }
};

struct Order {
  std::string ran;
  std::promise<void> done;
  std::size_t left = 0;

  void submit(WorkerQueue& queue, WorkerQueue::Turn turn, char name, const std::string& owner) {
    ++left;
    ASSERT_TRUE(queue.try_submit(
        turn,
        [this, name] {
          ran += name;
          if (--left == 0) done.set_value();
        },
        owner));
  }
};

constexpr auto kLater = WorkerQueue::Turn() + std::chrono::seconds(5);

// One owner floods the queue; whoever comes later waits for no more than what runs.
TEST(WorkerQueue, AnOwnerWithManyJobsHoldsUpNobodyElse) {
  for (const std::size_t workers : {1u, 2u, 4u}) {
    Held held[4];
    Order order;
    WorkerQueue queue(workers, 64);
    for (std::size_t i = 0; i < workers; ++i) held[i].hold(queue, "flood");
    for (int i = 0; i < 20; ++i) order.submit(queue, {}, 'f', "flood");
    order.submit(queue, kLater, 'a', "anna");
    order.submit(queue, kLater, 'b', "ben");
    held[0].gate.set_value();
    order.done.get_future().wait();
    for (std::size_t i = 1; i < workers; ++i) held[i].gate.set_value();
    EXPECT_EQ(order.ran, "ab" + std::string(20, 'f')) << workers << " workers";
  }
}

// Also while a third one's job runs long, and whoever had many does not pay for it later.
TEST(WorkerQueue, OwnersWhoWaitTakeTurns) {
  Held held;
  Held long_one;
  Order order;
  WorkerQueue queue(2, 64);
  long_one.hold(queue, "anna");
  held.hold(queue, "flood");
  for (int i = 0; i < 6; ++i) order.submit(queue, {}, 'f', "flood");
  for (int i = 0; i < 3; ++i) order.submit(queue, kLater, 'b', "ben");
  held.gate.set_value();
  order.done.get_future().wait();
  EXPECT_EQ(order.ran, "bfbfbffff");

  Held again;
  Order second;
  again.hold(queue, "carl");
  for (int i = 0; i < 3; ++i) second.submit(queue, kLater, 'b', "ben");
  for (int i = 0; i < 3; ++i) second.submit(queue, {}, 'f', "flood");
  again.gate.set_value();
  second.done.get_future().wait();
  EXPECT_EQ(second.ran, "fbfbfb");
  long_one.gate.set_value();
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
