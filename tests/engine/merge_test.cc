// Answers of parts put together: sums, order, and who failed and why.
#include "engine/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/catalogue.h"

namespace whorl::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ScoredPerson person(std::string id, double order) {
  ScoredPerson out;
  out.person_id = std::move(id);
  out.order = out.score_db = order;
  return out;
}

PartAnswer part_answer(std::uint64_t persons, std::vector<ScoredPerson> found) {
  return {std::move(found), persons, persons, persons / 2, 3 * persons, 2, 2, {}, persons / 3};
}

std::vector<std::string> ids(const std::vector<ScoredPerson>& persons) {
  std::vector<std::string> out;
  for (const auto& p : persons) out.push_back(p.person_id);
  return out;
}

TEST(Merge, ReceiptsAdd) {
  const auto merged = merge({{"a", part_answer(10, {})}, {"b", part_answer(7, {})}}, 5);
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(merged->receipt, (Receipt{17, 17, 4, 4, 8, 2, 2, {}, 5}));
  EXPECT_EQ(merged->compared, 51U);
  EXPECT_TRUE(merged->receipt.complete());
}

TEST(Merge, TheBestOfAllComeFirstAndEqualOnesInOrderOfId) {
  const auto merged = merge({{"a", part_answer(3, {person("z", 50), person("d", 20), person("c", 1)})},
                             {"b", part_answer(3, {person("y", 60), person("b", 20), person("e", 20)})}},
                            4);
  ASSERT_TRUE(merged.ok());
  EXPECT_THAT(ids(merged->persons), ElementsAre("y", "z", "b", "d"));
}

// Who is beyond the list that is wanted is kept beside it, and who was left out of a part's own list is bounded.
TEST(Merge, NobodyWhoMatchesIsLostWithTheListsEnd) {
  const auto answer = [](std::vector<ScoredPerson> persons, std::uint64_t compared) {
    PartAnswer out = part_answer(10, std::move(persons));
    out.compared_persons = compared;
    return out;
  };
  const PartAnswer whole = answer({person("a", 50), person("b", 40)}, 2);
  const PartAnswer cut = answer({person("c", 45), person("d", 35), person("e", 33)}, 9);
  const PartAnswer full = answer({person("c", 45), person("d", 35), person("e", 33)}, 3);
  const auto merged = merge({{"one", whole}, {"two", cut}}, 2, 3);
  ASSERT_TRUE(merged.ok());
  EXPECT_THAT(ids(merged->persons), ElementsAre("a", "c"));
  EXPECT_THAT(ids(merged->others), ElementsAre("b", "d", "e"));
  EXPECT_EQ(merged->unlisted_db, 33.0) << "the second part compared nine and gave three";
  EXPECT_FALSE(merge({{"one", whole}, {"two", full}}, 2, 3)->unlisted_db) << "every list is whole";
  const PartAnswer better = answer({person("f", 60), person("g", 59), person("h", 58)}, 4);
  EXPECT_EQ(merge({{"one", cut}, {"two", better}}, 2, 3)->unlisted_db, 58.0)
      << "the best that anybody may have whom some part left out";
}

// However persons are dealt out, the merged list is the one of a single part.
TEST(Merge, DealingOutChangesNothing) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<ScoredPerson> all;
    for (int i = 0; i < 40; ++i) all.push_back(person("p" + std::to_string(i), static_cast<double>(random() % 8)));
    std::vector<std::vector<ScoredPerson>> dealt(1 + random() % 5);
    for (const auto& p : all) dealt[random() % dealt.size()].push_back(p);
    const std::size_t most = 1 + random() % 50;
    std::vector<PartReply<PartAnswer>> replies;
    for (auto& share : dealt) {
      std::sort(share.begin(), share.end(), comes_before);
      if (share.size() > most) share.erase(share.begin() + static_cast<std::ptrdiff_t>(most), share.end());
      replies.push_back({std::to_string(replies.size()), part_answer(10, share)});
    }
    const auto one = merge({{"one", part_answer(40, all)}}, most);
    const auto several = merge(std::move(replies), most);
    ASSERT_TRUE(one.ok() && several.ok());
    EXPECT_EQ(ids(several->persons), ids(one->persons));
  }
}

TEST(Merge, AFailedPartAndAFailedShardKeepNameAndReason) {
  PartAnswer lame = part_answer(10, {person("p", 4)});
  lame.shards_ok = 1;
  lame.failures = {{"", "out of memory", 1}};
  const auto merged = merge({{"oslo", lame}, {"rome", unavailable("no route to host")}}, 5);
  ASSERT_TRUE(merged.ok());
  EXPECT_THAT(merged->receipt.failures, ElementsAre(PartFailure{"oslo", "out of memory", 1},
                                                    PartFailure{"rome", "unavailable: no route to host", {}}));
  EXPECT_EQ(merged->receipt.parts_ok, 1);
  EXPECT_EQ(merged->receipt.parts_total, 2);
  EXPECT_FALSE(merged->receipt.complete());
  EXPECT_TRUE(require_complete(merged->receipt, true).ok());
  const Status refused = require_complete(merged->receipt, false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(refused.error().message,
            "only 1 of 2 parts of the gallery could be searched: no answer can be given; try again, or ask for a "
            "partial one (oslo, shard 1: out of memory; rome: unavailable: no route to host)");
}

TEST(Merge, AnIncompletePartSaysHowManyWereSearchedAndTheFirstReasons) {
  PartAnswer lame = part_answer(40, {});
  lame.searched = 25;
  lame.shards_total = 7;
  for (std::uint32_t shard = 0; shard < 5; ++shard) lame.failures.push_back({"", "torn", shard});
  const auto merged = merge({{"oslo", lame}}, 5);
  ASSERT_TRUE(merged.ok());
  const Status refused = require_complete(merged->receipt, false);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message,
            "only 25 of 40 persons (2 of 7 shards) could be searched: no answer can be given; try again, or ask for a "
            "partial one (oslo, shard 0: torn; oslo, shard 1: torn; oslo, shard 2: torn; and 2 more)");
}

