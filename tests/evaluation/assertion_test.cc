#include "engine/evaluation/assertion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

namespace whorl::evaluation {
namespace {

using testing::HasSubstr;

TEST(Assertion, IsReadWithItsParts) {
  const auto a = parse_assertion("fnir@fpir=0.01,fingers=2 <= 0.02");
  ASSERT_TRUE(a.ok()) << a.error().text();
  EXPECT_EQ(a->measure, "fnir@fpir");
  EXPECT_EQ(a->at, 0.01);
  EXPECT_EQ(a->fingers, 2);
  EXPECT_TRUE(a->at_most);
  EXPECT_EQ(a->limit, 0.02);
  EXPECT_EQ(a->text, "fnir@fpir=0.01,fingers=2<=0.02");
  const auto b = parse_assertion("cmc@rank=1>=0.98");
  ASSERT_TRUE(b.ok());
  EXPECT_FALSE(b->at_most);
  EXPECT_TRUE(parse_assertion("eer<=0.05").ok());
}

TEST(Assertion, OfAnotherFormIsRefused) {
  for (const std::string text :
       {"", "fnir", "fnir<=0.02", "fnir@fpir<=0.02", "fnir@fmr=0.01<=0.02", "fnir@fpir=0.01<0.02", "fnir@fpir=0.01<=2",
        "fnir@fpir=0<=0.1", "fnir@fpir=nan<=0.1", "eer@fmr=0.1<=0.1", "fnmr@fmr=0.1,fingers=2<=0.1",
        "cmc@rank=1.5>=0.9", "cmc@rank=99>=0.9", "fnir@fpir=0.01,fingers=0<=0.1", "bias<=0.1", "eer<=", "eer<=0.1x",
        "eer<=1e999", "eer\n<=0.1"}) {
    const auto got = parse_assertion(text);
    ASSERT_FALSE(got.ok()) << text;
    EXPECT_EQ(got.error().code(), "assertion_malformed") << text;
  }
  EXPECT_FALSE(parse_assertion(std::string(1000, 'e')).ok());
}

// 40 fingers of 4 impressions; about every tenth mated pair is missed.
struct Made {
  std::vector<Sample> samples;
  Trial trial;
};
Made made() {
  Made out;
  for (int f = 0; f < 40; ++f) {
    for (int i = 0; i < 4; ++i) {
      out.samples.push_back({std::to_string(f) + "_" + std::to_string(i), std::to_string(f)});
    }
  }
  out.trial = *run_trial("made", out.samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    std::mt19937_64 random(a * 1009 + b);
    const double noise = static_cast<double>(random() >> 11) * 0x1p-53;
    if (out.samples[a].finger != out.samples[b].finger) return noise;
    return noise < 0.1 ? 0.5 : 5 + noise;
  });
  return out;
}

std::vector<Judged> judged(const std::string& text) {
  const Made data = made();
  const std::vector<Trial> trials = {data.trial};
  const std::vector<Rates> rates = {rates_of(data.trial, {100, 1})};
  const std::vector<SearchStudy> searches = {
      study_of(*searches_of(data.trial, data.samples), nullptr, {{0.1, 0.01, 0.0001}, {}, {100, 1}})};
  const auto out = judge(*parse_assertion(text), {rates, trials, searches, {100, 1}});
  return out.ok() ? *out : std::vector<Judged>{};
}

TEST(Assertion, IsTrueFalseOrNotShownByTheWholeInterval) {
  const auto judgement = [](const std::string& text) { return judged(text).at(0).judgement; };
  EXPECT_EQ(judgement("fnir@fpir=0.01<=0.5"), Judgement::kTrue);
  EXPECT_EQ(judgement("fnir@fpir=0.01<=0.0001"), Judgement::kFalse);
  EXPECT_EQ(judgement("fnir@fpir=0.01>=0.5"), Judgement::kFalse);
  EXPECT_EQ(judgement("dir@fpir=0.1>=0.5"), Judgement::kTrue);
  EXPECT_EQ(judgement("cmc@rank=5>=0.3"), Judgement::kTrue);
  EXPECT_EQ(judgement("fnmr@fmr=0.01<=0.5"), Judgement::kTrue);
  EXPECT_EQ(judgement("eer<=0.5"), Judgement::kTrue);
  EXPECT_EQ(judgement("fte<=0.1"), Judgement::kTrue);
  const Judged exact = judged("fnir@fpir=0.01<=0.5").at(0);
  char at_value[64];
  std::snprintf(at_value, sizeof at_value, "fnir@fpir=0.01<=%.12f", exact.value);
  EXPECT_EQ(judgement(at_value), Judgement::kNotShown);  // the interval holds the limit
}

TEST(Assertion, OfARateThatTheSampleDoesNotSupportIsNotShown) {
  const Judged one = judged("fnir@fpir=0.0001<=0.5").at(0);
  EXPECT_EQ(one.judgement, Judgement::kNotShown);
  EXPECT_FALSE(one.supported);
  EXPECT_THAT(one.text(), HasSubstr("not shown: fnir@fpir=0.0001<=0.5 in made: not supported: FPIR < 3/120"));
  EXPECT_THAT(judged("fnmr@fmr=1e-9<=0.5").at(0).text(), HasSubstr("not supported"));
  EXPECT_TRUE(judged("fnir@fpir=0.01,fingers=2<=0.5").empty());  // refused: nothing was searched with two
}

TEST(Assertion, TheLineHasTheFigureAndItsInterval) {
  EXPECT_THAT(
      judged("fnir@fpir=0.01<=0.0001").at(0).text(),
      testing::MatchesRegex("false: fnir@fpir=0.01<=0.0001 in made: [0-9.]+ %, 95 % interval [0-9.]+ % to [0-9.]+ %"));
  const auto json = judged_json(judged("eer<=0.5"));
  EXPECT_EQ(json.at(0).at("judgement"), "true");
}

}  // namespace
}  // namespace whorl::evaluation
