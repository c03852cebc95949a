#include "engine/evaluation/trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <set>

#include "base/parallel.h"

namespace whorl::evaluation {
namespace {

std::vector<Sample> population(int fingers, int impressions) {
  std::vector<Sample> out;
  for (int f = 0; f < fingers; ++f) {
    for (int i = 0; i < impressions; ++i) {
      out.push_back({"s" + std::to_string(f) + "_" + std::to_string(i), "f" + std::to_string(f), true});
    }
  }
  return out;
}

std::pair<int, int> counts(const std::vector<Pair>& pairs) {
  const auto mated = std::count_if(pairs.begin(), pairs.end(), [](const Pair& p) { return p.mated; });
  return {static_cast<int>(mated), static_cast<int>(pairs.size()) - static_cast<int>(mated)};
}

TEST(Trial, TenFingersOfEightImpressionsGiveTheKnownPairCounts) {
  const auto samples = population(10, 8);
  EXPECT_EQ(counts(*pairs_of(samples, Protocol::kAllPairs)), std::make_pair(280, 2880));
  EXPECT_EQ(counts(*pairs_of(samples, Protocol::kFvc)), std::make_pair(280, 45));
}

// FVC's own figures for a set A: 100 fingers of 8 impressions.
TEST(Trial, TheFvcProtocolGivesItsPublishedCounts) {
  EXPECT_EQ(counts(*pairs_of(population(100, 8), Protocol::kFvc)), std::make_pair(2800, 4950));
}

TEST(Trial, EveryPairOnceAndNoneWithItself) {
  const auto pairs = *pairs_of(population(4, 3), Protocol::kAllPairs);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const Pair& p : pairs) {
    EXPECT_LT(p.a, p.b);
    EXPECT_TRUE(seen.emplace(p.a, p.b).second);
  }
}

TEST(Trial, FirstMeansFirstInTheListAlsoWhenFingersAreInterleaved) {
  const std::vector<Sample> samples = {{"a2", "a", true}, {"b1", "b", true}, {"a1", "a", true}, {"b2", "b", true}};
  const std::vector<Pair> expected = {{0, 1, false}, {0, 2, true}, {1, 3, true}};
  EXPECT_EQ(*pairs_of(samples, Protocol::kFvc), expected);
}

TEST(Trial, AListOfPairsIsComparedAsItStands) {
  auto samples = population(3, 2);
  samples[5].extracted = false;
  const std::vector<Pair> pairs = {{1, 0, true}, {0, 2, false}, {4, 5, true}, {3, 5, false}};
  const auto score = [](std::size_t a, std::size_t b) { return static_cast<double>(10 * a + b); };
  const auto trial = run_listed("t", samples, pairs, score, {}, kFaceFailure);
  ASSERT_TRUE(trial.ok()) << trial.error().text();
  EXPECT_EQ(trial->protocol, Protocol::kListed);
  EXPECT_EQ(trial->pairs, pairs);
  EXPECT_EQ(trial->values, (std::vector<double>{10, 2, -1, -1}));
  EXPECT_EQ(trial->failures, 1u);
  EXPECT_EQ(trial->mated.size(), 2u);
  EXPECT_FALSE(protocol_named(name_of(Protocol::kListed)));
}

TEST(Trial, AListThatDoesNotHoldTogetherIsRefused) {
  const auto samples = population(2, 2);
  const auto score = [](std::size_t, std::size_t) { return 0.0; };
  EXPECT_FALSE(run_listed("t", samples, {{0, 4, true}, {0, 2, false}}, score).ok());
  EXPECT_FALSE(run_listed("t", samples, {{0, 1, true}}, score).ok());
  EXPECT_FALSE(run_listed("t", samples, {{0, 2, false}}, score).ok());
}

TEST(Trial, ScoresGoWithTheirPairsOnAllCores) {
  const auto samples = population(20, 5);
  const auto trial = run_trial("t", samples, Protocol::kAllPairs,
                               [](std::size_t a, std::size_t b) { return static_cast<double>(a * 1000 + b); });
  ASSERT_TRUE(trial.ok());
  for (std::size_t i = 0; i < trial->pairs.size(); ++i) {
    ASSERT_EQ(trial->values[i], trial->pairs[i].a * 1000.0 + trial->pairs[i].b);
  }
  EXPECT_EQ(trial->mated.size(), 20u * 10u);
  EXPECT_EQ(trial->non_mated.size(), 190u * 25u);
  EXPECT_EQ(trial->fingers.size(), 20u);
}

TEST(Trial, AFailureToExtractIsANonMatchAndIsCounted) {
  auto samples = population(3, 2);
  samples[1].extracted = false;
  std::atomic<int> asked_about_failed = 0;
  const auto trial = run_trial("t", samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    if (a == 1 || b == 1) ++asked_about_failed;
    return 7.0;
  });
  ASSERT_TRUE(trial.ok());
  EXPECT_EQ(asked_about_failed, 0);
  EXPECT_EQ(trial->failures, 1u);
  EXPECT_EQ(trial->samples, 6u);
  EXPECT_EQ(std::count(trial->values.begin(), trial->values.end(), 0.0), 5);
}

