#include "templates/fingerprint/compare/evidence.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

// Of a FlowCell's bytes: the cosine of twice an orientation, whether that is far off (1 or 0), and the logarithm of a
// period.
struct FlowTables {
  std::array<float, 256> cosine{};
  std::array<float, 256> far{};
  std::array<float, 256> log{};

  FlowTables() {
    for (std::size_t i = 0; i < 256; ++i) {
      cosine[i] = std::cos(2 * kPi * static_cast<float>(i) / 256);
      far[i] = cosine[i] < 0.7071F ? 1.0F : 0.0F;
      log[i] = std::log(std::max(1.0F, static_cast<float>(i)));
    }
  }
};

const FlowTables& flow_tables() {
  static const FlowTables tables;
  return tables;
}

struct FlowSums {
  float overlap = 0;
  float agreement = 0;
  float worst = 0;
  float period = 0;
};

// Where the centres of a row's cells lie in the other print: out[k] = the number of the cell that column begin + k lies
// in, of a map of that size; that of the empty one behind the last outside the map.
WHORL_MULTIVERSION
void cells_under(const Alignment& alignment, int row, int begin, int end, int columns, int rows, std::int32_t* out) {
  const float y = -(static_cast<float>(row) + 0.5F) * kFlowBlock_px500;
  for (int column = begin; column < end; ++column) {
    const Point p = alignment.rigid({(static_cast<float>(column) + 0.5F) * kFlowBlock_px500, y});
    const int c = static_cast<int>(p.x) / kFlowBlock_px500;
    const int r = static_cast<int>(-p.y) / kFlowBlock_px500;
    const bool inside = (p.x >= 0) & (p.y <= 0) & (c < columns) & (r < rows);
    out[column - begin] = inside ? r * columns + c : rows * columns;
  }
}

FlowSums compare_flow(const Print& a, const Print& b, const Alignment& alignment) {
  float overlap = 0, agreement = 0, worst = 0, period = 0;
  const float turn = std::atan2(alignment.sine(), alignment.cosine());
  const int steps = static_cast<int>(std::lround(turn / kPi * 256));
  const FlowTables& tables = flow_tables();
  std::array<std::int32_t, kMaxFlowSide> under;
  const FlowCell* const others = b.flow_grid.cells();
  for (int row = 0; row < a.flow.rows(); ++row) {
    const FlowView::Run run = a.flow.run(row);
    cells_under(alignment, row, run.begin, run.end, b.flow.columns(), b.flow.rows(), under.data());
    for (int column = run.begin; column < run.end; ++column) {
      const FlowCell mine = run.at(column);
      const FlowCell other = others[under[static_cast<std::size_t>(column - run.begin)]];
      // Counted as nothing where one is empty, without a branch: there is no telling which are.
      const float shared = (mine.period != 0) & (other.period != 0) ? 1.0F : 0.0F;
      const auto difference = static_cast<std::uint8_t>(mine.orientation - other.orientation + steps);
      overlap += shared;
      agreement += shared * tables.cosine[difference];
      worst += shared * tables.far[difference];
      period += shared * std::abs(tables.log[mine.period] - tables.log[other.period]);
    }
  }
  return {overlap, agreement, worst, period};
}

struct OverlapMinutiae {
  float count = 0;
  float quality = 0;
};

template <class Inside>
OverlapMinutiae count_inside(const Print& d, Inside inside) {
  OverlapMinutiae out;
  for (std::size_t i = 0; i < d.size(); ++i) {
    if (!inside(i)) continue;
    out.count += 1;
    out.quality += d.quality[i];
  }
  return out;
}

