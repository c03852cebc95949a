#include "templates/fingerprint/compare/ridge_cells.h"

#include <algorithm>

#include "templates/fingerprint/compare/ridge_blocks.h"

namespace whorl::fingerprint {
namespace {

// Centre of a flow cell, y up.
Point cell_centre(int column, int row) {
  return {(static_cast<float>(column) + 0.5F) * kFlowBlock_px500, -(static_cast<float>(row) + 0.5F) * kFlowBlock_px500};
}

}  // namespace

void OutwardSort::sort(std::vector<SharedCell>& cells) {
  const auto n = cells.size();
  if (n < 2) return;
  const auto [nearest, farthest] = std::minmax_element(
      cells.begin(), cells.end(), [](const SharedCell& l, const SharedCell& r) { return l.key < r.key; });
  const float least = nearest->distance2();
  const auto last = static_cast<float>(n - 1);
  const float scale = last / std::max(1.0F, farthest->distance2() - least);
  const auto bucket = [&](const SharedCell& cell) {
    const float at = (cell.distance2() - least) * scale;
    return at > 0 ? static_cast<std::size_t>(std::min(at, last)) : 0;
  };
  begins_.assign(n + 1, 0);
  for (const SharedCell& cell : cells) ++begins_[bucket(cell) + 1];
  for (std::size_t k = 1; k <= n; ++k) begins_[k] += begins_[k - 1];
  sorted_.resize(n);
  for (const SharedCell& cell : cells) sorted_[begins_[bucket(cell)]++] = cell;
  for (std::size_t k = 1; k < n; ++k) {
    const SharedCell cell = sorted_[k];
    std::size_t at = k;
    for (; at > 0 && cell.key < sorted_[at - 1].key; --at) sorted_[at] = sorted_[at - 1];
    sorted_[at] = cell;
  }
  cells.swap(sorted_);
}

const std::vector<SharedCell>& SharedCells::find(const Print& a, const RidgeView& ridges_a, const Print& b,
                                                 const Alignment& alignment) {
  all_.clear();
  x_.clear();
  y_.clear();
  for (int row = 0; row < a.flow.rows(); ++row) {
    const FlowView::Run run = a.flow.run(row);
    for (int column = run.begin; column < run.end; ++column) {
      if (run.at(column).period == 0 || !BlockTurner::inside(ridges_a, column, row)) continue;
      const Point p = cell_centre(column, row);
      all_.push_back({column, row});
      x_.push_back(p.x);
      y_.push_back(p.y);
    }
  }
  alignment.bend(x_, y_, bent_x_, bent_y_);
  const Point centre = alignment.centre();
  cells_.clear();
  for (std::size_t k = 0; k < all_.size(); ++k) {
    if (!b.flow_grid.shows(bent_x_[k], -bent_y_[k])) continue;
    const float dx = x_[k] - centre.x;
    const float dy = y_[k] - centre.y;
    cells_.emplace_back(dx * dx + dy * dy, all_[k].column, all_[k].row, Point{bent_x_[k], bent_y_[k]});
  }
  sort_.sort(cells_);
  return cells_;
}

}  // namespace whorl::fingerprint
