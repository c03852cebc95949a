// What comes before the weighing: the flow around minutiae, and pairs that agree on one motion.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "base/simd.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/compare/flow_around.h"
#include "templates/fingerprint/compare/local_match.h"
#include "templates/fingerprint/extract/extract.h"
#include "tests/fingerprint/drawn_print.h"

namespace whorl::fingerprint {
namespace {

using tests::draw;
using tests::make_drawn_print;

FingerprintTemplate drawn(std::uint64_t finger, const tests::DrawnPose& pose = {}) {
  return extract(draw(make_drawn_print(finger, 24), pose)).value();
}

TEST(FlowAround, AgreesWithItsSlowTwin) {
  const PreparedTemplate prepared(drawn(1));
  Print print;
  print.spread(prepared);
  ASSERT_GE(print.size(), 15u);
  for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512}) {
    limit_instructions(most);
    std::size_t points = 0;
    std::size_t differing = 0;
    for (std::size_t i = 0; i < print.size(); ++i) {
      const FlowAround fast = flow_around(print, i);
      const FlowAround slow = flow_around_plainly(print, i);
      for (std::size_t k = 0; k < kAroundPoints; ++k) {
        points += slow.known[k] != 0 ? 1 : 0;
        const bool same =
            fast.known[k] == slow.known[k] && (slow.known[k] == 0 || fast.orientation[k] == slow.orientation[k]);
        differing += same ? 0 : 1;
      }
    }
    EXPECT_GT(points, print.size() * kAroundPoints / 2);
    EXPECT_LE(differing, points / 100);  // points within rounding of two cells
  }
}

// A print of one minutia whose flow has another orientation in every cell.
FingerprintTemplate one_minutia(float x, float y, float direction) {
  FingerprintTemplate out;
  out.width_px500 = out.height_px500 = 320;
  out.minutiae = {{x, y, direction, MinutiaType::kEnding, 50}};
  out.flow.columns = out.flow.rows = 320 / kFlowBlock_px500;
  for (int i = 0; i < out.flow.columns * out.flow.rows; ++i) {
    out.flow.cells.push_back({static_cast<std::uint8_t>(i % 251), 90});
  }
  return out;
}

std::uint8_t orientation_at(const FingerprintTemplate& print, float x, float y) {
  const int column = static_cast<int>(x) / kFlowBlock_px500;
  const int row = static_cast<int>(y) / kFlowBlock_px500;
  return print.flow.cells[static_cast<std::size_t>(row * print.flow.columns + column)].orientation;
}

TEST(FlowAround, LooksAheadLeftBehindAndRightOfTheMinutia) {
  // y points down, directions turn counter-clockwise: ahead of a minutia that points up is less y, left of it less x.
  struct Case {
    int quarter_turns;
    float ahead_x, ahead_y, left_x, left_y;
  };
  for (const Case& c : {Case{0, 1, 0, 0, -1}, Case{1, 0, -1, -1, 0}, Case{2, -1, 0, 0, 1}, Case{3, 0, 1, 1, 0}}) {
    const float x = 168;
    const float y = 152;
    const auto direction = static_cast<float>(c.quarter_turns * std::numbers::pi / 2);
    const FingerprintTemplate source = one_minutia(x, y, direction);
    const PreparedTemplate prepared(source);
    Print print;
    print.spread(prepared);
    ASSERT_EQ(print.size(), 1u);
    const auto turned = static_cast<std::uint8_t>(c.quarter_turns * 128);
    for (const FlowAround& got : {flow_around(print, 0), flow_around_plainly(print, 0)}) {
      std::size_t k = 0;
      for (const float radius : {40.0F, 80.0F}) {
        for (const auto& [to_x, to_y] : {std::pair{c.ahead_x, c.ahead_y}, std::pair{c.left_x, c.left_y},
                                         std::pair{-c.ahead_x, -c.ahead_y}, std::pair{-c.left_x, -c.left_y}}) {
          EXPECT_EQ(got.known[k], 255);
          const std::uint8_t orientation = orientation_at(source, x + radius * to_x, y + radius * to_y);
          EXPECT_EQ(got.orientation[k], static_cast<std::uint8_t>(orientation - turned)) << k;
          k += 2;
        }
      }
    }
  }
}