// Root of the determinant of the pairs' scatter: small when they lie on a line or in a heap.
float spread_of(const Print& a, const AlignedPairs& pairs) {
  if (pairs.size() < 3) return 0;
  float sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (const AlignedPair& m : pairs) {
    sx += a.x[m.a];
    sy += a.y[m.a];
    sxx += a.x[m.a] * a.x[m.a];
    syy += a.y[m.a] * a.y[m.a];
    sxy += a.x[m.a] * a.y[m.a];
  }
  const auto n = static_cast<float>(pairs.size());
  const float vx = sxx / n - sx * sx / (n * n);
  const float vy = syy / n - sy * sy / (n * n);
  const float cov = sxy / n - sx * sy / (n * n);
  return std::sqrt(std::sqrt(std::max(0.0F, vx * vy - cov * cov)));
}

void describe_consensus(const Consensus& consensus, Features& f) {
  f[kSupport] = consensus.support;
  f[kConsensusPairs] = static_cast<float>(consensus.pairs.size());
  for (const LocalPair& q : consensus.pairs) f[kConsensusSimilarity] += q.similarity / f[kConsensusPairs];
}

void describe_pairs(const Print& a, const Print& b, const Alignment& alignment, const Poses& moved,
                    const AlignedPairs& pairs, Features& f) {
  const auto n = static_cast<float>(pairs.size());
  f[kPaired] = n;
  float paired_quality_a = 0;
  float paired_quality_b = 0;
  for (const AlignedPair& m : pairs) {
    f[kPairedQuality] += a.quality[m.a] * b.quality[m.b];
    f[kPairDistance] += m.distance / n;
    f[kPairTurn] += (1 - m.turn) / n;
    paired_quality_a += a.quality[m.a];
    paired_quality_b += b.quality[m.b];
  }
  const auto in_b = count_inside(a, [&](std::size_t i) { return b.flow_grid.shows(moved[i].at.x, -moved[i].at.y); });
  const auto in_a = count_inside(b, [&](std::size_t j) {
    const Point back = alignment.back({b.x[j], b.y[j]});
    return a.flow_grid.shows(back.x, -back.y);
  });
  const float count_a = std::max(in_b.count, n);
  const float count_b = std::max(in_a.count, n);
  const float quality_a = std::max(in_b.quality, paired_quality_a);
  const float quality_b = std::max(in_a.quality, paired_quality_b);
  f[kPairedShare] = n / std::sqrt(count_a * count_b + 1);
  f[kPairedShareQuality] = std::sqrt(paired_quality_a * paired_quality_b / (quality_a * quality_b + 0.1F));
  f[kUnpaired] = quality_a + quality_b - paired_quality_a - paired_quality_b;
  f[kSpread] = spread_of(a, pairs);
}

void describe_flow(const Print& a, const Print& b, const Alignment& alignment, Features& f) {
  const FlowSums flow = compare_flow(a, b, alignment);
  f[kOverlap] = flow.overlap;
  const auto smaller = static_cast<float>(std::min(a.flow.foreground(), b.flow.foreground()));
  f[kOverlapShare] = flow.overlap / std::max(1.0F, smaller);
  f[kFlowAgreement] = flow.agreement / std::max(1.0F, flow.overlap);
  f[kFlowWorst] = flow.worst / std::max(1.0F, flow.overlap);
  f[kPeriodAgreement] = flow.period / std::max(1.0F, flow.overlap);
}

}  // namespace

std::optional<Evidence> gather_evidence(const Print& a, const Print& b, const CompareParameters& p) {
  const Consensus agreed = consensus(a, b, local_pairs(a, b, p), p);
  if (agreed.pairs.empty()) return std::nullopt;
  Evidence out;
  out.alignment = Alignment::fit(a, b, agreed.pairs, p);
  const Poses moved = move_minutiae(a, out.alignment);
  out.pairs = aligned_pairs(moved, b, p);
  describe_consensus(agreed, out.features);
  describe_pairs(a, b, out.alignment, moved, out.pairs, out.features);
  describe_flow(a, b, out.alignment, out.features);
  out.features[kResidual] = out.alignment.residual();
  out.features[kMinutiaeSmaller] = static_cast<float>(std::min(a.size(), b.size()));
  return out;
}

}  // namespace whorl::fingerprint