TEST(Merge, APartWhereNobodyIsInTheGalleryAddsNothing) {
  const auto merged = merge({{"a", not_found("no gallery visa", "gallery_id")}, {"b", part_answer(7, {})}}, 5);
  ASSERT_TRUE(merged.ok());
  EXPECT_TRUE(merged->receipt.complete());
  EXPECT_EQ(merged->receipt.gallery_size, 7U);
  const auto nobody =
      merge({{"a", not_found("no gallery visa", "gallery_id")}, {"b", not_found("no gallery visa")}}, 5);
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().kind, ErrorKind::kNotFound);
}

// Parts hold different people: what nobody of one has, somebody of another may have.
TEST(Merge, AFilterThatLeavesSomebodyOfOnePartIsNoFilterOfNothing) {
  PartAnswer left_nobody = part_answer(0, {});
  left_nobody.absent = {"gender"};
  PartAnswer left_nobody_either = part_answer(0, {});
  left_nobody_either.absent = {"gender", "age"};
  const Error unknown = failure(ErrorCode::kFilterUnknown);
  EXPECT_EQ(merge({{"a", left_nobody}, {"b", part_answer(7, {})}}, 5)->receipt.absent, std::vector<std::string>{});
  EXPECT_EQ(merge({{"a", left_nobody}, {"b", part_answer(0, {})}}, 5)->receipt.absent,
            std::vector<std::string>{"gender"});
  EXPECT_EQ(merge({{"a", left_nobody}, {"b", left_nobody_either}}, 5)->receipt.absent,
            (std::vector<std::string>{"gender", "age"}));
  const auto known = merge({{"a", unknown}, {"b", part_answer(7, {})}}, 5);
  ASSERT_TRUE(known.ok()) << known.error().text();
  EXPECT_EQ(known->receipt.gallery_size, 7U);
  EXPECT_TRUE(known->receipt.complete());
  EXPECT_EQ(merge({{"a", unknown}, {"b", left_nobody}}, 5)->receipt.absent, std::vector<std::string>{"gender"});
  for (const PartReply<PartAnswer>& other :
       {PartReply<PartAnswer>{"b", unknown}, PartReply<PartAnswer>{"b", part_answer(0, {})}}) {
    const auto refused = merge({{"a", unknown}, other}, 5);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().reason.code, ErrorCode::kFilterUnknown);
  }
}

// What a part misses another may have: that one failed, or it misses another name.
TEST(Merge, AFilterIsUnknownOnlyWhereNoPartCanHaveIt) {
  const auto unknown = [](const char* name) { return failure(ErrorCode::kFilterUnknown, FieldPath("filter") / name); };
  const auto failed = merge({{"a", unknown("age")}, {"b", unavailable("stopping")}}, 5);
  ASSERT_TRUE(failed.ok()) << failed.error().text();
  EXPECT_FALSE(failed->receipt.complete());
  const auto apart = merge({{"a", unknown("age")}, {"b", unknown("desk")}}, 5);
  ASSERT_TRUE(apart.ok()) << apart.error().text();
  EXPECT_EQ(apart->receipt.absent, (std::vector<std::string>{"age", "desk"})) << "nobody fulfils both";
  const auto nowhere = merge({{"a", unknown("age")}, {"b", unknown("age")}, {"c", not_found("no gallery")}}, 5);
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().reason.code, ErrorCode::kFilterUnknown);
  EXPECT_EQ(nowhere.error().field, "filter.age");
}

// Where a part could not say whether it knows the gallery, "not found" would be a silent miss.
TEST(Merge, NotFoundIsSaidOnlyWhereEveryPartSaidIt) {
  const auto merged = merge({{"a", not_found("no gallery visa")}, {"b", unavailable("stopping")}}, 5);
  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(merged.error().kind, ErrorKind::kUnavailable);
}

TEST(Merge, WhatACallerSentWrongIsTheCallersError) {
  const auto merged = merge({{"a", part_answer(7, {})}, {"b", invalid_input("another network", "face")}}, 5);
  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(merged.error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(merged.error().field, "face");
}

using Claims = std::vector<PartReply<ScoredPerson>>;

TEST(Merge, AClaimIsAnsweredByThePartThatHasThePerson) {
  const auto found = merge(Claims{{"a", not_found("no person p", "person_id")}, {"b", person("p", 7)}});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->score_db, 7);
  // A failed part is of no account once another has the person.
  EXPECT_TRUE(merge(Claims{{"a", unavailable("stopping")}, {"b", person("p", 7)}}).ok());
}

TEST(Merge, AClaimThatAFailedPartMightKnowIsNotCalledUnknown) {
  const auto merged = merge(Claims{{"a", not_found("no person p", "person_id")}, {"b", unavailable("stopping")}});
  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(merged.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(merged.error().message, HasSubstr("part b: stopping"));
}

TEST(Merge, ThatThePersonIsUnknownSaysMoreThanThatAPartDoesNotKnowTheGallery) {
  const auto merged =
      merge(Claims{{"a", not_found("no gallery visa", "gallery_id")}, {"b", not_found("no person p", "person_id")}});
  ASSERT_FALSE(merged.ok());
  EXPECT_EQ(merged.error().field, "person_id");
}

}  // namespace
}  // namespace whorl::engine
