#include "templates/fingerprint/compare/ridge_match.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

#include "base/intrinsics.h"

namespace whorl::fingerprint {
namespace {

constexpr int kSide = kRidgeBlockSide;  // a block is about three and a half ridges wide
constexpr float kMiddle = (kSide - 1) / 2.0F;
constexpr int kSearch = 2;  // samples a block may move beyond what its neighbours did
constexpr float kStep = kRidgeStep_px500;
constexpr float kGood = 0.80F;     // agreement of a block that tells for the same finger
constexpr float kTrusted = 0.70F;  // agreement of a block whose offset its neighbours start from

// A block of print a, turned into b's frame.
using Block = RidgeBlock;

// Centre of a flow cell, y up.
Point cell_centre(int column, int row) {
  return {(static_cast<float>(column) + 0.5F) * kFlowBlock_px500, -(static_cast<float>(row) + 0.5F) * kFlowBlock_px500};
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
  turn_block(map, x, y, cosine, sine, out);
  return true;
}

struct Fit {
  float agreement = 0;
  float dx = 0;  // samples, beyond the alignment
  float dy = 0;
};

constexpr int kReachRows = kSide + 2 * kSearch;

// differing[v][u] = samples in which the block and the map disagree when the block's corner lies on (left + u, top +
// v).
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

// The best place for the block within kSearch of where it is expected; none where that leaves the map.
std::optional<Fit> place(const Block& block, const RidgeView& map, float x, float y, float dx, float dy) {
  // Truncation rounds, for what is negative is refused anyway.
  const int left = static_cast<int>(x + dx - (kSide - 2) / 2.0F) - kSearch;
  const int top = static_cast<int>(y + dy - (kSide - 2) / 2.0F) - kSearch;
  if (left < 0 || top < 0 || left / 8 + 4 > map.row_bytes || top + kReachRows > map.rows) return std::nullopt;
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
  return Fit{1 - static_cast<float>(best) / (kSide * kSide), dx + 0.7F * static_cast<float>(best_u),
             dy + 0.7F * static_cast<float>(best_v)};
}

// A cell of the flow, and how far it is from where blocks begin: in the order of one number, of which the upper half is
// the square of the distance, whose bits rise with it, and the lower the row and the column.
class FarCell {
 public:
  FarCell(float distance2, int column, int row)
      : key_(std::uint64_t{std::bit_cast<std::uint32_t>(distance2)} << 32U | static_cast<std::uint64_t>(row) << 16U |
             static_cast<std::uint64_t>(column)) {}
  [[nodiscard]] int column() const { return static_cast<int>(key_ & 0xFFFFU); }
  [[nodiscard]] int row() const { return static_cast<int>(key_ >> 16U & 0xFFFFU); }
  bool operator<(const FarCell& other) const { return key_ < other.key_; }

 private:
  std::uint64_t key_;
};

// The cells of a's foreground, nearest to the consensus' centre first: blocks grow outwards from what is surest.
const std::vector<FarCell>& cells_outwards(const FlowView& flow, Point centre) {
  static thread_local std::vector<FarCell> cells;
  cells.clear();
  for (int row = 0; row < flow.rows(); ++row) {
    const FlowView::Run run = flow.run(row);
    for (int column = run.begin; column < run.end; ++column) {
      if (run.at(column).period == 0) continue;
      const Point p = cell_centre(column, row);
      cells.emplace_back((p.x - centre.x) * (p.x - centre.x) + (p.y - centre.y) * (p.y - centre.y), column, row);
    }
  }
  std::sort(cells.begin(), cells.end());
  return cells;
}

// Where trustworthy blocks went, by their cells, with a frame of nothing around.
class Offsets {
 public:
  // One a thread: takes the place of the last one.
  explicit Offsets(const FlowView& flow) : stride_(flow.columns() + 2), placed_(placed_by_thread()) {
    placed_.assign(static_cast<std::size_t>(stride_ * (flow.rows() + 2)), {});
  }

  // Mean offset of the trustworthy neighbours already placed, drawn a little towards none.
  [[nodiscard]] Point of_neighbours(const FarCell& cell) const {
    const Placed* middle = placed_.data() + at(cell);
    Placed sum{0, 0, 0.5F};
    for (const int row : {-stride_, 0, stride_}) {
      for (int column = -1; column <= 1; ++column) {
        // The cell itself holds nothing yet.
        const Placed& one = middle[row + column];
        sum.dx += one.dx;
        sum.dy += one.dy;
        sum.weight += one.weight;
      }
    }
    return {sum.dx / sum.weight, sum.dy / sum.weight};
  }

  void keep(const FarCell& cell, const Fit& fit) {
    if (fit.agreement >= kTrusted) placed_[static_cast<std::size_t>(at(cell))] = {fit.dx, fit.dy, 1};
  }

 private:
  struct Placed {
    float dx = 0;
    float dy = 0;
    float weight = 0;
  };

  static std::vector<Placed>& placed_by_thread() {
    static thread_local std::vector<Placed> placed;
    return placed;
  }
  [[nodiscard]] int at(const FarCell& cell) const { return (cell.row() + 1) * stride_ + cell.column() + 1; }

  int stride_;
  std::vector<Placed>& placed_;
};

}  // namespace

void turn_block_plainly(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out) {
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - kMiddle;
    unsigned word = 0;
    for (int u = 0; u < kSide; ++u) {
      const float du = static_cast<float>(u) - kMiddle;
      const int column = static_cast<int>(x + cosine * du + 0.5F - sine * dv);
      const int row = static_cast<int>(y + sine * du + 0.5F + cosine * dv);
      word |= (map.bits[row * map.row_bytes + column / 8] >> (column % 8) & 1U) << u;
    }
    out[static_cast<std::size_t>(v)] = static_cast<std::uint16_t>(word);
  }
}

