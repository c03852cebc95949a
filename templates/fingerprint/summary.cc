#include <algorithm>
#include <cmath>
#include <numbers>

#include "templates/fingerprint/stages.h"

namespace whorl::fingerprint {

FlowMap summarise_flow(const Orientation& flow, const cv::Mat& period_grid, const cv::Mat& mask_grid,
                       int width_px500, int height_px500) {
  constexpr int kCells = kFlowBlock_px500 / kGrid;
  FlowMap out;
  out.columns = (width_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  out.rows = (height_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  out.cells.resize(static_cast<std::size_t>(out.columns * out.rows));
  for (int row = 0; row < out.rows; ++row) {
    for (int column = 0; column < out.columns; ++column) {
      const cv::Rect block = cv::Rect(column * kCells, row * kCells, kCells, kCells) &
                             cv::Rect(0, 0, mask_grid.cols, mask_grid.rows);
      if (cv::countNonZero(mask_grid(block)) * 2 < block.area()) continue;
      const double angle = 0.5 * std::atan2(cv::sum(flow.sin2(block))[0], cv::sum(flow.cos2(block))[0]);
      FlowCell& cell = out.cells[static_cast<std::size_t>(row * out.columns + column)];
      cell.orientation = static_cast<std::uint8_t>(std::lround(angle / std::numbers::pi * 256) & 255);
      cell.period = static_cast<std::uint8_t>(std::clamp(std::lround(cv::mean(period_grid(block))[0] * 10), 1L, 255L));
    }
  }
  return out;
}

std::uint8_t overall_quality(const Orientation& flow, const cv::Mat& mask_grid,
                             const std::vector<Minutia>& minutiae) {
  double coherence = 0;
  int cells = 0;
  for (int row = 0; row < mask_grid.rows; ++row) {
    for (int column = 0; column < mask_grid.cols; ++column) {
      if (mask_grid.at<std::uint8_t>(row, column) == 0) continue;
      coherence += static_cast<double>(flow.coherence(column, row));
      ++cells;
    }
  }
  if (cells == 0) return 0;
  const double area = std::min(1.0, cells * kGrid * kGrid / 60'000.0);
  const double plenty = std::min(1.0, static_cast<double>(minutiae.size()) / 25.0);
  return static_cast<std::uint8_t>(std::lround(100 * coherence / cells * std::sqrt(area) * std::sqrt(plenty)));
}

}  // namespace whorl::fingerprint
