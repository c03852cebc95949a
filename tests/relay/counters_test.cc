#include "relay/counters.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/exchange/members.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using namespace relay;

const exchange::PairRules kPair{{"p"}, 10, 2};

TEST(Counters, QuotasOutliveARestart) {
  const TemporaryDirectory folder;
  {
    auto counters = Counters::open(folder.path() / "counters", kNow, real_file_system());
    ASSERT_TRUE(counters.ok()) << counters.error().text();
    EXPECT_FALSE(counters->quotas().take("a.test", "b.test", kPair, kNow));
    EXPECT_FALSE(counters->quotas().take("a.test", "b.test", kPair, kNow));
    counters->count("a.test", "b.test", WireLane::kBorder, kNow);
    ASSERT_TRUE(counters->write(kNow).ok());
  }
  auto counters = Counters::open(folder.path() / "counters", kNow, real_file_system());
  ASSERT_TRUE(counters.ok()) << counters.error().text();
  EXPECT_EQ(counters->quotas().take("a.test", "b.test", kPair, kNow), exchange::QuotaRefusal::kDay);
  counters->count("a.test", "b.test", WireLane::kBorder, kNow);
  ASSERT_TRUE(counters->write(kNow).ok());
  const auto text = read_file(folder.path() / "counters" / "2026-12-01", 1000);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(as_text(*text), "0 a.test b.test border 2\n");
}

// A switch that took a damaged file for an empty one would grant everything again.
TEST(Counters, ADamagedFileIsNoEmptyOne) {
  const TemporaryDirectory folder;
  ASSERT_TRUE(write_file(folder.path() / "quotas", "something\n").ok());
  EXPECT_FALSE(Counters::open(folder.path(), kNow, real_file_system()).ok());
  ASSERT_TRUE(write_file(folder.path() / "quotas", "whorl switch quotas 1\na.test b.test x\n").ok());
  EXPECT_FALSE(Counters::open(folder.path(), kNow, real_file_system()).ok());
}

}  // namespace
}  // namespace whorl::tests
