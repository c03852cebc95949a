// What comes over two switches at one time is taken by one thread after the other.
#include "member/taken_alone.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

namespace whorl::member {
namespace {

TEST(TakenAlone, TheSameWaitsAndAnotherDoesNot) {
  BeingTaken taking;
  const std::string mark = "a";
  const std::string other = "b";
  std::optional<TakenAlone> first(std::in_place, taking, mark);
  { const TakenAlone beside(taking, other); }  // at once
  std::atomic<bool> first_is_over = false;
  std::thread second([&] {
    const TakenAlone alone(taking, mark);
    EXPECT_TRUE(first_is_over);
  });
  std::this_thread::yield();
  first_is_over = true;
  first.reset();
  second.join();
}

TEST(TakenAlone, OneOfManyAtATime) {
  BeingTaken taking;
  const std::string mark = "a";
  std::atomic<int> inside = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n) {
        const TakenAlone alone(taking, mark);
        EXPECT_EQ(++inside, 1);
        --inside;
      }
    });
  }
  for (auto& each : threads) each.join();
}

}  // namespace
}  // namespace whorl::member
