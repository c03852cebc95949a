#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "templates/fingerprint/evidence.h"
#include "templates/fingerprint/simd.h"

namespace whorl::fingerprint {
namespace {

constexpr int kSide = 16;  // samples; a block is kSide x kSide of them, about three and a half ridges
constexpr int kSearch = 2;  // samples a block may move beyond what its neighbours did
constexpr float kStep = kRidgeStep_px500;
constexpr float kGood = 0.80F;     // agreement of a block that tells for the same finger
constexpr float kTrusted = 0.70F;  // agreement of a block whose offset its neighbours start from

// A block of print a, turned into b's frame: one row a word, sample 0 lowest.
using Block = std::array<std::uint16_t, kSide>;

// Centre of a flow cell, y up.
Point cell_centre(const FlowView& flow, int i) {
  return {(static_cast<float>(i % flow.columns()) + 0.5F) * kFlowBlock_px500,
          -(static_cast<float>(i / flow.columns()) + 0.5F) * kFlowBlock_px500};
}

bool foreground(const FlowView& flow, float x_px500, float y_px500) {
  const int column = static_cast<int>(x_px500) / kFlowBlock_px500;
  const int row = static_cast<int>(y_px500) / kFlowBlock_px500;
  if (x_px500 < 0 || y_px500 < 0 || column >= flow.columns() || row >= flow.rows()) return false;
  return flow.at(column, row).period != 0;
}

// Samples of `map` around (x, y) (samples, y down), read along b's axes: turned by the alignment's angle, whose sign
// changes twice, once for going from b to a and once for y pointing down.
bool turned_block(const RidgeView& map, float x, float y, float cosine, float sine, Block& out) {
  constexpr float kReach = 11.4F;  // half a diagonal
  if (x < kReach || y < kReach || x >= static_cast<float>(map.columns) - kReach ||
      y >= static_cast<float>(map.rows) - kReach) {
    return false;
  }
  const int stride = map.row_bytes;
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - (kSide - 1) / 2.0F;
    unsigned word = 0;
    float sx = x + cosine * (-(kSide - 1) / 2.0F) - sine * dv + 0.5F;
    float sy = y + sine * (-(kSide - 1) / 2.0F) + cosine * dv + 0.5F;
    for (unsigned u = 0; u < kSide; ++u) {
      const int ix = static_cast<int>(sx);
      const int iy = static_cast<int>(sy);
      word |= ((map.bits[iy * stride + ix / 8] >> (ix % 8)) & 1U) << u;
      sx += cosine;
      sy += sine;
    }
    out[static_cast<std::size_t>(v)] = static_cast<std::uint16_t>(word);
  }
  return true;
}

struct Fit {
  bool valid = false;
  float agreement = 0;
  float dx = 0;  // samples, beyond the alignment
  float dy = 0;
};

constexpr int kReachRows = kSide + 2 * kSearch;

// differing[v][u] = samples in which the block and the map disagree when the block's corner lies on (left + u, top + v).
WHORL_MULTIVERSION
void count_differing(const Block& block, const std::uint8_t* top_row, std::ptrdiff_t stride, int left,
                     int differing[2 * kSearch + 1][2 * kSearch + 1]) {
  std::uint64_t mine[4];
  std::memcpy(mine, block.data(), sizeof mine);
  std::uint32_t words[kReachRows];
  for (int v = 0; v < kReachRows; ++v) std::memcpy(&words[v], top_row + v * stride + left / 8, sizeof words[v]);
  for (int u = 0; u <= 2 * kSearch; ++u) {
    std::uint16_t shifted[kReachRows];
    for (int v = 0; v < kReachRows; ++v) shifted[v] = static_cast<std::uint16_t>(words[v] >> (left % 8 + u));
    for (int v = 0; v <= 2 * kSearch; ++v) {
      std::uint64_t theirs[4];
      std::memcpy(theirs, shifted + v, sizeof theirs);
      int sum = 0;
      for (int k = 0; k < 4; ++k) sum += std::popcount(mine[k] ^ theirs[k]);
      differing[v][u] = sum;
    }
  }
}

// The best place for the block within kSearch of where it is expected.
Fit place(const Block& block, const RidgeView& map, float x, float y, float dx, float dy) {
  // Truncation rounds, for what is negative is refused anyway.
  const int left = static_cast<int>(x + dx - (kSide - 2) / 2.0F) - kSearch;
  const int top = static_cast<int>(y + dy - (kSide - 2) / 2.0F) - kSearch;
  if (left < 0 || top < 0 || left / 8 + 4 > map.row_bytes || top + kReachRows > map.rows) return {};
  int differing[2 * kSearch + 1][2 * kSearch + 1];
  count_differing(block, map.bits + top * map.row_bytes, map.row_bytes, left, differing);
  int best = kSide * kSide + 1;
  int best_u = 0;
  int best_v = 0;
  for (int v = -kSearch; v <= kSearch; ++v) {
    for (int u = -kSearch; u <= kSearch; ++u) {
      const int d = differing[v + kSearch][u + kSearch];
      // On a tie the nearer place wins.
      if (d < best || (d == best && u * u + v * v < best_u * best_u + best_v * best_v)) {
        best = d;
        best_u = u;
        best_v = v;
      }
    }
  }
  return {true, 1 - static_cast<float>(best) / (kSide * kSide), dx + 0.7F * static_cast<float>(best_u),
          dy + 0.7F * static_cast<float>(best_v)};
}

// The cells of a's foreground, nearest to the consensus' centre first: blocks grow outwards from what is surest.
std::vector<int> cells_outwards(const FlowView& flow, Point centre) {
  std::vector<std::pair<float, int>> keyed;
  for (int row = 0; row < flow.rows(); ++row) {
    const FlowView::Run run = flow.run(row);
    for (int column = run.begin; column < run.end; ++column) {
      if (run.at(column).period == 0) continue;
      const int i = row * flow.columns() + column;
      const Point p = cell_centre(flow, i);
      keyed.emplace_back((p.x - centre.x) * (p.x - centre.x) + (p.y - centre.y) * (p.y - centre.y), i);
    }
  }
  std::sort(keyed.begin(), keyed.end());
  std::vector<int> out;
  out.reserve(keyed.size());
  for (const auto& [distance2, i] : keyed) out.push_back(i);
  return out;
}

// Mean offset of the trustworthy neighbours already placed, drawn a little towards none.
Point offset_of_neighbours(const std::vector<Fit>& fits, const FlowView& flow, int i) {
  Point sum;
  float weight = 0.5F;
  for (int n = 0; n < 9; ++n) {
    const int c = i % flow.columns() + n % 3 - 1;
    const int r = i / flow.columns() + n / 3 - 1;
    if (n == 4 || c < 0 || r < 0 || c >= flow.columns() || r >= flow.rows()) continue;
    const Fit& f = fits[static_cast<std::size_t>(r * flow.columns() + c)];
    if (!f.valid || f.agreement < kTrusted) continue;
    sum.x += f.dx;
    sum.y += f.dy;
    weight += 1;
  }
  return {sum.x / weight, sum.y / weight};
}

}  // namespace

