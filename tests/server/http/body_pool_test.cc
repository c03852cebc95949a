// The memory for bodies: within its bound, and never one caller's alone.
#include "server/http/body_pool.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace whorl::server {
namespace {

TEST(BodyPool, OneCallerWithManyBodiesHasHalfAndOthersGoOn) {
  BodyPool pool(1000);
  std::vector<BodyShare> shares;
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    BodyShare share(pool, "one");
    if (!share.grow_to(50)) continue;
    ++taken;
    shares.push_back(std::move(share));
  }
  EXPECT_EQ(taken, 10);
  BodyShare other(pool, "other");
  EXPECT_TRUE(other.grow_to(400)) << "one body is not held to what is left";
  EXPECT_FALSE(shares.front().grow_to(51)) << "the one with half has nothing more";
  shares.clear();
  EXPECT_EQ(pool.taken(), 400U);
}

TEST(BodyPool, ACallersOnlyBodyMayHaveAllThatIsFree) {
  BodyPool pool(1000);
  BodyShare only(pool, "one");
  for (const std::size_t bytes : {1U, 600U, 1000U}) EXPECT_TRUE(only.grow_to(bytes)) << bytes;
  EXPECT_FALSE(only.grow_to(1001));
  EXPECT_EQ(only.bytes(), 1000U);
  EXPECT_EQ(pool.taken(), 1000U) << "what was refused is not counted";
  BodyShare other(pool, "other");
  EXPECT_FALSE(other.grow_to(1));
}

TEST(BodyPool, WhoeverHasNoNameIsBoundByTheWholeAlone) {
  BodyPool pool(1000);
  BodyShare one(pool, "");
  BodyShare two(pool, "");
  EXPECT_TRUE(one.grow_to(600));
  EXPECT_TRUE(two.grow_to(400));
  EXPECT_FALSE(two.grow_to(401));
}

TEST(BodyPool, ASharesMoveTakesItsBytesAlong) {
  BodyPool pool(1000);
  BodyShare kept;
  {
    BodyShare share(pool, "one");
    ASSERT_TRUE(share.grow_to(300));
    kept = std::move(share);
  }
  EXPECT_EQ(pool.taken(), 300U);
  kept = {};
  EXPECT_EQ(pool.taken(), 0U);
  EXPECT_FALSE(kept.grow_to(1)) << "a share of no pool has nothing";
}

TEST(BodyPool, WhateverIsAskedTheSumOfSharesIsWhatIsTakenAndWithinTheWhole) {
  std::mt19937 random(7);
  constexpr std::size_t kCapacity = 10'000;
  BodyPool pool(kCapacity);
  std::vector<std::pair<std::string, BodyShare>> shares;
  for (int step = 0; step < 20'000; ++step) {
    if (shares.empty() || random() % 3 == 0) {
      const std::string owner(1, static_cast<char>('a' + random() % 5));
      shares.emplace_back(owner, BodyShare(pool, owner));
    } else if (random() % 3 == 0) {
      std::swap(shares[random() % shares.size()], shares.back());
      shares.pop_back();
    } else {
      BodyShare& share = shares[random() % shares.size()].second;
      static_cast<void>(share.grow_to(share.bytes() + random() % 800));
    }
    std::size_t sum = 0;
    for (const auto& [owner, share] : shares) sum += share.bytes();
    ASSERT_EQ(pool.taken(), sum);
    ASSERT_LE(sum, kCapacity);
  }
  shares.clear();
  EXPECT_EQ(pool.taken(), 0U);
}

}  // namespace
}  // namespace whorl::server
