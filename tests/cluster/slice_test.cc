// Who holds which slice: a part's book and its steps, what is seen of all parts together, and plans.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "cluster/move_plan.h"
#include "cluster/slice_book.h"
#include "cluster/slice_view.h"

namespace whorl::cluster {
namespace {

using testing::HasSubstr;

SliceBook book_of(std::size_t first, std::size_t last) {
  SliceBook out;
  SliceSet held;
  for (std::size_t slice = first; slice <= last && slice < kSlices; ++slice) held[slice] = true;
  out.begin(held);
  return out;
}
SliceBook empty_book() {
  SliceBook out;
  out.begin({});
  return out;
}
SliceMap file_of(const std::vector<std::vector<SliceRange>>& by_part) { return SliceMap::make(by_part).value(); }

void run(SliceBook& from, SliceBook& to, const SliceMove& of) {
  ASSERT_TRUE(from.order("b", {of.slice}).ok());
  ASSERT_TRUE(to.come(of, "a").ok());
  ASSERT_TRUE(from.fence(of).ok());
  ASSERT_TRUE(from.leave(of).ok());
  ASSERT_TRUE(from.left(of).ok());
  ASSERT_TRUE(to.take(of, "a").ok());
  ASSERT_TRUE(to.taken(of).ok());
  ASSERT_TRUE(from.settle(of).ok());
}

TEST(SliceBooks, AMoveEndsWithTheSliceAtItsTargetAndNeverAtBoth) {
  SliceBook a = book_of(0, 4095);
  SliceBook b = empty_book();
  const SliceMove of{7, 1};
  const auto both = [&] { return a.holds(7) && b.holds(7); };
  ASSERT_TRUE(a.order("b", {7}).ok());
  EXPECT_TRUE(a.takes_changes(7));
  ASSERT_TRUE(b.come(of, "a").ok());
  ASSERT_TRUE(a.fence(of).ok());
  EXPECT_TRUE(a.holds(7));
  EXPECT_FALSE(a.takes_changes(7));
  EXPECT_FALSE(both());
  const std::uint64_t before = a.version();
  ASSERT_TRUE(a.leave(of).ok());
  EXPECT_TRUE(a.is_between());
  ASSERT_TRUE(a.left(of).ok());
  EXPECT_EQ(a.version(), before + 1);
  EXPECT_FALSE(a.holds(7));
  EXPECT_FALSE(both());
  ASSERT_TRUE(b.take(of, "a").ok());
  EXPECT_FALSE(b.holds(7));
  ASSERT_TRUE(b.taken(of).ok());
  EXPECT_TRUE(b.takes_changes(7));
  ASSERT_TRUE(a.settle(of).ok());
  EXPECT_EQ(a.row(7), (SliceBook::Row{1, SliceIs::kElsewhere, 0}));
}

TEST(SliceBooks, StepsThatComeAgainOrLateChangeNothing) {
  SliceBook a = book_of(0, 4095);
  SliceBook b = empty_book();
  const SliceMove of{7, 1};
  run(a, b, of);
  run(b, a, {7, 2});  // and back
  const SliceBook a_now = a;
  const SliceBook b_now = b;
  // Whatever of the first move was on its way.
  static_cast<void>(b.come(of, "a"));
  static_cast<void>(b.take(of, "a"));
  static_cast<void>(b.taken(of));
  static_cast<void>(b.let_go(of));
  static_cast<void>(a.fence(of));
  static_cast<void>(a.leave(of));
  static_cast<void>(a.left(of));
  static_cast<void>(a.settle(of));
  EXPECT_EQ(a, a_now);
  EXPECT_EQ(b, b_now);
  EXPECT_TRUE(a.holds(7));
  EXPECT_FALSE(b.holds(7));
}

TEST(SliceBooks, AMoveThatIsGivenUpLeavesTheSliceWhereItWasAndItsTargetTakesNothing) {
  SliceBook a = book_of(0, 4095);
  SliceBook b = empty_book();
  const SliceMove of{7, 1};
  ASSERT_TRUE(a.order("b", {7, 8}).ok());
  ASSERT_TRUE(b.come(of, "a").ok());
  ASSERT_TRUE(a.fence(of).ok());
  EXPECT_EQ(a.give_up(), 2U);
  EXPECT_TRUE(a.takes_changes(7));
  EXPECT_FALSE(a.leave(of).ok());
  ASSERT_TRUE(b.let_go(of).ok());
  EXPECT_FALSE(b.come(of, "a").ok()) << "what was still on its way";
  EXPECT_FALSE(b.take(of, "a").ok());
  ASSERT_TRUE(a.settle(of).ok());
  ASSERT_TRUE(a.settle({8, 1}).ok());
  EXPECT_TRUE(a.under_way().empty());
  run(a, b, {7, 2});
  EXPECT_TRUE(b.holds(7));
}

TEST(SliceBooks, AStepOfAMoveThatWasGivenUpDoesNotEndTheNextOne) {
  SliceBook a = book_of(0, 4095);
  ASSERT_TRUE(a.order("b", {7}).ok());
  ASSERT_TRUE(a.fence({7, 1}).ok());
  EXPECT_EQ(a.give_up(), 1U);
  ASSERT_TRUE(a.settle({7, 1}).ok());
  ASSERT_TRUE(a.order("b", {7}).ok());
  ASSERT_TRUE(a.fence({7, 2}).ok());
  EXPECT_FALSE(a.leave({7, 1}).ok());
  EXPECT_EQ(a.row(7).is, SliceIs::kFenced);
  EXPECT_TRUE(a.leave({7, 2}).ok());
}

TEST(SliceBooks, WhatIsKnownByALaterNumberAndNotHeldIsNotTaken) {
  SliceBook b = empty_book();
  ASSERT_TRUE(b.let_go({7, 2}).ok());
  for (const std::uint32_t move : {1U, 2U}) {
    const Status refused = b.can_take({7, move});
    ASSERT_FALSE(refused.ok()) << move;
    EXPECT_THAT(refused.error().message, HasSubstr("give the move up and order it anew"));
  }
  EXPECT_TRUE(b.can_take({7, 3}).ok());
  ASSERT_TRUE(b.take({7, 3}, "a").ok());
  EXPECT_TRUE(b.can_take({7, 3}).ok()) << "the one that it is in";
}

TEST(SliceBooks, WhatHasLeftIsNotGivenUp) {
  SliceBook a = book_of(0, 4095);
  ASSERT_TRUE(a.order("b", {7}).ok());
  ASSERT_TRUE(a.fence({7, 1}).ok());
  ASSERT_TRUE(a.leave({7, 1}).ok());
  ASSERT_TRUE(a.left({7, 1}).ok());
  EXPECT_EQ(a.give_up(), 0U);
  EXPECT_EQ(a.row(7).is, SliceIs::kLeft);
}

TEST(SliceBooks, WhatIsNotHeldIsNotOrderedAndThenNothingIs) {
  SliceBook a = book_of(0, 10);
  EXPECT_EQ(a.order("b", {9, 10, 11}).error().kind, ErrorKind::kInvalidInput);
  EXPECT_TRUE(a.under_way().empty());
  ASSERT_TRUE(a.order("b", {9}).ok());
  EXPECT_THAT(a.order("c", {9}).error().message, HasSubstr("part b"));
}

TEST(SliceBooks, ComeBackFromTheirBytesAndNothingElseIsRead) {
  SliceBook a = book_of(3, 700);
  ASSERT_TRUE(a.order("b", {9}).ok());
  ASSERT_TRUE(a.order("c", {10}).ok());
  ASSERT_TRUE(a.fence({9, 1}).ok());
  const Bytes bytes = a.encoded();
  EXPECT_EQ(SliceBook::parse(bytes).value(), a);
  for (std::size_t n = 0; n < bytes.size(); n += 11) EXPECT_FALSE(SliceBook::parse(ByteView(bytes).first(n)).ok());
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(SliceBook::parse(longer).ok());
  Bytes other = bytes;
  other[0] = 9;
  EXPECT_FALSE(SliceBook::parse(other).ok());
}

// -- All parts together -----------------------------------------------------------------------------------------------

const std::vector<std::string> kNames{"a", "b", "c"};

TEST(SliceViews, EachSliceIsOfThePartThatSaysSo) {
  const auto file = file_of({{{0, 4095}}, {}, {}});
  const SliceView view = view_of(
      {KnownSlices{book_of(0, 99), true}, KnownSlices{book_of(100, 4095), true}, KnownSlices{empty_book(), true}},
      kNames, file);
  EXPECT_FALSE(view.wrong) << *view.wrong;
  EXPECT_EQ(view.owner[99], 0);
  EXPECT_EQ(view.owner[100], 1);
  EXPECT_EQ(view.holds, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(view.shares, (std::vector<double>{100 / 4096.0, 3996 / 4096.0, 1}));
}

TEST(SliceViews, ASliceThatIsJustMovingIsWrongAndSoIsOneThatTwoHold) {
  const auto file = file_of({{{0, 4095}}, {}, {}});
  SliceBook a = book_of(0, 4095);
  SliceBook b = empty_book();
  ASSERT_TRUE(a.order("b", {5}).ok());
  ASSERT_TRUE(a.fence({5, 1}).ok());
  ASSERT_TRUE(a.leave({5, 1}).ok());
  ASSERT_TRUE(a.left({5, 1}).ok());
  const SliceView moving =
      view_of({KnownSlices{a, true}, KnownSlices{b, true}, KnownSlices{empty_book(), true}}, kNames, file);
  ASSERT_TRUE(moving.wrong);
  EXPECT_THAT(*moving.wrong, HasSubstr("slice 5 is just moving"));
  EXPECT_EQ(moving.blamed, 0U);
  const SliceView twice =
      view_of({KnownSlices{book_of(0, 4095), true}, KnownSlices{book_of(9, 9), true}, std::nullopt}, kNames, file);
  ASSERT_TRUE(twice.wrong);
  EXPECT_THAT(*twice.wrong, HasSubstr("held by a and b at once"));
  EXPECT_TRUE(
      view_of({KnownSlices{book_of(0, 4094), true}, KnownSlices{empty_book(), true}, std::nullopt}, kNames, file)
          .wrong);
}

TEST(SliceViews, WhoDoesNotAnswerHoldsWhatTheyHeldUnlessItIsSomebodysByNow) {
  const auto file = file_of({{{0, 2047}}, {{2048, 4095}}, {}});
  SliceBook a = book_of(0, 2047);
  SliceBook c = empty_book();
  const SliceBook a_before = a;
  ASSERT_TRUE(a.order("c", {5}).ok());
  ASSERT_TRUE(a.fence({5, 1}).ok());
  ASSERT_TRUE(c.take({5, 1}, "a").ok());
  ASSERT_TRUE(c.taken({5, 1}).ok());
  const SliceView view = view_of(
      {KnownSlices{a_before, false}, KnownSlices{book_of(2048, 4095), true}, KnownSlices{c, true}}, kNames, file);
  EXPECT_FALSE(view.wrong) << *view.wrong;
  EXPECT_EQ(view.owner[5], 2);
  EXPECT_EQ(view.owner[6], 0);
  EXPECT_EQ(view.versions[0], SliceView::kUnknown) << "it says first what it holds";
  // One that was never heard has what the file gives it, and is asked by no version that it can have.
  const SliceView early = view_of({std::nullopt, KnownSlices{book_of(2048, 4095), true}, std::nullopt}, kNames, file);
  EXPECT_FALSE(early.wrong);
  EXPECT_EQ(early.owner[5], 0);
  EXPECT_EQ(early.versions[0], SliceView::kUnknown);
  EXPECT_TRUE(early.holds[2]) << "what the file gives nothing may have got some";
}

// -- Plans ------------------------------------------------------------------------------------------------------------

std::size_t sum(const std::vector<PlannedMove>& moves) {
  std::size_t out = 0;
  for (const PlannedMove& move : moves) out += move.slices.size();
  return out;
}

TEST(MovePlans, APartThatIsAddedGetsItsShareFromThoseWithMost) {
  const auto moves = plan_add({{"a", book_of(0, 2999)}, {"b", book_of(3000, 4095)}, {"c", empty_book()}}, "c");
  ASSERT_TRUE(moves.ok()) << moves.error().text();
  EXPECT_EQ(sum(*moves), 1500U);  // of a alone, which has as many left
  ASSERT_EQ(moves->size(), 1U);
  EXPECT_EQ(moves->at(0).from, "a");
  EXPECT_EQ(moves->at(0).to, "c");
}

TEST(MovePlans, APartThatIsDrainedGivesAllToTheOthersEvenly) {
  const auto moves = plan_drain({{"a", book_of(0, 2047)}, {"b", book_of(2048, 4095)}, {"c", empty_book()}}, "a");
  ASSERT_TRUE(moves.ok()) << moves.error().text();
  EXPECT_EQ(sum(*moves), 2048U);
  ASSERT_EQ(moves->size(), 1U);
  EXPECT_EQ(moves->at(0).from, "a");
  EXPECT_EQ(moves->at(0).to, "c") << "which then has as many as b";
  EXPECT_EQ(plan_drain({{"a", book_of(0, 4095)}}, "a").error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(plan_drain({{"a", book_of(0, 4095)}}, "z").error().kind, ErrorKind::kNotFound);
}

TEST(MovePlans, NothingIsPlannedOfAClusterThatMovesOrMissesASlice) {
  SliceBook moving = book_of(0, 4095);
  ASSERT_TRUE(moving.order("b", {1}).ok());
  EXPECT_EQ(plan_add({{"a", moving}, {"b", empty_book()}}, "b").error().kind, ErrorKind::kAlreadyExists);
  EXPECT_THAT(plan_add({{"a", book_of(0, 4000)}, {"b", empty_book()}}, "b").error().message, HasSubstr("95 slices"));
  SliceSet one;
  one[1] = true;
  EXPECT_THAT(plan_move({{"a", moving}, {"b", empty_book()}}, one, "b").error().message, HasSubstr("already"));
  one = {};
  one[2] = true;
  EXPECT_EQ(plan_move({{"a", moving}, {"b", empty_book()}}, one, "b").value(),
            (std::vector<PlannedMove>{{"a", "b", {2}}}));
  EXPECT_EQ(told({0, 1, 2, 7, 9, 10}), "0-2, 7, 9-10");
}

}  // namespace
}  // namespace whorl::cluster
