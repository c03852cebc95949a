#include "templates/fingerprint/compare/ridge_match.h"

#include <cmath>
#include <optional>
#include <vector>

#include "templates/fingerprint/compare/ridge_blocks.h"
#include "templates/fingerprint/compare/ridge_cells.h"

namespace whorl::fingerprint {
namespace {

constexpr float kStep = kRidgeStep_px500;
constexpr float kSamples = kRidgeBlockSide * kRidgeBlockSide;  // of a block
constexpr float kGood = 0.80F;                                 // agreement of a block that tells for the same finger
constexpr float kTrusted = 0.70F;  // agreement of a block whose offset its neighbours start from

// What std::hypot says, without the call.
float length(float dx, float dy) {
  const double x = dx;
  const double y = dy;
  return static_cast<float>(std::sqrt(x * x + y * y));
}

struct Fit {
  float agreement = 0;
  float dx = 0;  // samples, beyond the alignment
  float dy = 0;
};

// The best place for the block near where it is expected; none where that leaves the map.
std::optional<Fit> place(const RidgeBlock& block, const RidgeView& map, RidgeStrips& strips, Point expected,
                         Point offset) {
  // Truncation rounds, for what is negative is refused anyway.
  const int left = static_cast<int>(expected.x + offset.x - (kRidgeBlockSide - 2) / 2.0F) - kRidgeSearch;
  const int top = static_cast<int>(expected.y + offset.y - (kRidgeBlockSide - 2) / 2.0F) - kRidgeSearch;
  if (left < 0 || top < 0 || left / 8 + 4 > map.row_bytes || top + kSearchedSide > map.rows) return std::nullopt;
  const BlockPlace best = best_place(block, strips.at(left / 8, top), left % 8);
  return Fit{1 - static_cast<float>(best.differing) / kSamples, offset.x + 0.7F * static_cast<float>(best.right),
             offset.y + 0.7F * static_cast<float>(best.down)};
}

// Where trustworthy blocks went, by their cells, with a frame of nothing around.
class Offsets {
 public:
  // Forgets what was kept before.
  void begin(const FlowView& flow) {
    stride_ = flow.columns() + 2;
    placed_.assign(static_cast<std::size_t>(stride_ * (flow.rows() + 2)), {});
  }

  // Mean offset of the trustworthy neighbours already placed, drawn a little towards none.
  [[nodiscard]] Point of_neighbours(const SharedCell& cell) const {
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

  void keep(const SharedCell& cell, const Fit& fit) {
    if (fit.agreement >= kTrusted) placed_[static_cast<std::size_t>(at(cell))] = {fit.dx, fit.dy, 1};
  }

 private:
  struct Placed {
    float dx = 0;
    float dy = 0;
    float weight = 0;
  };

  [[nodiscard]] int at(const SharedCell& cell) const { return (cell.row() + 1) * stride_ + cell.column() + 1; }

  int stride_ = 0;
  std::vector<Placed> placed_;
};

// What a comparison needs besides its prints; grows to what a thread's largest needs.
struct Scratch {
  RidgeStrips strips_a, strips_b;
  SharedCells cells;
  Offsets offsets;
};

}  // namespace

bool add_ridge_evidence(const Print& a, const Print& b, Evidence& evidence) {
  const RidgeView ridges_a = a.ridges();
  const RidgeView ridges_b = b.ridges();
  if (ridges_a.empty() || ridges_b.empty()) return false;
  static thread_local Scratch scratch;
  scratch.strips_a.begin(ridges_a);
  scratch.strips_b.begin(ridges_b);
  scratch.offsets.begin(a.flow);
  // The angle's sign changes twice, once for going from b to a and once for y pointing down.
  const BlockTurner turner(evidence.alignment.cosine(), evidence.alignment.sine());
  float blocks = 0;
  float agreement = 0;
  float good = 0;
  float strain = 0;
  for (const SharedCell& cell : scratch.cells.find(a, ridges_a, b, evidence.alignment)) {
    const RidgeBlock block = turner.block(scratch.strips_a, cell.column(), cell.row());
    const std::optional<Fit> fit = place(block, ridges_b, scratch.strips_b, {cell.in_b.x / kStep, -cell.in_b.y / kStep},
                                         scratch.offsets.of_neighbours(cell));
    if (!fit) continue;
    scratch.offsets.keep(cell, *fit);
    blocks += 1;
    agreement += fit->agreement;
    good += fit->agreement >= kGood ? 1.0F : 0.0F;
    strain += length(fit->dx, fit->dy) * kStep;
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
