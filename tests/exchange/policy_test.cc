// The five-member example, and what is refused of a policy's text.
#include "exchange/policy/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "exchange/policy/policy_note.h"
#include "tests/exchange/example.h"
#include "tests/exchange/members.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Policy, TheExampleIsRead) {
  const Policy policy = example_policy();
  EXPECT_EQ(policy.serial, 17u);
  EXPECT_EQ(policy.members.size(), 5u);
  EXPECT_FALSE(policy.members.at("del").responds);
  EXPECT_EQ(policy.lanes.at(Lane::kBorder).jitter, Seconds(1));
  EXPECT_EQ(policy.pair("cor", "aru")->per_year, 400'000u);
  EXPECT_EQ(policy.pair("aru", "esp"), nullptr);
  EXPECT_EQ(policy.retention.gallery_default, Seconds(5 * 365 * 86400));
  EXPECT_EQ(policy.short_name_of("c.rbdes.test"), "cor");
  EXPECT_EQ(policy.id().size(), std::string("17/").size() + 16);
}

struct Change {
  std::string name;
  std::string from;  // what stands in the example
  std::string to;
  std::string said;
};
void PrintTo(const Change& change, std::ostream* os) { *os << change.name; }

class ChangedPolicy : public testing::TestWithParam<Change> {};

