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

using Data = PreparedTemplate::Data;

constexpr int kSide = 16;  // samples; a block is kSide x kSide of them, about three and a half ridges
constexpr int kSearch = 2;  // samples a block may move beyond what its neighbours did
constexpr float kStep = kRidgeStep_px500;
constexpr float kGood = 0.80F;

// A block of print a, turned into b's frame: one row a word, sample 0 lowest.
using Block = std::array<std::uint16_t, kSide>;

bool foreground(const FlowMap& flow, float x_px500, float y_px500) {
  const int column = static_cast<int>(x_px500) / kFlowBlock_px500;
  const int row = static_cast<int>(y_px500) / kFlowBlock_px500;
  if (x_px500 < 0 || y_px500 < 0 || column >= flow.columns || row >= flow.rows) return false;
  return flow.cells[static_cast<std::size_t>(row * flow.columns + column)].period != 0;
}

// Samples of `map` around (x, y) (samples, y down), read along axes turned by the given angle.
bool turned_block(const RidgeMap& map, float x, float y, float cosine, float sine, Block& out) {
  constexpr float kReach = 11.4F;  // half a diagonal
  if (x < kReach || y < kReach || x >= static_cast<float>(map.columns) - kReach ||
      y >= static_cast<float>(map.rows) - kReach) {
    return false;
  }
  const int stride = map.row_bytes();
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - (kSide - 1) / 2.0F;
    unsigned word = 0;
    float sx = x + cosine * (-(kSide - 1) / 2.0F) - sine * dv + 0.5F;
    float sy = y + sine * (-(kSide - 1) / 2.0F) + cosine * dv + 0.5F;
    for (unsigned u = 0; u < kSide; ++u) {
      const int ix = static_cast<int>(sx);
      const int iy = static_cast<int>(sy);
      word |= ((map.bits[static_cast<std::size_t>(iy * stride + ix / 8)] >> (ix % 8)) & 1U) << u;
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
Fit place(const Block& block, const RidgeMap& map, float x, float y, float dx, float dy) {
  const int left = static_cast<int>(std::lround(x + dx - (kSide - 1) / 2.0F)) - kSearch;
  const int top = static_cast<int>(std::lround(y + dy - (kSide - 1) / 2.0F)) - kSearch;
  if (left < 0 || top < 0 || left / 8 + 4 > map.row_bytes() || top + kReachRows > map.rows) return {};
  int differing[2 * kSearch + 1][2 * kSearch + 1];
  count_differing(block, map.bits.data() + top * map.row_bytes(), map.row_bytes(), left, differing);
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

}  // namespace

RidgeEvidence compare_ridges(const Data& a, const Data& b, const Alignment& alignment) {
  RidgeEvidence out;
  if (a.ridges.bits.empty() || b.ridges.bits.empty()) return out;
  const int columns = a.flow.columns;
  const int rows = a.flow.rows;
  std::vector<Fit> fits(static_cast<std::size_t>(columns * rows));
  // Grow from the cell nearest to the consensus' centre outwards, each block starting from its neighbours' offset.
  const Point centre = alignment.centre();
  std::vector<int> order;
  for (int i = 0; i < columns * rows; ++i) {
    if (a.flow.cells[static_cast<std::size_t>(i)].period != 0) order.push_back(i);
  }
  const auto distance2 = [&](int i) {
    const float dx = (static_cast<float>(i % columns) + 0.5F) * kFlowBlock_px500 - centre.x;
    const float dy = (static_cast<float>(i / columns) + 0.5F) * kFlowBlock_px500 + centre.y;
    return dx * dx + dy * dy;
  };
  std::sort(order.begin(), order.end(), [&](int l, int r) { return distance2(l) < distance2(r); });
  for (const int i : order) {
    const float x = (static_cast<float>(i % columns) + 0.5F) * kFlowBlock_px500;
    const float y = (static_cast<float>(i / columns) + 0.5F) * kFlowBlock_px500;
    const Point in_b = alignment.bent({x, -y});
    if (!foreground(b.flow, in_b.x, -in_b.y)) continue;
    Block block;
    // Reading along b's axes means turning by the opposite of the alignment; y down turns it once more.
    if (!turned_block(a.ridges, x / kStep, y / kStep, alignment.cosine(), alignment.sine(), block)) continue;
    float dx = 0;
    float dy = 0;
    float weight = 0.5F;
    for (int n = 0; n < 9; ++n) {
      const int c = i % columns + n % 3 - 1;
      const int r = i / columns + n / 3 - 1;
      if (n == 4 || c < 0 || r < 0 || c >= columns || r >= rows) continue;
      const Fit& f = fits[static_cast<std::size_t>(r * columns + c)];
      if (!f.valid || f.agreement < 0.70F) continue;
      dx += f.dx;
      dy += f.dy;
      weight += 1;
    }
    const Fit fit = place(block, b.ridges, in_b.x / kStep, -in_b.y / kStep, dx / weight, dy / weight);
    fits[static_cast<std::size_t>(i)] = fit;
    if (!fit.valid) continue;
    out.blocks += 1;
    out.agreement += fit.agreement;
    out.good += fit.agreement >= kGood ? 1.0F : 0.0F;
    out.strain += std::hypot(fit.dx, fit.dy) * kStep;
  }
  if (out.blocks > 0) {
    out.agreement /= out.blocks;
    out.strain /= out.blocks;
  }
  return out;
}

}  // namespace whorl::fingerprint
