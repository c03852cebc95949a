// One vector a finger: what an index of vectors is asked first.
#include "templates/fingerprint/screening/aggregate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "templates/fingerprint/compare/prepared.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"

namespace whorl::fingerprint {
namespace {

ScanRow row_of(std::uint64_t print, const tests::DrawnPose& pose = {}) {
  const auto extracted = extract(tests::draw(tests::make_drawn_print(print), pose));
  EXPECT_TRUE(extracted.ok());
  return ScanRow(PreparedTemplate(*extracted));
}

// Descriptors that no print has, too: of any number of bits.
ScanRow random_row(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  ScanRow out;
  out.minutiae = static_cast<std::uint8_t>(seed % (ScanRow::kMinutiae + 1));
  for (auto& word : out.words) {
    for (std::size_t m = 0; m < out.minutiae; ++m) word[m] = generator() & (seed % 2 == 0 ? ~0ULL : generator());
  }
  return out;
}

double cosine(const Aggregate& a, const Aggregate& b) {
  double out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) out += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return out;
}

TEST(Aggregate, TheFastPathGivesTheVectorOfItsObviousTwin) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const ScanRow row = random_row(seed);
    const Aggregate fast = aggregated(row);
    const Aggregate slow = aggregated_plainly(row);
    for (std::size_t i = 0; i < fast.size(); ++i) ASSERT_NEAR(fast[i], slow[i], 1e-4F) << seed << " " << i;
    EXPECT_NEAR(cosine(fast, fast), row.minutiae > 0 ? 1 : 0, 1e-5);
  }
}

TEST(Aggregate, AFingerTurnedAndMovedIsMoreAlikeThanEverybodyElse) {
  constexpr std::uint64_t kFingers = 12;
  std::vector<Aggregate> kept;
  for (std::uint64_t print = 1; print <= kFingers; ++print) kept.push_back(aggregated(row_of(print)));
  for (std::uint64_t print = 1; print <= kFingers; ++print) {
    const Aggregate again = aggregated(row_of(print, {0.5, 12, -9, 8, print}));
    for (std::uint64_t other = 1; other <= kFingers; ++other) {
      if (other == print) continue;
      EXPECT_GT(cosine(again, kept[print - 1]), cosine(again, kept[other - 1])) << print << " against " << other;
    }
  }
}

TEST(Aggregate, WithoutADescribedMinutiaItIsZeroEverywhere) {
  EXPECT_EQ(aggregated(ScanRow()), Aggregate{});
  EXPECT_EQ(aggregated_plainly(ScanRow()), Aggregate{});
}

// What a code stands for, and every other code's pair.
TEST(Aggregate, ACodeNamesTheNearestValueOfEachPair) {
  const auto values = aggregate_codebook();
  ASSERT_EQ(values.size(), kAggregateDimension * kAggregateValues);
  const Aggregate vector = aggregated(row_of(3));
  const AggregateCode code = code_of(vector);
  const auto apart = [&](std::size_t pair, std::size_t value) {
    double out = 0;
    for (std::size_t k = 0; k < kAggregateCoded; ++k) {
      out += std::pow(static_cast<double>(vector[pair * kAggregateCoded + k]) -
                          static_cast<double>(values[(pair * kAggregateValues + value) * kAggregateCoded + k]),
                      2);
    }
    return out;
  };
  for (std::size_t pair = 0; pair < kAggregateDimension / kAggregateCoded; ++pair) {
    const std::size_t named = code[pair / 2] >> (pair % 2 * 4) & 15;
    for (std::size_t value = 0; value < kAggregateValues; ++value) {
      EXPECT_LE(apart(pair, named), apart(pair, value) + 1e-9) << pair;
    }
  }
}

}  // namespace
}  // namespace whorl::fingerprint
