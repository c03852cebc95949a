// The facts of the papers: which there are, what is taken of files, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "cli/papers/paper.h"
#include "cli/papers/sources.h"
#include "tests/support/shared_data.h"

namespace whorl::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace cli::papers;

std::string text_of(const std::string& path) {
  std::ifstream in(source_path(path));
  return {std::istreambuf_iterator<char>(in), {}};
}

// What full facts state, by the library.
Facts full_facts() {
  Facts out{{"product.version", "1"}};
  for (const FactSpec& fact : all_facts()) out.emplace(fact.name, "stated");
  return out;
}

// One fact less at a time, of every document.
TEST(PaperFacts, EachOneThatLacksIsAnErrorThatNamesItAlone) {
  for (const Paper& paper : all_papers()) {
    ASSERT_TRUE(filled(paper, full_facts()).ok());
    for (const std::string& place : places_of(paper)) {
      Facts facts = full_facts();
      facts.erase(place);
      const auto text = filled(paper, facts);
      ASSERT_FALSE(text.ok()) << paper.name << ": " << place;
      EXPECT_THAT(text.error().message, AllOf(HasSubstr("1 fact "), HasSubstr(place + " (")));
    }
  }
}

TEST(PaperFacts, AreKnownAndEachIsUsedSomewhere) {
  std::set<std::string> used;
  for (const Paper& paper : all_papers()) {
    EXPECT_THAT(title_of(paper), Not(HasSubstr("{{"))) << paper.name;
    for (const std::string& place : places_of(paper)) {
      const FactSpec* fact = fact_named(place);
      ASSERT_NE(fact, nullptr) << paper.name << ": " << place;
      EXPECT_FALSE(source_of(*fact).empty());
      used.insert(place);
    }
    // Every pair of braces is a place.
    const auto count = [&](const char* what) {
      std::size_t n = 0;
      for (std::size_t i = paper.text.find(what); i != std::string_view::npos; i = paper.text.find(what, i + 2)) ++n;
      return n;
    };
    EXPECT_EQ(count("{{"), count("}}")) << paper.name;
  }
  for (const FactSpec& fact : all_facts()) EXPECT_TRUE(used.contains(std::string(fact.name))) << fact.name;
}

TEST(PaperFacts, OfThePolicyAreStatedWithoutAnySpareOne) {
  Facts facts;
  const auto policy = exchange::parse_policy(text_of("examples/exchange/region.toml"), "region.toml");
  ASSERT_TRUE(policy.ok());
  add_policy_facts({*policy, {}}, false, facts);
  add_member_facts(*policy, "del", nullptr, facts);
  for (const auto& [name, value] : facts) {
    ASSERT_NE(fact_named(name), nullptr) << name;
    EXPECT_EQ(fact_named(name)->kind, FactKind::kDerived) << name;
  }
  EXPECT_EQ(facts.at("member.answers"), "None.");  // it asks and is not asked
}

TEST(PaperFacts, OfRatesThatAreNoneAreRefused) {
  Facts facts;
  for (const std::string bad : {"", "[]", "{}", "{\"sets\":[]}", "{\"sets\":7,\"searches\":{}}", "{\"format\":\"x\"}",
                                "{\"sets\":[{\"operating_points\":[{\"supported\":false}]}]}"}) {
    EXPECT_FALSE(add_measured_facts(bad, facts).ok()) << bad;
  }
  EXPECT_FALSE(add_measured_facts(std::string(100'000, '['), facts).ok());
  EXPECT_TRUE(facts.empty());
}

TEST(PaperFacts, AreTakenOfTheShippedCalibration) {
  Facts facts;
  const Status added = add_measured_facts(text_of("engine/data/fingerprint-calibration.json"), facts);
  ASSERT_TRUE(added.ok()) << added.error().text();
  EXPECT_THAT(facts.at("measured.rates"),
              AllOf(HasSubstr("| 30 | 1 in 1000 |"), HasSubstr("counted"), HasSubstr("extrapolated")));
  EXPECT_THAT(facts.at("measured.source"), HasSubstr("20987280 comparisons"));
}

TEST(PaperFacts, OfHostileFilesAreRefusedAndSayWhere) {
  struct Bad {
    std::string toml;
    std::string why;
  };
  for (const Bad& bad : std::vector<Bad>{{"[authority]\nname = 7\n", "facts.toml:2"},
                                         {"[authority]\nname = [\"x\"]\n", "authority.name"},
                                         {"[authority]\nname = \"\"\n", "is empty"},
                                         {"[authority]\nname = \"  \"\n", "is empty"},
                                         {"[authority]\nname = \"a\\u0007b\"\n", "controls"},
                                         {"[authority]\nname = \"\"\"a\nb\"\"\"\n", "breaks the line"},
                                         {"[authority]\nname = \"a\\u202eb\"\n", "direction of writing"},
                                         {"[authority]\nname = \"a\\u0085b\"\n", "controls"},
                                         {"[authority]\nname = \"a\\u2028b\"\n", "breaks the line"},
                                         {"[authority]\nnome = \"x\"\n", "nearest is authority.name"},
                                         {"[authority]\nname = \"" + std::string(2001, 'x') + "\"\n", "authority.name"},
                                         {"[rights]\ndays = \"30\"\n", "whole number"},
                                         {"[rights]\ndays = 0\n", "whole number"},
                                         {"[rights]\ndays = 3.5\n", "whole number"},
                                         {"[assessment]\nday = \"2026-12-01\"\n", "is a date"},
                                         {"[policy]\nid = \"18/00\"\n", "no fact that a person states"},
                                         {"[member]\nanswers = \"None.\"\n", "no fact that a person states"},
                                         {"name = \"x\"\n", "stands in no table"},
                                         {"[authority\n", "facts.toml:1"},
                                         {std::string(70'000, '#'), "facts.toml"}}) {
    Facts facts;
    const Status added = add_stated_facts(bad.toml, "facts.toml", facts);
    ASSERT_FALSE(added.ok()) << bad.toml.substr(0, 80);
    EXPECT_THAT(added.error().text(), HasSubstr(bad.why)) << bad.toml.substr(0, 80);
  }
}

TEST(PaperFacts, ShowMarkupAndDoNotFollowIt) {
  Facts facts;
  const std::string hostile = "# <script>x</script> | [a](javascript:b) ![c](d) {{policy.id}} `e` *f* _g_ & \\ ~h~ $i$";
  ASSERT_TRUE(add_stated_facts("[authority]\nname = '" + hostile + "'\naddress = '- x'\n", "f", facts).ok());
  const std::string name = facts.at("authority.name");
  EXPECT_EQ(facts.at("authority.address"), R"(\- x)");
  std::string unescaped;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      unescaped += name[++i];
      continue;
    }
    EXPECT_EQ(std::string("#<>[]|{}`*_&~$!").find(name[i]), std::string::npos) << name.substr(i);
    unescaped += name[i];
  }
  EXPECT_EQ(unescaped, hostile);
  EXPECT_EQ(escaped("a\nb\x7f\xe2\x80\xae"), "a?b??");
}

}  // namespace
}  // namespace whorl::tests
