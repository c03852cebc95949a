// The comparator's fast paths against their slow twins, and what it keeps from one comparison to the next.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <set>
#include <thread>

#include "base/simd.h"
#include "templates/fingerprint/compare/align.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/lowest_keys.h"
#include "templates/fingerprint/compare/ridge_blocks.h"
#include "templates/fingerprint/compare/ridge_cells.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"
#include "tests/fingerprint/ridge_pattern.h"

namespace whorl::fingerprint {
namespace {

using tests::ridge_pattern;

FingerprintTemplate drawn(std::uint64_t seed, double noise) {
  return extract(tests::draw(tests::make_drawn_print(seed, 24), {.noise = noise})).value();
}

TEST(RidgeMatch, TurningABlockAgreesWithItsSlowTwin) {
  const RidgeMap map = ridge_pattern(123, 90, 40, 5);
  Bytes bits = map.bits;
  bits.resize(bits.size() + 4);
  const RidgeView view{map.columns, map.rows, map.row_bytes(), bits.data()};
  RidgeStrips strips;
  strips.begin(view);
  for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2}) {
    limit_instructions(most);
    int blocks = 0;
    int differing = 0;
    for (int round = 0; round < 60; ++round) {
      const float angle = static_cast<float>(round) * 0.37F;
      const BlockTurner turner(std::cos(angle), std::sin(angle));
      for (int row = 0; row < 13; ++row) {
        for (int column = 0; column < 17; ++column) {
          if (!BlockTurner::inside(view, column, row)) continue;
          const RidgeBlock fast = turner.block(strips, column, row);
          const RidgeBlock slow = turn_block_plainly(view, static_cast<float>(8 * column + 4),
                                                     static_cast<float>(8 * row + 4), std::cos(angle), std::sin(angle));
          for (std::size_t v = 0; v < fast.size(); ++v)
            differing += std::popcount(static_cast<unsigned>(fast[v] ^ slow[v]));
          ++blocks;
        }
      }
    }
    EXPECT_EQ(blocks, 60 * 9 * 13);              // those that lie inside whatever the angle
    EXPECT_LE(differing, blocks * 256 / 10000);  // samples within rounding of two
  }
  limit_instructions(Instructions::kAvx512);
}

TEST(RidgeMatch, ABlocksPlaceAgreesWithItsSlowTwin) {
  const RidgeMap map = ridge_pattern(64, 60, 60, 9);
  Bytes bits = map.bits;
  bits.resize(bits.size() + 4);
  const RidgeView view{map.columns, map.rows, map.row_bytes(), bits.data()};
  RidgeStrips strips;
  strips.begin(view);
  const BlockTurner turner(1, 0);
  std::set<std::pair<int, int>> places;
  for (int round = 0; round < 4000; ++round) {
    RidgeBlock block = turner.block(strips, 2 + round % 4, 2 + round / 4 % 4);
    // Less and less of it, down to nothing, where many places are as good.
    for (std::size_t v = 0; v < block.size(); ++v) {
      if (static_cast<int>(v) < round / 200) block[v] = round % 2 == 0 ? 0 : 0xFFFF;
    }
    const std::uint32_t* const words = strips.at(round * 7 % 5, round * 13 % 40);
    const BlockPlace slow = best_place_plainly(block, words, round % 8);
    EXPECT_EQ(best_place_portably(block, words, round % 8), slow) << round;
    EXPECT_EQ(best_place(block, words, round % 8), slow) << round;
    places.insert({slow.right, slow.down});
  }
  EXPECT_EQ(places.size(), 25u);
}