TEST(FlowAround, KnowsNothingBesideThePrint) {
  const PreparedTemplate prepared(one_minutia(8, 8, 0));
  Print print;
  print.spread(prepared);
  for (const FlowAround& got : {flow_around(print, 0), flow_around_plainly(print, 0)}) {
    EXPECT_EQ(got.known[0], 255);                                                       // ahead
    for (const std::size_t outside : {2, 4, 10, 12}) EXPECT_EQ(got.known[outside], 0);  // left and behind
  }
  const PreparedTemplate at_the_end(one_minutia(312, 312, 0));
  print.spread(at_the_end);
  for (const FlowAround& got : {flow_around(print, 0), flow_around_plainly(print, 0)}) {
    for (const std::size_t inside : {2, 4}) EXPECT_EQ(got.known[inside], 255);         // left and behind
    for (const std::size_t outside : {0, 6, 8, 14}) EXPECT_EQ(got.known[outside], 0);  // ahead and right
  }
}

// A print whose foreground begins and ends elsewhere in every row, has holes, and lacks whole rows; its first minutiae
// have nothing around them, so that they have no cylinders.
FingerprintTemplate ragged() {
  FingerprintTemplate out = drawn(5);
  for (std::size_t k = 0; k < 2; ++k) {
    out.minutiae.insert(out.minutiae.begin(),
                        {k == 0 ? 1.0F : static_cast<float>(out.width_px500) - 2,
                         k == 0 ? 2.0F : static_cast<float>(out.height_px500) - 2, 1, MinutiaType::kEnding, 100});
  }
  for (int row = 0; row < out.flow.rows; ++row) {
    for (int column = 0; column < out.flow.columns; ++column) {
      const bool cut =
          row % 7 == 3 || column < row % 5 || column >= out.flow.columns - row % 4 || (row * column) % 11 == 6;
      if (cut) out.flow.cells[static_cast<std::size_t>(row * out.flow.columns + column)] = {};
    }
  }
  return out;
}

TEST(FlowAround, OfEachCylinderIsThatOfItsMinutia) {
  const PreparedTemplate prepared(ragged());
  Print print;
  print.spread(prepared);
  ASSERT_GE(print.cylinders.size(), 15u);
  bool some_without = false;
  for (std::size_t i = 0; i < print.cylinders.size(); ++i) some_without = some_without || print.owner[i] != i;
  ASSERT_TRUE(some_without);
  for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512}) {
    limit_instructions(most);
    const FlowsAround all(print);
    for (std::size_t i = 0; i < print.cylinders.size(); ++i) {
      const FlowAround slow = flow_around_plainly(print, print.owner[i]);
      for (std::size_t k = 0; k < kAroundPoints; ++k) {
        EXPECT_EQ(all[i].known[k], slow.known[k]);
        if (slow.known[k] == 0) continue;
        EXPECT_EQ(all[i].orientation[k], slow.orientation[k]);
      }
    }
  }
}