#ifdef WHORL_AVX512
namespace {

WHORL_AVX512 void turn_block_avx512(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out) {
  const __m512 du =
      _mm512_sub_ps(_mm512_set_ps(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_ps(kMiddle));
  const __m512 across = _mm512_add_ps(_mm512_mul_ps(_mm512_set1_ps(cosine), du), _mm512_set1_ps(x + 0.5F));
  const __m512 down = _mm512_add_ps(_mm512_mul_ps(_mm512_set1_ps(sine), du), _mm512_set1_ps(y + 0.5F));
  const __m512i stride = _mm512_set1_epi32(map.row_bytes);
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - kMiddle;
    const __m512i column = _mm512_cvttps_epi32(_mm512_sub_ps(across, _mm512_set1_ps(sine * dv)));
    const __m512i row = _mm512_cvttps_epi32(_mm512_add_ps(down, _mm512_set1_ps(cosine * dv)));
    const __m512i byte = _mm512_add_epi32(_mm512_mullo_epi32(row, stride), _mm512_srli_epi32(column, 3));
    // Reads up to three bytes on, which a RidgeView allows.
    const __m512i word = _mm512_i32gather_epi32(byte, map.bits, 1);
    const __m512i bit = _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(column, _mm512_set1_epi32(7)));
    out[static_cast<std::size_t>(v)] = _mm512_test_epi32_mask(word, bit);
  }
}

// Eight samples of a row of the block, bit by bit: those at `across` and `down`, less and plus what the row is away.
WHORL_AVX2 unsigned eight_samples(const RidgeView& map, __m256 across, __m256 down) {
  const __m256i column = _mm256_cvttps_epi32(across);
  const __m256i row = _mm256_cvttps_epi32(down);
  const __m256i byte =
      _mm256_add_epi32(_mm256_mullo_epi32(row, _mm256_set1_epi32(map.row_bytes)), _mm256_srli_epi32(column, 3));
  // Reads up to three bytes on, which a RidgeView allows.
  const __m256i word = _mm256_i32gather_epi32(reinterpret_cast<const int*>(map.bits), byte, 1);
  const __m256i bit = _mm256_sllv_epi32(_mm256_set1_epi32(1), _mm256_and_si256(column, _mm256_set1_epi32(7)));
  const __m256i clear = _mm256_cmpeq_epi32(_mm256_and_si256(word, bit), _mm256_setzero_si256());
  return ~static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(clear))) & 255U;
}

WHORL_AVX2 void turn_block_avx2(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out) {
  __m256 across[2];
  __m256 down[2];
  for (int half = 0; half < 2; ++half) {
    const __m256 du = _mm256_sub_ps(
        _mm256_add_ps(_mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_ps(static_cast<float>(8 * half))),
        _mm256_set1_ps(kMiddle));
    across[half] = _mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(cosine), du), _mm256_set1_ps(x + 0.5F));
    down[half] = _mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(sine), du), _mm256_set1_ps(y + 0.5F));
  }
  for (int v = 0; v < kSide; ++v) {
    const float dv = static_cast<float>(v) - kMiddle;
    const __m256 left = _mm256_set1_ps(sine * dv);
    const __m256 lower = _mm256_set1_ps(cosine * dv);
    const unsigned low = eight_samples(map, _mm256_sub_ps(across[0], left), _mm256_add_ps(down[0], lower));
    const unsigned high = eight_samples(map, _mm256_sub_ps(across[1], left), _mm256_add_ps(down[1], lower));
    out[static_cast<std::size_t>(v)] = static_cast<std::uint16_t>(low | high << 8);
  }
}

}  // namespace
#endif

void turn_block(const RidgeView& map, float x, float y, float cosine, float sine, RidgeBlock& out) {
#ifdef WHORL_AVX512
  if (has_avx512()) return turn_block_avx512(map, x, y, cosine, sine, out);
  if (has_avx2()) return turn_block_avx2(map, x, y, cosine, sine, out);
#endif
  turn_block_plainly(map, x, y, cosine, sine, out);
}

bool add_ridge_evidence(const Print& a, const Print& b, Evidence& evidence) {
  const RidgeView ridges_a = a.ridges();
  const RidgeView ridges_b = b.ridges();
  if (ridges_a.empty() || ridges_b.empty()) return false;
  const Alignment& alignment = evidence.alignment;
  Offsets offsets(a.flow);
  float blocks = 0;
  float agreement = 0;
  float good = 0;
  float strain = 0;
  for (const FarCell& cell : cells_outwards(a.flow, alignment.centre())) {
    const Point in_a = cell_centre(cell.column(), cell.row());
    const Point in_b = alignment.bent(in_a);
    if (!foreground(b.flow, in_b.x, -in_b.y)) continue;
    Block block;
    if (!turned_block(ridges_a, in_a.x / kStep, -in_a.y / kStep, alignment.cosine(), alignment.sine(), block)) continue;
    const Point start = offsets.of_neighbours(cell);
    const std::optional<Fit> fit = place(block, ridges_b, in_b.x / kStep, -in_b.y / kStep, start.x, start.y);
    if (!fit) continue;
    offsets.keep(cell, *fit);
    blocks += 1;
    agreement += fit->agreement;
    good += fit->agreement >= kGood ? 1.0F : 0.0F;
    strain += std::hypot(fit->dx, fit->dy) * kStep;
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
