// Every question of the example: what is allowed, that nothing widens, that no rule is idle; and that the search finds
// both.
#include "exchange/policy/enumeration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "exchange/policy/rules.h"
#include "tests/exchange/example.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Enumeration, NoRuleOfTheExampleIsUnreachable) {
  const Enumeration found = enumerate(example_policy());
  EXPECT_GT(found.questions, 10'000u);
  EXPECT_GT(found.allowed, 100u);
  EXPECT_THAT(found.unreachable, IsEmpty());
}

TEST(Enumeration, TheNationalExampleWidensNothing) {
  const Policy region = example_policy();
  const auto own = narrowed(region, example_national());
  ASSERT_TRUE(own.ok()) << own.error().text();
  const Enumeration found = enumerate(region, &*own);
  EXPECT_THAT(found.widenings, IsEmpty());
  EXPECT_LT(enumerate(*own).allowed, found.allowed + 1);
}

// The check that finds nothing wrong must be able to.
TEST(Enumeration, FindsEveryWidening) {
  const Policy region = example_policy();
  const auto widened = [&](auto change) {
    Policy other = region;
    change(other);
    return enumerate(region, &other).widenings.size();
  };
  EXPECT_EQ(widened([](Policy&) {}), 0u);
  EXPECT_GT(widened([](Policy& p) { p.pairs["aru"]["esp"] = p.pairs["aru"]["bel"]; }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.pairs["esp"]["bel"].purposes.emplace_back("asylum.registration"); }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.rules.min_age = 0; }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.rules.min_age_by_purpose.clear(); }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.purposes["document.fraud"].lanes.push_back(Lane::kBorder); }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.purposes["document.fraud"].reasons.emplace_back("claim_review"); }), 0u);
  EXPECT_GT(widened([](Policy& p) { ++p.pairs["aru"]["bel"].per_day; }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.retention.backup += Seconds(1); }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.retention.disclosure_register -= Seconds(1); }), 0u);
  EXPECT_GT(widened([](Policy& p) { p.retention.audit_data -= Seconds(1); }), 0u);
}

// What the receiver would answer is no reason to send it: a person's own country must not be asked.
TEST(Enumeration, FindsSendingToACountryThatIsFeared) {
  const Policy region = example_policy();
  Policy other = region;
  other.purposes["asylum.registration"].protect_subject = false;
  const auto widenings = enumerate(region, &other).widenings;
  EXPECT_THAT(widenings, Contains(HasSubstr("sends where the region refuses: aru asks bel for asylum.registration")));
  EXPECT_THAT(widenings, Contains(HasSubstr("who fears BEL")));
  EXPECT_THAT(widenings, Contains(HasSubstr("from BEL")));
  other = region;
  other.purposes["return.identity"].safe_for_unknown = {"bel"};
  EXPECT_THAT(enumerate(region, &other).widenings, Contains(HasSubstr("from nobody knows where")));
}

TEST(Enumeration, FindsShowingAndReleasingWhatTheRegionKeeps) {
  const Policy region = example_policy();
  const auto widened = [&](auto change) {
    Policy other = region;
    change(other);
    return enumerate(region, &other).widenings;
  };
  EXPECT_THAT(widened([](Policy& p) { p.rules.own_citizens.hidden = false; }), Contains(HasSubstr("own_citizen")));
  EXPECT_THAT(widened([](Policy& p) { p.rules.residents.except.emplace_back("border.identity"); }),
              Contains("shows bel for border.identity whom the region hides (resident)"));
  EXPECT_THAT(widened([](Policy& p) { p.rules.shielded_also.clear(); }), Contains(HasSubstr("(shielded)")));
  EXPECT_THAT(widened([](Policy& p) { p.rules.face_alone_decides = true; }), Contains(HasSubstr("a match where")));
  EXPECT_THAT(widened([](Policy& p) { p.rules.child_until = 14; }), Contains(HasSubstr("a match where")));
  EXPECT_THAT(widened([](Policy& p) { p.purposes["document.fraud"].items.push_back(Item::kFaceImage); }),
              Contains(HasSubstr("to del for document.fraud where the region refuses")));
  EXPECT_THAT(widened([](Policy& p) { p.rules.release_second_officer.clear(); }),
              Contains(HasSubstr("for asylum.registration where the region refuses")));
  EXPECT_THAT(widened([](Policy& p) { p.rules.release_relogin += Seconds(1); }), Contains(HasSubstr("releases")));
}

