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
