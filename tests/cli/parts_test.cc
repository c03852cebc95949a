#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/progress_bar.h"
#include "cli/enrol_many.h"
#include "cli/exchange_node.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/samples.h"
#include "tests/support/shared_data.h"

namespace whorl::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ExitCodes, EveryKindHasItsOwn) {
  std::set<int> seen = {kExitOk, kExitUsage, kExitNoMatch, kExitIndeterminate};
  for (const ErrorKind kind :
       {ErrorKind::kInvalidInput, ErrorKind::kNotFound, ErrorKind::kAlreadyExists, ErrorKind::kCorruption,
        ErrorKind::kUnauthorised, ErrorKind::kExhausted, ErrorKind::kUnavailable, ErrorKind::kInternal}) {
    EXPECT_TRUE(seen.insert(exit_code(kind)).second) << name_of(kind);
  }
  EXPECT_EQ(exit_code(engine::Decision::kMatch), 0);
  EXPECT_EQ(exit_code(engine::Decision::kNoMatch), 10);
  EXPECT_EQ(exit_code(engine::Decision::kIndeterminate), 11);
}

TEST(Impressions, RangesAndLists) {
  EXPECT_THAT(*parse_impressions("1-4"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(*parse_impressions("1,3,5-6"), ElementsAre(1, 3, 5, 6));
  EXPECT_THAT(*parse_impressions("7"), ElementsAre(7));
  for (const char* bad : {"", ",", "1-", "-1", "4-1", "a", "1-2-3", "1,,2", "99999999999", "1 2"}) {
    const auto parsed = parse_impressions(bad);
    ASSERT_FALSE(parsed.ok()) << bad;
    EXPECT_EQ(parsed.error().field, "--impressions");
  }
}

TEST(Finger, PositionAndPath) {
  const auto named = parse_finger("right_index=a=b.png");
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(named->position, engine::FingerPosition::kRightIndex);
  EXPECT_EQ(named->path, "a=b.png");
  EXPECT_EQ(parse_finger("a.png")->position, engine::FingerPosition::kUnknown);
  EXPECT_THAT(parse_finger("index=a.png").error().message, HasSubstr("right_index"));
  EXPECT_FALSE(parse_finger("right_index=").ok());
  EXPECT_FALSE(parse_finger("").ok());
}

TEST(Progress, TheLineShowsShareCountAndTimeLeft) {
  EXPECT_EQ(progress_line("x", {0, 10, 0, 0}), "x  [------------------------------]  0 %  0/10");
  EXPECT_EQ(progress_line("x", {5, 10, 60, 75}), "x  [###############---------------]  50 %  5/10  1:15 left");
  EXPECT_EQ(progress_line("x", {10, 10, 3661, 0}), "x  [##############################]  100 %  10/10  1:01:01");
  EXPECT_THAT(progress_line("x", {0, 0, 0, 0}), HasSubstr("100 %"));
}

TEST(IdentifiersInPaths, StayWhereThePathPutsThem) {
  for (const char* id : {"check-1", "b.test", "0f:1e", "...", ".a", "a..b"}) EXPECT_TRUE(fits_path(id)) << id;
  for (const char* id : {"", ".", "..", "a/b", "../b", "%2e%2e", "a?b", "a#b", "a b", "a\\b"})
    EXPECT_FALSE(fits_path(id)) << id;
}

TEST(Print, ControlCharactersDoNotReachTheTerminal) { EXPECT_EQ(printable("a\x1b[31m\nb"), "a?[31m?b"); }

}  // namespace
}  // namespace whorl::cli