TEST(Trial, RefusesWhatHasNoMatedOrNoNonMatedPair) {
  const auto one = [](std::size_t, std::size_t) { return 1.0; };
  EXPECT_EQ(run_trial("t", population(5, 1), Protocol::kAllPairs, one).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(run_trial("t", population(1, 5), Protocol::kAllPairs, one).error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(run_trial("t", {}, Protocol::kAllPairs, one).error().kind, ErrorKind::kInvalidInput);
}

TEST(Trial, RefusesAScoreThatIsNotFinite) {
  const auto broken = [](std::size_t a, std::size_t) { return a == 2 ? std::nan("") : 1.0; };
  EXPECT_EQ(run_trial("t", population(3, 3), Protocol::kAllPairs, broken).error().kind, ErrorKind::kInternal);
}

TEST(Trial, ReportsItsProgressToTheEnd) {
  std::vector<Progress> seen;
  const auto trial = run_trial(
      "t", population(10, 4), Protocol::kAllPairs, [](std::size_t, std::size_t) { return 1.0; },
      [&](const Progress& p) { seen.push_back(p); });
  ASSERT_TRUE(trial.ok());
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().done, trial->pairs.size());
  EXPECT_EQ(seen.back().total, trial->pairs.size());
  EXPECT_EQ(seen.back().remaining_s, 0.0);
}

TEST(Trial, PoolingKeepsFingersApart) {
  const auto samples = population(3, 2);
  const auto same = [](std::size_t, std::size_t) { return 1.0; };
  const Trial one = *run_trial("one", samples, Protocol::kAllPairs, same);
  const Trial two = *run_trial("two", samples, Protocol::kAllPairs, same);
  const Trial both = pooled({one, two}, "both");
  EXPECT_EQ(both.fingers.size(), 6u);
  EXPECT_EQ(both.mated.size(), 6u);
  EXPECT_EQ(both.non_mated.size(), 24u);
  EXPECT_EQ(both.mated.back().finger_a, 5u);
}

TEST(Trial, ProtocolNamesReadBack) {
  for (const Protocol p : {Protocol::kAllPairs, Protocol::kFvc}) EXPECT_EQ(protocol_named(name_of(p)), p);
  EXPECT_EQ(protocol_named("FVC "), std::nullopt);
}

TEST(ParallelEach, CallsEachOnce) {
  std::vector<std::atomic<int>> calls(1000);
  parallel_each(calls.size(), [&](std::size_t i) { ++calls[i]; }, {});
  EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const auto& c) { return c == 1; }));
}

}  // namespace
}  // namespace whorl::evaluation
