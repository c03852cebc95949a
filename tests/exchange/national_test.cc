#include "exchange/policy/national.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/exchange/example.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using testing::ElementsAre;
using testing::HasSubstr;

Result<Policy> with_file(const std::string& toml) {
  WHORL_ASSIGN(const NationalPolicy national,
               parse_national("only_narrow = true\nmember = \"aru\"\n" + toml, "aru.toml"));
  return narrowed(example_policy(), national);
}

const std::string kOpen = "[galleries.border]\nopen_to = [\"bel\", \"cor\", \"del\", \"esp\"]\n";

TEST(National, TheExampleNarrows) {
  const auto own = narrowed(example_policy(), example_national());
  ASSERT_TRUE(own.ok()) << own.error().text();
  EXPECT_EQ(own->pair("bel", "aru")->per_day, 20u);
  EXPECT_EQ(own->pair("del", "aru")->per_year, 1000u);
  EXPECT_EQ(own->retention.gallery_default, Seconds(3 * 365 * 86400));
  EXPECT_EQ(own->id(), example_policy().id());
}

TEST(National, WhatIsNotOpenedIsShut) {
  const auto own = with_file("[galleries.border]\nopen_to = [\"bel\"]\n[pairs.bel]\nper_day = 20\n");
  ASSERT_TRUE(own.ok()) << own.error().text();
  EXPECT_EQ(own->pair("bel", "aru")->per_day, 20u);
  EXPECT_EQ(own->pair("cor", "aru"), nullptr);
  EXPECT_NE(own->pair("aru", "cor"), nullptr);
  EXPECT_NE(own->pair("cor", "bel"), nullptr);
}

TEST(National, GalleriesAreThoseThatAreOpenToTheAsker) {
  EXPECT_THAT(galleries_for(example_national(), "cor"), ElementsAre("asylum", "border"));
  EXPECT_THAT(galleries_for(example_national(), "bel"), ElementsAre("border"));
}

TEST(National, WhatWouldWidenIsRefusedWithItsKey) {
  const auto said = [](const std::string& toml) {
    const auto own = with_file(toml);
    return own.ok() ? std::string("taken") : std::string(own.error().code()) + " " + own.error().field.text();
  };
  const std::string open = "[galleries.border]\nopen_to = [\"bel\", \"cor\", \"del\"]\n";
  EXPECT_EQ(said(open), "taken");
  EXPECT_EQ(said(kOpen), "policy_widens galleries.border.open_to");
  EXPECT_EQ(said(open + "[pairs.bel]\nper_day = 351\n"), "policy_widens pairs.bel.per_day");
  EXPECT_EQ(said(open + "[pairs.bel]\nper_year = 30001\n"), "policy_widens pairs.bel.per_year");
  EXPECT_EQ(said(open + "[pairs.bel]\npurposes = [\"return.identity\"]\n"), "policy_widens pairs.bel.purposes");
  EXPECT_EQ(said(open + "[pairs.esp]\nper_day = 1\n"), "policy_widens pairs.esp");
  EXPECT_EQ(said(open + "[asks.esp]\nper_day = 1\n"), "policy_widens asks.esp");
  EXPECT_EQ(said(open + "[retention]\nbackup = \"31d\"\n"), "policy_widens retention.backup");
  EXPECT_EQ(said("min_age = 0\n" + open), "policy_widens min_age");
  EXPECT_EQ(said("min_age = 14\n" + open), "taken");
  EXPECT_EQ(said("respond = false\n"), "taken");
  EXPECT_EQ(said("[galleries.border]\nopen_to = [\"xyz\"]\n"), "policy_malformed galleries.border.open_to");
  EXPECT_THAT(said("[rules]\novermuch = 1\n"), HasSubstr("unknown_key"));
}

TEST(National, MustSayThatItOnlyNarrows) {
  EXPECT_FALSE(parse_national("member = \"aru\"\n", "x").ok());
  EXPECT_FALSE(parse_national("only_narrow = false\nmember = \"aru\"\n", "x").ok());
}

}  // namespace
}  // namespace whorl::tests
