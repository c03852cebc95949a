#include "engine/evaluation/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace whorl::evaluation {
namespace {

struct Made {
  std::vector<Sample> samples;
  Trial trial;
};

double draw(std::size_t a, std::size_t b, std::uint64_t seed) {
  std::mt19937_64 random(a * 100003 + b + seed * 7);
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

Made made() {
  Made out;
  for (int p = 0; p < 30; ++p) {
    for (int i = 0; i < 4; ++i) {
      const std::string name = "s" + std::to_string(p);
      out.samples.push_back({name + "_" + std::to_string(i), name, true, name});
    }
  }
  out.trial = *run_trial("made", out.samples, Protocol::kAllPairs, [&](std::size_t a, std::size_t b) {
    return (out.samples[a].finger == out.samples[b].finger ? 0.7 : 0) + draw(a, b, 1);
  });
  return out;
}

const Difference& row(const RunDifference& run, const std::string& measure) {
  for (const Difference& d : run.rows) {
    if (d.measure == measure) return d;
  }
  throw std::runtime_error("no " + measure);
}

TEST(Difference, OfARunWithItselfIsZeroAndNotShown) {
  const Made data = made();
  const auto got = difference_of(data.trial, data.samples, data.trial.values, {200, 1});
  ASSERT_TRUE(got.ok()) << got.error().text();
  EXPECT_EQ(got->pairs, data.trial.pairs.size());
  EXPECT_GE(got->rows.size(), 4u);
  for (const Difference& d : got->rows) {
    EXPECT_EQ(d.value(), 0) << d.measure;
    EXPECT_EQ(d.low, 0) << d.measure;
    EXPECT_EQ(d.high, 0) << d.measure;
    EXPECT_EQ(d.verdict(), "not shown to differ") << d.measure;
  }
}

TEST(Difference, TheFiguresAreThoseOfTheRuns) {
  const Made data = made();
  std::vector<double> better = data.trial.values;
  for (std::size_t i = 0; i < better.size(); ++i) better[i] += data.trial.pairs[i].mated ? 0.4 : 0;
  const auto got = difference_of(data.trial, data.samples, better, {200, 1});
  ASSERT_TRUE(got.ok());
  EXPECT_NEAR(row(*got, "EER").here, equal_error_rate(data.trial, {0, 1}).value, 1e-12);
  EXPECT_NEAR(row(*got, "FNMR at FMR 1.00 %").here, operating_point(data.trial, 0.01).fnmr.value(), 1e-12);
  EXPECT_GT(row(*got, "EER").value(), 0);
  EXPECT_EQ(row(*got, "EER").verdict(), "higher");
  EXPECT_EQ(row(*got, "FNIR at FPIR 10.00 %").verdict(), "higher");
}

TEST(Difference, PairsOfOneRunAloneAreLeftOut) {
  const Made data = made();
  std::vector<double> other = data.trial.values;
  for (std::size_t i = 0; i < other.size(); i += 3) other[i] = std::numeric_limits<double>::quiet_NaN();
  const auto got = difference_of(data.trial, data.samples, other, {100, 1});
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->pairs + got->only_here, data.trial.pairs.size());
  EXPECT_THAT(differences_text({*got}), testing::HasSubstr("not in the other run"));
  const std::vector<double> none(other.size(), std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(difference_of(data.trial, data.samples, none, {100, 1}).error().code(), "runs_not_paired");
}

TEST(Difference, TheReportsAgree) {
  const Made data = made();
  const auto got = difference_of(data.trial, data.samples, data.trial.values, {100, 1});
  const auto json = differences_json({*got});
  EXPECT_EQ(json.at(0).at("figures").as_array().size(), got->rows.size());
  const std::string csv = differences_csv({*got});
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), 1 + got->rows.size());
}

}  // namespace
}  // namespace whorl::evaluation
