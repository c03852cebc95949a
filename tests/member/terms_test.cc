// What a member's officers may ask, as a front end shows it.
#include "member/terms.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/member/member_fixture.h"

namespace whorl::member {
namespace {

using testing::Contains;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Not;

using Purpose = engine::ExchangeTerms::Purpose;

const Purpose* purpose(const engine::ExchangeTerms& terms, const std::string& name) {
  const auto found = std::find_if(terms.purposes.begin(), terms.purposes.end(),
                                  [&](const Purpose& each) { return each.name == name; });
  return found == terms.purposes.end() ? nullptr : &*found;
}

TEST(Terms, AreThePolicysAsThisMemberHasThem) {
  const auto standing = standing_of("aru");
  const engine::ExchangeTerms found = terms(*standing);
  EXPECT_EQ(found.member, standing->name);
  const Purpose* const border = purpose(found, "border.identity");
  ASSERT_NE(border, nullptr);
  const auto& of_policy = standing->policy.purposes.at("border.identity");
  EXPECT_THAT(border->reasons, ElementsAreArray(of_policy.reasons));
  EXPECT_EQ(border->text, of_policy.text);
  EXPECT_EQ(border->lanes.front(), exchange::name_of(of_policy.lanes.front()));
  EXPECT_EQ(border->items.size(), of_policy.items.size());
  EXPECT_FALSE(border->protects_subject);
  EXPECT_THAT(border->members, Contains(standing->policy.members.at("bel").name));
}

TEST(Partners, AreTheOthersWithWhatIsUsedUpEachWay) {
  auto standing = std::make_shared<Standing>(*standing_of("aru"));
  standing->policy.pairs["bel"].erase("aru");
  const auto found = partners(
      *standing,
      [](const std::string&) {
        return exchange::QuotaCount{0, 0, 3, 40};
      },
      [](const std::string&) {
        return exchange::QuotaCount{0, 0, 1, 2};
      });
  ASSERT_EQ(found.size(), standing->policy.members.size() - 1);
  const auto bel = std::find_if(found.begin(), found.end(), [&](const engine::Partner& each) {
    return each.member == standing->policy.members.at("bel").name;
  });
  ASSERT_NE(bel, found.end());
  const auto& pair = *standing->policy.pair("aru", "bel");
  EXPECT_EQ(bel->asked.purposes, pair.purposes);
  EXPECT_EQ(bel->asked.today, 3u);
  EXPECT_EQ(bel->asked.this_year, 40u);
  EXPECT_EQ(bel->asked.per_day, pair.per_day);
  EXPECT_EQ(bel->asked.per_year, pair.per_year);
  EXPECT_THAT(bel->asks.purposes, IsEmpty()) << "no pair, nothing that is counted";
  EXPECT_EQ(bel->asks.today, 0u);
  for (const auto& each : found) EXPECT_NE(each.member, standing->name);
}

TEST(Terms, LeaveOutWhomAndWhatNobodyMayBeAsked) {
  auto standing = std::make_shared<Standing>(*standing_of("aru"));
  standing->policy.members.at("bel").responds = false;
  const std::string bel = standing->policy.members.at("bel").name;
  for (const Purpose& each : terms(*standing).purposes) EXPECT_THAT(each.members, Not(Contains(bel))) << each.name;
  standing->policy.pairs.erase("aru");
  EXPECT_THAT(terms(*standing).purposes, IsEmpty());
}

}  // namespace
}  // namespace whorl::member