TEST(FlowGrid, ShowsWhatTheMapHolds) {
  const PreparedTemplate prepared(ragged());
  Print print;
  print.spread(PreparedTemplate(drawn(1)));  // of another size, to be forgotten
  print.spread(prepared);
  const FlowView& map = print.flow;
  ASSERT_EQ(print.flow_grid.columns(), map.columns());
  ASSERT_EQ(print.flow_grid.rows(), map.rows());
  int shown = 0;
  int hidden = 0;
  for (int y = -9; y < map.rows() * kFlowBlock_px500 + 9; ++y) {
    for (int x = -9; x < map.columns() * kFlowBlock_px500 + 9; ++x) {
      const int column = x / kFlowBlock_px500;
      const int row = y / kFlowBlock_px500;
      const bool inside = x >= 0 && y >= 0 && column < map.columns() && row < map.rows();
      const bool there = inside && map.at(column, row).period != 0;
      ASSERT_EQ(print.flow_grid.shows(static_cast<float>(x), static_cast<float>(y)), there) << x << " " << y;
      (there ? shown : hidden) += 1;
    }
  }
  EXPECT_GT(shown, 10000);
  EXPECT_GT(hidden, 10000);
  EXPECT_EQ(print.flow_grid.cells()[map.columns() * map.rows()].period, 0);
  for (const float far : {-1e30F, 1e30F, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_FALSE(print.flow_grid.shows(far, 50));
    EXPECT_FALSE(print.flow_grid.shows(50, far));
  }
}

TEST(FlowAround, AgreementsAgreeWithTheirSlowTwin) {
  const PreparedTemplate first(drawn(3));
  const PreparedTemplate second(drawn(4, {.rotation_rad = -2}));
  Print a;
  Print b;
  a.spread(first);
  b.spread(second);
  const FlowsAround around_a(a);
  const FlowsAround around_b(b);
  std::vector<CylinderPair> pairs;
  for (std::size_t i = 0; i < a.cylinders.size(); ++i) {
    for (std::size_t j = 0; j < b.cylinders.size(); ++j) {
      pairs.push_back(0xABCD0000U | static_cast<CylinderPair>(i << 8 | j));
    }
  }
  ASSERT_GE(pairs.size(), 200u);
  for (const Instructions most : {Instructions::kPlain, Instructions::kAvx2, Instructions::kAvx512}) {
    limit_instructions(most);
    std::vector<std::int32_t> sum(pairs.size(), -1);
    std::vector<std::int32_t> points(pairs.size(), -1);
    flow_agreements(around_a, around_b, pairs, sum.data(), points.data());
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const FlowAgreement slow = flow_agreement_plainly(around_a[first_of(pairs[k])], around_b[second_of(pairs[k])]);
      ASSERT_EQ(sum[k], slow.sum);
      ASSERT_EQ(points[k], slow.points);
    }
  }
}

TEST(FlowAround, TheCosineIsCloseEverywhere) {
  FlowAround a;
  FlowAround b;
  a.known.fill(255);
  b.known.fill(255);
  for (int difference = 0; difference < 256; ++difference) {
    a.orientation.fill(static_cast<std::uint8_t>(difference));
    const FlowAgreement got = flow_agreement_plainly(a, b);
    ASSERT_EQ(got.points, static_cast<int>(kAroundPoints));
    const double mean = static_cast<double>(got.sum) / (kWholeCosine * static_cast<double>(kAroundPoints));
    EXPECT_NEAR(mean, std::cos(2 * std::numbers::pi * difference / 256), 0.06);
  }
}

TEST(FlowAround, LeavesAShareBetweenItsBounds) {
  const CompareParameters p;
  const FlowShare share{p};
  const auto of_mean = [&](double mean, int points) {
    return share.of({static_cast<std::int32_t>(std::lround(mean * kWholeCosine * points)), points});
  };
  EXPECT_EQ(of_mean(-1, 16), FlowShare::kLeast);
  EXPECT_EQ(of_mean(p.flow_around_least, 16), FlowShare::kLeast);
  EXPECT_EQ(of_mean(1, 16), 1);
  EXPECT_NEAR(of_mean((p.flow_around_least + p.flow_around_most) / 2, 16), 0.5, 0.01);
  EXPECT_EQ(of_mean(1, FlowShare::kFewestPoints - 1), 0.5F);
  EXPECT_EQ(of_mean(-1, 0), 0.5F);
}

// Minutiae scattered over a square of that side in the middle of a print, and nothing else.
FingerprintTemplate scattered(std::uint64_t seed, std::size_t count, float side) {
  std::mt19937_64 generator(seed);
  const auto unit = [&] { return static_cast<float>(generator() >> 40) / 16777216.0F; };
  FingerprintTemplate out;
  out.width_px500 = out.height_px500 = 400;
  const float from = (400 - side) / 2;
  for (std::size_t i = 0; i < count; ++i) {
    out.minutiae.push_back({from + side * unit(), from + side * unit(), 6.28F * unit(), MinutiaType::kEnding, 50});
  }
  return out;
}

// So near each other that their neighbourhoods are described, with a flow of one orientation everywhere, or none.
FingerprintTemplate heap(std::optional<std::uint8_t> orientation) {
  FingerprintTemplate out = scattered(11, 30, 200);
  if (orientation) {
    out.flow.columns = out.flow.rows = 400 / kFlowBlock_px500;
    out.flow.cells.assign(static_cast<std::size_t>(out.flow.columns * out.flow.rows), {*orientation, 90});
  }
  return out;
}

