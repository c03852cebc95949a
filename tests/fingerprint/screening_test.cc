// Screening, the fast step before the exact comparison.
#include "templates/fingerprint/screening/screening.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "base/simd.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/fingerprint/screening/second_look.h"
#include "tests/fingerprint/drawn_print.h"

namespace whorl::fingerprint {
namespace {

// Minutiae anywhere, in any direction: a print without ridges.
FingerprintTemplate scattered(std::uint64_t seed, std::size_t minutiae) {
  std::mt19937_64 generator(seed);
  const auto draw = [&](double below) {
    return static_cast<float>(static_cast<double>(generator() >> 11) * 0x1p-53 * below);
  };
  FingerprintTemplate out;
  out.width_px500 = 300;
  out.height_px500 = 400;
  for (std::size_t i = 0; i < minutiae; ++i) {
    out.minutiae.push_back(
        {draw(299), draw(399), draw(6.28), MinutiaType::kEnding, static_cast<std::uint8_t>(90 - i % 80)});
  }
  return out;
}

PreparedTemplate one_non_mated(std::size_t i) { return PreparedTemplate(scattered(1000 + i, 3 + i * 7 % 60)); }

std::vector<ScanRow> non_mated(std::size_t n) {
  std::vector<ScanRow> out;
  for (std::size_t i = 0; i < n; ++i) out.emplace_back(one_non_mated(i));
  return out;
}

Preselector fitted(PreparedView probe, const std::vector<ScanRow>& others) {
  Preselector out(probe);
  for (const ScanRow& other : others) out.sample_non_mated(other);
  out.fit_rarity();
  return out;
}

constexpr Instructions kAllInstructions[] = {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512};

// As no finger's, and as no row that is made of one: cylinders of many bits, of all bits, one that has them all among
// others that have none, numbers of bits that are not theirs, and cylinders beyond those that are described.
std::vector<ScanRow> crowded() {
  std::mt19937_64 generator(3);
  std::vector<ScanRow> out;
  for (const std::uint64_t filled : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    for (const std::size_t of : {std::size_t{1}, ScanRow::kMinutiae}) {
      ScanRow row;
      row.minutiae = row.places = ScanRow::kMinutiae;
      for (std::size_t i = 0; i < of; ++i) {
        std::size_t bits = 0;
        for (auto& word : row.words) {
          word[i] = generator() | filled;
          bits += static_cast<std::size_t>(std::popcount(word[i]));
        }
        row.bits[i] = static_cast<std::uint8_t>(std::min<std::size_t>(bits, ScanRow::kMostBits));
      }
      out.push_back(row);
      row.minutiae = 5;
      out.push_back(row);
      row.minutiae = ScanRow::kMinutiae;
      row.bits.fill(1);
      out.push_back(row);
    }
  }
  return out;
}

TEST(Screening, TheFastPathGivesTheVotesOfItsObviousTwin) {
  auto others = non_mated(600);
  for (const ScanRow& row : crowded()) {
    ASSERT_TRUE(ScanRow::check(std::as_bytes(std::span(&row, 1))).ok());
    others.push_back(row);
  }
  std::size_t voted = 0;
  for (std::size_t minutiae : {1, 2, 7, 8, 9, 23, 24, 25, 40, 120}) {
    const PreparedTemplate probe(scattered(minutiae, minutiae));
    for (const bool learned : {true, false}) {
      const Preselector preselector = fitted(probe, learned ? others : std::vector<ScanRow>());
      for (const Instructions most : kAllInstructions) {
        limit_instructions(most);
        for (const ScanRow& other : others) {
          ASSERT_EQ(preselector.votes(other), preselector.votes_plainly(other));
          voted += preselector.votes(other) > 0 ? 1 : 0;
        }
      }
      const ScanRow itself(probe);
      ASSERT_EQ(preselector.votes(itself), preselector.votes_plainly(itself));
    }
  }
  EXPECT_GT(voted, 100u);
}

TEST(Screening, NonMatedSeldomVoteAndAMateVotesMore) {
  const auto others = non_mated(1000);
  const PreparedTemplate probe(scattered(5, 35));
  FingerprintTemplate again = scattered(5, 35);
  for (std::size_t i = 0; i < again.minutiae.size(); ++i) {
    again.minutiae[i].x_px500 = std::clamp(again.minutiae[i].x_px500 + static_cast<float>(i % 3) - 1, 0.0F, 299.0F);
  }
  again.minutiae.erase(again.minutiae.begin() + 4);
  const Preselector preselector = fitted(probe, others);
  const float mate = preselector.votes(ScanRow(PreparedTemplate(again)));
  const auto above = std::count_if(others.begin(), others.end(),
                                   [&](const ScanRow& other) { return preselector.votes(other) >= mate; });
  EXPECT_EQ(above, 0);
  const auto silent =
      std::count_if(others.begin(), others.end(), [&](const ScanRow& other) { return preselector.votes(other) == 0; });
  EXPECT_GT(silent, 400);
}

TEST(Screening, VotesDoNotDependOnTheOrderOfTheNonMated) {
  auto others = non_mated(400);
  const PreparedTemplate probe(scattered(9, 30));
  const Preselector forth = fitted(probe, others);
  std::reverse(others.begin(), others.end());
  const Preselector back = fitted(probe, others);
  for (const ScanRow& other : others) ASSERT_EQ(forth.votes(other), back.votes(other));
}

TEST(Screening, AProbeWithoutMinutiaeVotesForNobody) {
  const PreparedTemplate nothing{FingerprintTemplate{}};
  const auto others = non_mated(300);
  const Preselector preselector = fitted(nothing, others);
  for (const ScanRow& other : others) EXPECT_EQ(preselector.votes(other), 0);
  EXPECT_EQ(fitted(one_non_mated(20), others).votes(ScanRow(nothing)), 0);
}

TEST(Screening, AnExtractedPrintFindsItsOtherImpression) {
  const auto one = extract(tests::draw(tests::make_drawn_print(7, 30), {.noise = 4}));
  const auto two = extract(tests::draw(tests::make_drawn_print(7, 30), {.noise = 10}));
  ASSERT_TRUE(one.ok() && two.ok());
  std::vector<ScanRow> others;
  for (std::uint64_t seed = 100; seed < 130; ++seed) {
    const auto other =
        extract(tests::draw(tests::make_drawn_print(static_cast<std::uint32_t>(seed), 30), {.noise = 8}));
    if (other.ok()) others.emplace_back(PreparedTemplate(*other));
  }
  const Preselector preselector = fitted(PreparedTemplate(*one), others);
  const float mate = preselector.votes(ScanRow(PreparedTemplate(*two)));
  for (const ScanRow& other : others) EXPECT_LT(preselector.votes(other), mate);
}

// The same finger turned, shifted, and with some minutiae missing and others invented.
FingerprintTemplate captured_again(const FingerprintTemplate& finger, double turn_rad, float shift,
                                   std::uint64_t seed) {
  FingerprintTemplate out = scattered(seed, 8);
  out.width_px500 = out.height_px500 = 600;
  const auto c = static_cast<float>(std::cos(turn_rad));
  const auto s = static_cast<float>(std::sin(turn_rad));
  for (std::size_t i = 0; i < finger.minutiae.size(); ++i) {
    if (i % 6 == 5) continue;
    Minutia m = finger.minutiae[i];
    const float dx = m.x_px500 - 150;
    const float dy = 200 - m.y_px500;
    m.x_px500 = std::clamp(250 + shift + c * dx - s * dy, 0.0F, 599.0F);
    m.y_px500 = std::clamp(300 - shift - (s * dx + c * dy), 0.0F, 599.0F);
    m.direction_rad = static_cast<float>(
        std::fmod(static_cast<double>(m.direction_rad) + turn_rad + 4 * std::numbers::pi, 2 * std::numbers::pi));
    out.minutiae.push_back(m);
  }
  std::stable_sort(out.minutiae.begin(), out.minutiae.end(),
                   [](const Minutia& a, const Minutia& b) { return a.quality > b.quality; });
  return out;
}

TEST(SecondLook, PutsAMateAheadOfAllStrangersHoweverItLies) {
  const auto others = non_mated(800);
  const FingerprintTemplate finger = scattered(5, 35);
  const PreparedTemplate probe(finger);
  const Preselector preselector = fitted(probe, others);
  const SecondLook look(probe, preselector);
  float stranger = 0;
  for (const ScanRow& other : others) stranger = std::max(stranger, look.score(other));
  for (const double turn : {0.0, 0.4, -0.7, 3.0}) {
    for (const float shift : {0.0F, 40.0F}) {
      const ScanRow mate(PreparedTemplate(captured_again(finger, turn, shift, 900)));
      EXPECT_GT(look.score(mate), stranger) << turn << " " << shift;
    }
  }
}

TEST(SecondLook, DoesNotDependOnTheInstructionSet) {
  auto others = non_mated(300);
  for (const ScanRow& row : crowded()) others.push_back(row);
  for (const std::size_t minutiae : {1, 9, 40, 120}) {
    const PreparedTemplate probe(scattered(6, minutiae));
    const SecondLook look(probe, fitted(probe, others));
    for (const ScanRow& other : others) {
      limit_instructions(Instructions::kPlain);
      const float plain = look.score(other);
      for (const Instructions most : kAllInstructions) {
        limit_instructions(most);
        ASSERT_EQ(look.score(other), plain);
      }
    }
  }
}

TEST(SecondLook, AgreesWithItsSlowTwin) {
  const auto others = non_mated(300);
  for (const std::uint64_t seed : {5, 6, 7, 8}) {
    const FingerprintTemplate finger = scattered(seed, 25 + static_cast<int>(seed) * 4);
    const PreparedTemplate probe(finger);
    const SecondLook look(probe, fitted(probe, others));
    for (const ScanRow& other : others) ASSERT_NEAR(look.score(other), look.score_plainly(other), 1e-4);
    for (const double turn : {0.0, 0.4, -0.7, 3.0}) {
      const ScanRow mate(PreparedTemplate(captured_again(finger, turn, 10, 900)));
      EXPECT_NEAR(look.score(mate), look.score_plainly(mate), 1e-4);
      EXPECT_GT(look.score(mate), 0);
    }
  }
}

TEST(SecondLook, OfNothingOrAgainstNothingIsNothing) {
  const auto others = non_mated(300);
  const PreparedTemplate nothing{FingerprintTemplate{}};
  const PreparedTemplate probe(scattered(7, 30));
  EXPECT_EQ(SecondLook(nothing, fitted(nothing, others)).score(others[20]), 0);
  EXPECT_EQ(SecondLook(probe, fitted(probe, others)).score(ScanRow(nothing)), 0);
}

TEST(ScanRow, LaysDescribedMinutiaeFirstAndCountsAllIn) {
  const ScanRow row{PreparedTemplate(scattered(8, 60))};
  EXPECT_EQ(row.minutiae, ScanRow::kMinutiae);
  EXPECT_EQ(row.places, ScanRow::kPlaces);
  EXPECT_EQ(*std::min_element(row.x.begin(), row.x.end()), 0);
  EXPECT_EQ(*std::min_element(row.y.begin(), row.y.end()), 0);
  EXPECT_TRUE(ScanRow::check(std::as_bytes(std::span(&row, 1))).ok());
}

TEST(ScanRow, BytesThatClaimMoreThanThereIsAreRefused) {
  ScanRow row{PreparedTemplate(scattered(8, 60))};
  const auto bytes = std::as_bytes(std::span(&row, 1));
  EXPECT_FALSE(ScanRow::check(bytes.first(bytes.size() - 1)).ok());
  row.minutiae = ScanRow::kMinutiae + 1;
  EXPECT_FALSE(ScanRow::check(bytes).ok());
  row.minutiae = 10;
  row.places = 9;
  EXPECT_FALSE(ScanRow::check(bytes).ok());
  row.places = ScanRow::kPlaces + 1;
  EXPECT_FALSE(ScanRow::check(bytes).ok());
}

}  // namespace
}  // namespace whorl::fingerprint