bool add_ridge_evidence(const Print& a, const Print& b, Evidence& evidence) {
  const RidgeView ridges_a = a.ridges();
  const RidgeView ridges_b = b.ridges();
  if (ridges_a.empty() || ridges_b.empty()) return false;
  const Alignment& alignment = evidence.alignment;
  std::vector<Fit> fits(static_cast<std::size_t>(a.flow.columns() * a.flow.rows()));
  float blocks = 0;
  float agreement = 0;
  float good = 0;
  float strain = 0;
  for (const int i : cells_outwards(a.flow, alignment.centre())) {
    const Point in_a = cell_centre(a.flow, i);
    const Point in_b = alignment.bent(in_a);
    if (!foreground(b.flow, in_b.x, -in_b.y)) continue;
    Block block;
    if (!turned_block(ridges_a, in_a.x / kStep, -in_a.y / kStep, alignment.cosine(), alignment.sine(), block)) continue;
    const Point start = offset_of_neighbours(fits, a.flow, i);
    const Fit fit = place(block, ridges_b, in_b.x / kStep, -in_b.y / kStep, start.x, start.y);
    fits[static_cast<std::size_t>(i)] = fit;
    if (!fit.valid) continue;
    blocks += 1;
    agreement += fit.agreement;
    good += fit.agreement >= kGood ? 1.0F : 0.0F;
    strain += std::hypot(fit.dx, fit.dy) * kStep;
  }
  if (blocks == 0) return false;
  evidence.features[kRidgeBlocks] = blocks;
  evidence.features[kRidgeAgreement] = agreement / blocks;
  evidence.features[kRidgeGood] = good / blocks;
  evidence.features[kRidgeGoodBlocks] = good;
  evidence.features[kRidgeStrain] = strain / blocks;
  return true;
}

}  // namespace whorl::fingerprint