TEST(Enumeration, FindsRulesThatNoQuestionMeets) {
  Policy policy = example_policy();
  policy.members["bel"].responds = false;
  EXPECT_THAT(enumerate(policy).unreachable, Contains(HasSubstr("pairs.aru.bel")));
  policy = example_policy();
  policy.pairs["cor"].clear();
  const auto unreachable = enumerate(policy).unreachable;
  EXPECT_THAT(unreachable, Contains("purposes.return.identity"));
  EXPECT_THAT(unreachable, Contains("rules.min_age_by_purpose.return.identity"));
  EXPECT_THAT(unreachable, Contains("rules.shielded_also.return.identity"));
}

// A slow twin of the rules, written from the example's text: which member may ask which for what.
TEST(Enumeration, TheMatrixIsTheExamples) {
  std::vector<std::string> rows;
  for (const MatrixRow& row : matrix_of(example_policy())) rows.push_back(row.from + ">" + row.to + " " + row.purpose);
  const std::vector<std::string> expected{
      "aru>bel border.identity",     "aru>bel asylum.registration", "aru>bel document.fraud",
      "aru>cor border.identity",     "aru>cor asylum.registration", "aru>cor document.fraud",
      "bel>aru border.identity",     "bel>aru document.fraud",      "bel>cor border.identity",
      "bel>cor document.fraud",      "bel>esp border.identity",     "bel>esp document.fraud",
      "cor>aru border.identity",     "cor>aru asylum.registration", "cor>aru return.identity",
      "cor>aru document.fraud",      "cor>bel border.identity",     "cor>bel asylum.registration",
      "cor>bel return.identity",     "cor>bel document.fraud",      "cor>esp border.identity",
      "cor>esp asylum.registration", "cor>esp return.identity",     "cor>esp document.fraud",
      "del>aru document.fraud",      "esp>bel border.identity",     "esp>cor border.identity"};
  EXPECT_EQ(rows, expected);
}

// Every class of person, asker and purpose: what is hidden is hidden for one reason, and nothing is shown that a rule
// hides.
TEST(Enumeration, SuppressionIsTotal) {
  const Policy policy = example_policy();
  const GeneralRules& rules = policy.rules;
  int combinations = 0;
  for (const auto& [asker, member] : policy.members) {
    for (const auto& [purpose, text] : policy.purposes) {
      for (const auto citizenship :
           {Citizenship::kOther, Citizenship::kOwn, Citizenship::kResident, Citizenship::kOwnAndResident}) {
        const bool both = citizenship == Citizenship::kOwnAndResident;
        const bool own = both || citizenship == Citizenship::kOwn;
        const bool resident = both || citizenship == Citizenship::kResident;
        for (int bits = 0; bits < 8; ++bits) {
          CandidateFacts facts{citizenship, (bits & 1) != 0, {}, (bits & 2) != 0};
          if ((bits & 4) != 0) facts.never_to = {asker};
          const auto in = [&wanted = purpose](const std::vector<std::string>& list) {
            return std::find(list.begin(), list.end(), wanted) != list.end();
          };
          const bool hides = !facts.active || !facts.never_to.empty() || (facts.shielded && in(rules.shielded_also)) ||
                             (own && !in(rules.own_citizens.except)) || (resident && !in(rules.residents.except));
          EXPECT_EQ(suppress(policy, facts, asker, purpose).has_value(), hides);
          ++combinations;
        }
      }
    }
  }
  EXPECT_EQ(combinations, 5 * 4 * 4 * 8);
}

}  // namespace
}  // namespace whorl::tests