TEST_P(ChangedPolicy, IsRefusedWithItsPlace) {
  std::string text = example_text("region.toml");
  const std::size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, GetParam().from.size(), GetParam().to);
  const auto policy = parse_policy(text, "region.toml");
  ASSERT_FALSE(policy.ok());
  EXPECT_THAT(policy.error().text(), HasSubstr(GetParam().said));
  EXPECT_THAT(policy.error().field.text(), HasSubstr("region.toml:"));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, ChangedPolicy,
    testing::Values(
        Change{"AnotherSchema", "rbdes-policy/1", "rbdes-policy/2", "schema"},
        Change{"AnUnknownKey", "cover_followup", "cover_follow", "is required"},
        Change{"AKeyThatIsLacking", "overall_fpir = 0.001\n", "", "overall_fpir"},
        Change{"AnUnknownMember", "from = \"aru\"", "from = \"arv\"", "no member"},
        Change{"AnUnknownPurpose", "purposes = [\"border.identity\"]", "purposes = [\"border.identit\"]", "no purpose"},
        Change{"ANameThatIsNoName", "a.rbdes.test", "A.rbdes.test", "lower case"},
        Change{"ANameOfTwo", "b.rbdes.test", "a.rbdes.test", "two members"},
        Change{"ACountryOfTwo", "\"BEL\"", "\"ARU\"", "two members"},
        Change{"APairTwice", "to = [\"bel\", \"cor\"]", "to = [\"bel\", \"cor\", \"bel\"]", "twice"},
        Change{"AskingOneself", "to = [\"aru\"]", "to = [\"del\"]", "itself"},
        Change{"ASlotPastTheAnswer", "slot = \"3s\"", "slot = \"10s\"", "answer_within"},
        Change{"NoJitter", "jitter = \"1s\"", "jitter = \"0s\"", "jitter"},
        Change{"AnAgeNobodyCanTell", "min_age = 6", "min_age = 7", "0, 6, 14 or 18"},
        Change{"OnwardTransfer", "onward_transfer = false", "onward_transfer = true", "no other way"},
        Change{"NobodyEverSignedInShortlyEnough", "release_relogin = \"5m\"", "release_relogin = \"0s\"",
               "30s at least"},
        Change{"ASignInBeforeItBegan", "release_relogin = \"5m\"", "release_relogin = \"-5m\"", "release_relogin"},
        Change{"ASignInTooShortlyBefore", "release_relogin = \"5m\"", "release_relogin = \"29s\"", "30s at least"},
        Change{"ASignInOfYesterday", "release_relogin = \"5m\"", "release_relogin = \"1d\"", "an hour at most"},
        Change{"ASignInWithoutATime", "release_relogin = \"5m\"", "release_relogin = \"\"", "release_relogin"},
        Change{"AProbeThatIsKept", "probe = \"0s\"", "probe = \"1h\"", "no other way"},
        Change{"MoreADayThanAYear", "per_day = 40\n", "per_day = 4000\n", "per_year"},
        Change{"AnEndBeforeItsBeginning", "2027-06-01", "2026-06-01", "valid_until"},
        Change{"AnEndThatNoClockReaches", "valid_until = 2027", "valid_until = 3027", "between 1970 and 2200"},
        Change{"SharesOfMoreThanAll", "share = 0.5", "share = 0.6", "share"},
        Change{"AnUnknownItem", "\"identity\", \"document\"", "\"identity\", \"letters\"", "no item"},
        Change{"ALaneOfNoCheck", "\"urgent\", \"routine\"", "\"urgent\", \"reply\"", "no lane"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Policy, EveryPrefixIsReadOrRefused) {
  const std::string text = example_text("region.toml");
  for (std::size_t n = 0; n < text.size(); n += 97) (void)parse_policy(text.substr(0, n), "region.toml");
  EXPECT_FALSE(parse_policy(std::string(kMostPolicyBytes + 1, '#'), "x").ok());
}

TEST(Policy, DurationsAreReadAndWritten) {
  for (const auto* text : {"10s", "90d", "5y", "49h", "5m", "0s"})
    EXPECT_EQ(duration_text(*duration_named(text)), text);
  for (const auto* text : {"", "s", "-1s", "1", "1w", "99999999999d", "1.5h", "1 h"})
    EXPECT_FALSE(duration_named(text)) << text;
}

class PolicyNote : public testing::Test {
 protected:
  const Office office_ = make_office();
  const std::vector<crypto::NoteVerifier> office_key_{office_.signer.verifier()};
  const MemberKeys a_ = make_member("a.rbdes.test"), b_ = make_member("b.rbdes.test"), c_ = make_member("c.rbdes.test");
  const MemberKeys d_ = make_member("d.rbdes.test"), e_ = make_member("e.rbdes.test");
  const Directory directory_ = directory_of({&a_, &b_, &c_, &d_, &e_});
  const std::string text_ = example_text("region.toml");
};

TEST_F(PolicyNote, HoldsForThoseWhoSigned) {
  const auto opened = open_policy(note_of(text_, office_, {&a_, &b_, &c_, &d_, &e_}), office_key_, directory_);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_TRUE(opened->absent.empty());
  EXPECT_EQ(opened->policy.id(), example_policy().id());
}

TEST_F(PolicyNote, AMemberThatHasNotSignedIsAbsent) {
  const auto opened = open_policy(note_of(text_, office_, {&a_, &b_, &d_, &e_}), office_key_, directory_);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_THAT(opened->absent, ElementsAre("cor"));
  EXPECT_EQ(opened->policy.pair("aru", "cor"), nullptr);
  EXPECT_EQ(opened->policy.pair("cor", "aru"), nullptr);
  EXPECT_NE(opened->policy.pair("aru", "bel"), nullptr);
}

TEST_F(PolicyNote, AStrangersSignatureUnderAMembersNameIsNone) {
  const MemberKeys stranger = make_member("c.rbdes.test");
  const auto opened = open_policy(note_of(text_, office_, {&a_, &b_, &stranger}), office_key_, directory_);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_THAT(opened->absent, ElementsAre("cor", "del", "esp"));
}

TEST_F(PolicyNote, WithoutTheOfficeItIsNothing) {
  const Office other = make_office();
  EXPECT_EQ(open_policy(note_of(text_, other, {&a_, &b_}), office_key_, directory_).error().code(),
            "policy_not_signed");
}

TEST_F(PolicyNote, AChangedLetterMakesItFalse) {
  std::string note = note_of(text_, office_, {&a_, &b_});
  note.replace(note.find("per_day = 40"), 12, "per_day = 90");
  EXPECT_FALSE(open_policy(note, office_key_, directory_).ok());
}

}  // namespace
}  // namespace whorl::tests