TEST(RidgeCells, OutwardsIsTheOrderOfTheirKeys) {
  OutwardSort outwards;
  for (int round = 0; round < 60; ++round) {
    // A disc, a ring, a strip and two heaps far apart, around points inside and far outside.
    std::vector<SharedCell> cells;
    for (int row = 0; row < 30 + round; ++row) {
      for (int column = 0; column < 40; ++column) {
        const int from_middle = (row - 20) * (row - 20) + (column - 20) * (column - 20);
        const bool there = round % 4 == 0   ? from_middle < 300
                           : round % 4 == 1 ? from_middle > 250 && from_middle < 320
                           : round % 4 == 2 ? row < 2
                                            : from_middle < 100 || (row == 29 && column > 35);
        if (!there) continue;
        const float dx = static_cast<float>(16 * column) - static_cast<float>(round * 37 % 500);
        const float dy = static_cast<float>(16 * row) - static_cast<float>(round % 5 == 0 ? 9000 : 310);
        cells.emplace_back(dx * dx + dy * dy, column, row, Point{dx, dy});
      }
    }
    for (std::size_t k = cells.size(); k > 1; --k) std::swap(cells[k - 1], cells[k * 7919 % (k + 3) % k]);
    cells.resize(cells.size() - static_cast<std::size_t>(round) % 3);
    std::vector<SharedCell> wanted = cells;
    std::ranges::sort(wanted, {}, &SharedCell::key);
    outwards.sort(cells);
    ASSERT_EQ(cells.size(), wanted.size());
    for (std::size_t k = 0; k < cells.size(); ++k) {
      EXPECT_EQ(cells[k].key, wanted[k].key);
      EXPECT_EQ(cells[k].in_b.x, wanted[k].in_b.x);
    }
  }
  std::vector<SharedCell> few;
  outwards.sort(few);
  EXPECT_TRUE(few.empty());
  few.emplace_back(5.0F, 1, 2, Point{});
  outwards.sort(few);
  EXPECT_EQ(few.front().column(), 1);
  EXPECT_EQ(few.front().row(), 2);
}

TEST(LowestKeys, AreWhatSortingLeaves) {
  std::uint64_t seed = 3;
  const auto draw = [&seed] {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(seed >> 33);
  };
  for (int round = 0; round < 600; ++round) {
    // Spread out, in a few heaps, and in one; below and above the middle.
    const std::uint32_t heaps = round % 3 == 0 ? 0x7FFFFFFF : round % 3 == 1 ? 0x030000FF : 0xFF;
    std::set<std::uint32_t> different;
    while (different.size() < static_cast<std::size_t>(round % 3 == 2 ? round % 200 : round % 331)) {
      different.insert((draw() & heaps) + (round % 2 == 0 ? 0x7F000000 : 0));
    }
    std::vector<std::uint32_t> keys(different.begin(), different.end());
    for (std::size_t k = keys.size(); k > 1; --k) std::swap(keys[k - 1], keys[draw() % k]);
    const std::size_t count = 1 + static_cast<std::size_t>(round) * 7 % kMostOrdered;
    ASSERT_EQ(keep_lowest(keys.data(), keys.size(), count), std::min(keys.size(), count));
    std::size_t k = 0;
    for (auto at = different.begin(); at != different.end() && k < count; ++at) EXPECT_EQ(keys[k++], *at);
  }
}

TEST(LowestKeys, PlacesAreThoseOfAStableSort) {
  for (int round = 0; round < 300; ++round) {
    const auto n = static_cast<std::size_t>(round) % (kMostOrdered + 1);
    std::array<float, kMostOrdered> values{};
    std::vector<std::size_t> order(n);
    for (std::size_t k = 0; k < n; ++k) {
      values[k] = static_cast<float>((k * 31 + static_cast<std::size_t>(round)) % (round % 2 == 0 ? 7 : 97)) / 97;
      order[k] = k;
    }
    std::ranges::stable_sort(order, [&](std::size_t l, std::size_t r) { return values[l] > values[r]; });
    std::array<std::int32_t, kMostOrdered> place{};
    falling_places(values.data(), n, place.data());
    for (std::size_t k = 0; k < n; ++k) EXPECT_EQ(place[order[k]], static_cast<int>(k));
  }
}