// The pairs of each minutia with itself, and their mean likeness.
std::pair<int, float> with_themselves(const FingerprintTemplate& first, const FingerprintTemplate& second,
                                      const CompareParameters& p = {}) {
  const PreparedTemplate prepared_first(first);
  const PreparedTemplate prepared_second(second);
  Print a;
  Print b;
  a.spread(prepared_first);
  b.spread(prepared_second);
  const LocalPairs pairs = local_pairs(a, b, p);
  std::set<std::pair<int, int>> seen;
  std::pair<int, float> out{0, 0};
  for (const LocalPair& q : pairs) {
    EXPECT_TRUE(seen.emplace(q.a, q.b).second) << "twice";
    if (q.a != q.b) continue;
    out.first += 1;
    out.second += q.similarity;
  }
  out.second /= static_cast<float>(std::max(1, out.first));
  return out;
}

TEST(LocalPairs, AreLessAlikeWhereTheFlowDiffers) {
  const auto [same, likeness] = with_themselves(heap(20), heap(20));
  EXPECT_GE(same, 25);
  EXPECT_NEAR(likeness, 1, 1e-3);
  const auto [across, crossed] = with_themselves(heap(20), heap(148));
  EXPECT_GE(across, 25);
  EXPECT_NEAR(crossed, FlowShare::kLeast, 1e-3);
}

TEST(LocalPairs, OfMinutiaeAloneAreWeighedByCylindersAlone) {
  EXPECT_NEAR(with_themselves(heap(std::nullopt), heap(std::nullopt)).second, 1, 1e-3);
  EXPECT_NEAR(with_themselves(heap(20), heap(std::nullopt)).second, 1, 1e-3);
  CompareParameters by_cylinders;
  by_cylinders.weigh_by_flow = false;
  EXPECT_NEAR(with_themselves(heap(20), heap(148), by_cylinders).second, 1, 1e-3);
}

// Minutiae of one print, and where another print has them: the first `moved_one_way` lie where one motion takes them,
// the others where another does.
struct TwoMotions {
  PreparedTemplate a;
  PreparedTemplate b;
  LocalPairs pairs;
};

TwoMotions two_motions(std::size_t moved_one_way, std::size_t others) {
  const FingerprintTemplate a = scattered(7, moved_one_way + others, 160);
  FingerprintTemplate b = a;
  for (std::size_t i = moved_one_way; i < a.minutiae.size(); ++i) {
    Minutia& m = b.minutiae[i];
    const float x = m.x_px500 - 200;
    const float y = m.y_px500 - 200;
    m.x_px500 = 200 + 0.5F * x - 0.866F * y;
    m.y_px500 = 200 + 0.866F * x + 0.5F * y;
    m.direction_rad -= std::numbers::pi_v<float> / 3;
  }
  TwoMotions out{PreparedTemplate(a), PreparedTemplate(b), {}};
  for (std::size_t i = 0; i < a.minutiae.size(); ++i) {
    const auto m = static_cast<std::uint8_t>(i);
    out.pairs.push_back({0.6F, 0, m, m});
  }
  return out;
}

TEST(Consensus, HoldsPairsOfOneMotionAlone) {
  constexpr std::size_t kOneWay = 9;
  const TwoMotions prints = two_motions(kOneWay, 8);
  Print a;
  Print b;
  a.spread(prints.a);
  b.spread(prints.b);
  // Of one quality, the minutiae keep their order.
  ASSERT_TRUE(std::is_sorted(a.source, a.source + a.size()));
  const auto of_the_others = [&](const Consensus& agreed) {
    return std::count_if(agreed.pairs.begin(), agreed.pairs.end(), [](const LocalPair& q) { return q.a >= kOneWay; });
  };
  const Consensus agreed = consensus(a, b, prints.pairs, {});
  EXPECT_GE(agreed.pairs.size(), kOneWay - 1);
  EXPECT_EQ(of_the_others(agreed), 0);
  // Without the rule both motions are in it: the case is one that needs it.
  CompareParameters any;
  any.consensus_least_support = 0;
  EXPECT_GE(of_the_others(consensus(a, b, prints.pairs, any)), 3);
}

}  // namespace
}  // namespace whorl::fingerprint
