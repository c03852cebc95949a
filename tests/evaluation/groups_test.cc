#include "engine/evaluation/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;

// Two groups of two people with two images each: group "x" is decided well, "y" badly.
struct Example {
  std::vector<Sample> samples;
  std::vector<std::string> groups;
  Trial trial;
};

Example example() {
  Example out;
  for (int i = 0; i < 8; ++i) {
    out.samples.push_back({"s" + std::to_string(i), "p" + std::to_string(i / 2), i != 7});
    out.groups.push_back(i < 4 ? "x" : "y");
  }
  const auto score = [](std::size_t a, std::size_t b) {
    const bool same = a / 2 == b / 2;
    if (a < 4 && b < 4) return same ? 0.9 : 0.1;
    if (a >= 4 && b >= 4) return same ? 0.05 : 0.8;
    return 0.0;
  };
  out.trial = run_trial("t", out.samples, Protocol::kAllPairs, score, {}, kFaceFailure).value();
  return out;
}

TEST(Groups, EachGroupHasItsOwnRatesAtOneThreshold) {
  const Example e = example();
  const auto got = rates_by_group("g", e.trial, e.samples, e.groups, 0.1);
  ASSERT_TRUE(got.ok()) << got.error().text();
  ASSERT_EQ(got->groups.size(), 2u);
  const GroupRates& x = got->groups[0];
  const GroupRates& y = got->groups[1];
  EXPECT_EQ(x.group, "x");
  EXPECT_EQ(x.fnmr.trials, 2u);
  EXPECT_EQ(x.fmr.trials, 4u);
  EXPECT_EQ(x.fnmr.errors, 0u);
  EXPECT_EQ(x.fmr.errors, 0u);
  EXPECT_EQ(y.fmr.errors, 2u);
  EXPECT_EQ(y.fnmr.errors, 2u);  // one of them for the face that was not found
  EXPECT_EQ(y.fte.errors, 1u);
  EXPECT_EQ(y.samples, 4u);
}

TEST(Groups, ReportsNameEveryGroup) {
  Example e = example();
  for (std::size_t i = 4; i < 8; ++i) e.groups[i] = "";
  const auto study = rates_by_group("sex, stated", e.trial, e.samples, e.groups, 0.1).value();
  EXPECT_THAT(groups_text(study), HasSubstr("(none)"));
  EXPECT_THAT(groups_text(study), HasSubstr("by sex, stated"));
  EXPECT_THAT(groups_csv({study}), HasSubstr("\"sex, stated\",x,0.1,"));
  const auto json = groups_json(study);
  EXPECT_EQ(json.at("groups").as_array().size(), 2u);
  EXPECT_EQ(json.at("groups").at(1).at("group"), "x");
}

TEST(Groups, MustGoWithTheirSamples) {
  const Example e = example();
  EXPECT_FALSE(rates_by_group("g", e.trial, e.samples, {"x"}, 0.1).ok());
}

}  // namespace
}  // namespace whorl::evaluation