TEST(SpreadPair, AProbeThatIsKeptIsTheProbeThatIsAsked) {
  std::vector<PreparedTemplate> prints;
  for (const std::uint64_t seed : {7U, 8U, 9U}) {
    // A coded map is kept as well once it is decoded.
    prints.emplace_back(drawn(seed, 8), CompareParameters{}, seed == 8 ? RidgeForm::kRaw : RidgeForm::kCoded);
  }
  // Each score in a thread that has seen nothing, and then all of them by turns in one.
  std::vector<double> alone;
  for (const PreparedTemplate& probe : prints) {
    for (const PreparedTemplate& reference : prints) {
      std::thread([&] { alone.push_back(compare(probe, reference).score); }).join();
    }
  }
  // The same bytes in another place, and other bytes in the same.
  std::vector<std::uint64_t> place;
  const auto moved = [&place](const PreparedTemplate& print) {
    place.resize(print.bytes().size() / sizeof(std::uint64_t));
    std::memcpy(place.data(), print.bytes().data(), print.bytes().size());
    return PreparedView::of_sound(std::as_bytes(std::span(place)));
  };
  for (int round = 0; round < 3; ++round) {
    std::size_t k = 0;
    for (const PreparedTemplate& probe : prints) {
      for (const PreparedTemplate& reference : prints) {
        EXPECT_EQ(compare(round == 1 ? moved(probe) : probe.view(), reference).score, alone[k++]);
      }
    }
    std::rotate(prints.begin(), prints.begin() + 1, prints.end());
    std::rotate(alone.begin(), alone.begin() + 3, alone.end());
    for (std::size_t row = 0; row < 3; ++row) {
      const auto first = alone.begin() + static_cast<std::ptrdiff_t>(3 * row);
      std::rotate(first, first + 1, first + 3);
    }
  }
}

TEST(Compare, InstructionSetsAgree) {
  std::vector<PreparedTemplate> prints;
  for (const std::uint64_t seed : {7U, 8U, 9U, 10U}) {
    for (const double noise : {4.0, 20.0}) {
      prints.emplace_back(drawn(seed, noise));
    }
  }
  int asked_ridges = 0;
  for (const PreparedTemplate& a : prints) {
    for (const PreparedTemplate& b : prints) {
      std::vector<double> scores;
      for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512}) {
        limit_instructions(most);
        std::thread([&] { scores.push_back(compare(a, b).score); }).join();  // which has kept nothing
      }
      EXPECT_EQ(scores[1], scores[0]);
      EXPECT_NEAR(scores[2], scores[0], 1e-3 * (1 + scores[0]));
      asked_ridges += scores[0] > 10 ? 1 : 0;
    }
  }
  EXPECT_GT(asked_ridges, 10);
}

TEST(Alignment, BendingManyPointsAgreesWithEach) {
  const PreparedTemplate prepared(drawn(7, 8));
  Print print;
  print.spread(prepared);
  LocalPairs pairs;
  for (std::size_t k = 0; k < 9; ++k) {
    const auto i = static_cast<std::uint8_t>(k);
    pairs.push_back({1, 0.1F + 0.1F * static_cast<float>(k), i, static_cast<std::uint8_t>((k + k % 3) % 10)});
  }
  const Alignment alignment = Alignment::fit(print, print, pairs, CompareParameters{});
  for (const std::size_t n : {0, 1, 7, 8, 9, 40}) {
    std::vector<float> x, y, bent_x, bent_y;
    for (std::size_t k = 0; k < n; ++k) {
      x.push_back(static_cast<float>(k * 37 % 300));
      y.push_back(-static_cast<float>(k * 53 % 400));
    }
    alignment.bend(x, y, bent_x, bent_y);
    ASSERT_EQ(bent_x.size(), n);
    ASSERT_EQ(bent_y.size(), n);
    for (std::size_t k = 0; k < n; ++k) {
      const Point one = alignment.bent({x[k], y[k]});
      EXPECT_NEAR(bent_x[k], one.x, 1e-3);
      EXPECT_NEAR(bent_y[k], one.y, 1e-3);
      EXPECT_NE(bent_x[k], alignment.rigid({x[k], y[k]}).x);
    }
  }
}

}  // namespace
}  // namespace whorl::fingerprint
