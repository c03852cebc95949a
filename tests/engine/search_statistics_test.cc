// What is counted of searches: days that are over, nobody's name, no cell of few.
#include "engine/search_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/set_world.h"

namespace whorl::engine {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using testing::IsEmpty;
using testing::SizeIs;
using tests::SetWorld;

// The first moment of a day.
const std::chrono::system_clock::time_point kMidnight = sys_days{std::chrono::year{2026} / 3 / 1};

void note(SearchStatistics& statistics, int times, const std::string& gallery, int fingers, double db) {
  for (int i = 0; i < times; ++i) statistics.note({gallery, fingers, false}, db);
}

std::uint64_t searches_in(const SearchStatistics::Row& row) {
  return std::accumulate(row.cells.begin(), row.cells.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& cell) { return sum + cell.searches; });
}

TEST(SearchStatistics, OfADayAreToldWhenItIsOver) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  note(statistics, 20, "default", 2, 3);
  EXPECT_THAT(statistics.days({}), IsEmpty()) << "two answers could differ by one search";
  world.set(world.now() + days(1));
  const auto told = statistics.days({});
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_TRUE(told[0].whole);
  ASSERT_THAT(told[0].rows, SizeIs(1));
  EXPECT_EQ(told[0].rows[0].kind, (SearchStatistics::Kind{"default", 2, false}));
  EXPECT_EQ(told[0].rows[0].searches, 20u);
}

TEST(SearchStatistics, OfADayThatBeganBeforeAreNotWhole) {
  SetWorld world(kMidnight);
  world.set(world.now() + std::chrono::hours(1));
  SearchStatistics statistics(world);
  note(statistics, 5, "default", 1, 3);
  world.set(world.now() + days(1));
  EXPECT_FALSE(statistics.days({}).at(0).whole);
}

TEST(SearchStatistics, OfFewSearchesAreNotTold) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  note(statistics, 4, "default", 1, 60);
  note(statistics, 5, "default", 2, 60);
  world.set(world.now() + days(1));
  const auto told = statistics.days({});
  ASSERT_THAT(told.at(0).rows, SizeIs(1));
  EXPECT_EQ(told[0].rows[0].kind.fingers, 2);
  EXPECT_EQ(told[0].too_few, 1u);
}

TEST(SearchStatistics, CellsOfFewAreOneWithTheirNeighbours) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  note(statistics, 30, "default", 1, 2);
  note(statistics, 4, "default", 1, 41);
  note(statistics, 9, "default", 1, 77);
  note(statistics, 2, "default", 1, 500);
  note(statistics, 1, "default", 1, -3);
  world.set(world.now() + days(1));
  const auto row = statistics.days({}).at(0).rows.at(0);
  EXPECT_EQ(row.searches, 46u);
  EXPECT_EQ(searches_in(row), row.searches) << "none is lost";
  for (const auto& cell : row.cells) EXPECT_GE(cell.searches, SearchStatistics::kFewestSearches);
  EXPECT_EQ(row.cells.front().searches, 31u);
  EXPECT_FALSE(row.cells.back().to_db.has_value());
  for (std::size_t i = 1; i < row.cells.size(); ++i) EXPECT_GE(row.cells[i].from_db, row.cells[i - 1].to_db);
}

// Where a cell ends is where the tree has a border: the same for any score within it.
TEST(SearchStatistics, NoBorderOfACellTellsWhereASingleSearchLies) {
  for (const double one : {21.0, 38.0, 46.0, 57.0, 79.0}) {
    SetWorld world(kMidnight);
    SearchStatistics statistics(world);
    note(statistics, 4, "default", 1, 2);
    note(statistics, 1, "default", 1, one);
    world.set(world.now() + days(1));
    const auto cells = statistics.days({}).at(0).rows.at(0).cells;
    ASSERT_EQ(cells.size(), 1u);
    EXPECT_EQ(cells[0].from_db, 0);
    EXPECT_EQ(cells[0].to_db, one < 40 ? std::optional(40) : std::nullopt);
  }
}

TEST(SearchStatistics, TakeNothingMoreOfADayThatWasToldWhateverTheClockDoes) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  note(statistics, 5, "default", 1, 2);
  world.set(world.now() + days(1));
  EXPECT_EQ(statistics.days({}).at(0).rows.at(0).searches, 5u);
  world.set(world.now() - std::chrono::hours(1));
  note(statistics, 7, "default", 1, 2);
  EXPECT_EQ(statistics.days({}).at(0).rows.at(0).searches, 5u);
  world.set(world.now() + days(2));
  EXPECT_EQ(statistics.days({}).at(0).rows.at(0).searches, 7u);
}

TEST(SearchStatistics, AreKeptWhereTheClockGoesFarBack) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  for (std::size_t i = 0; i <= SearchStatistics::kMostDays; ++i) {
    note(statistics, 5, "default", 1, 2);
    world.set(world.now() + days(1));
  }
  world.set(world.now() - days(90));
  note(statistics, 5, "default", 1, 2);
  EXPECT_EQ(statistics.days({}).size(), SearchStatistics::kMostDays - 1);
}

TEST(SearchStatistics, OfGalleriesThatTheCallerMayNotUseAreNotTold) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  note(statistics, 9, "north", 1, 10);
  note(statistics, 9, "south", 1, 10);
  world.set(world.now() + days(1));
  Call call;
  call.who.galleries = {"south"};
  const auto rows = statistics.days(call).at(0).rows;
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].kind.gallery_id, "south");
  call.who.galleries = {"west"};
  EXPECT_THAT(statistics.days(call), IsEmpty()) << "nor that anything was counted";
}

TEST(SearchStatistics, AreBounded) {
  SetWorld world(kMidnight);
  SearchStatistics statistics(world);
  for (std::size_t i = 0; i < SearchStatistics::kMostKinds + 7; ++i) {
    statistics.note({"g" + std::to_string(i), 1, false}, 0);
  }
  world.set(world.now() + days(1));
  EXPECT_EQ(statistics.days({}).at(0).untold, 7u);
  for (std::size_t i = 0; i < 2 * SearchStatistics::kMostDays; ++i) {
    note(statistics, 5, "default", 1, 0);
    world.set(world.now() + days(1));
  }
  EXPECT_LE(statistics.days({}).size(), SearchStatistics::kMostDays);
}

}  // namespace
}  // namespace whorl::engine
