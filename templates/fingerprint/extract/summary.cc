#include "templates/fingerprint/extract/summary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace whorl::fingerprint {

FlowMap summarise_flow(const Orientation& flow, const GridMap& period, const GridMap& mask, int width_px500,
                       int height_px500) {
  constexpr int kCells = kFlowBlock_px500 / kGrid;
  FlowMap out;
  out.columns = (width_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  out.rows = (height_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  out.cells.resize(static_cast<std::size_t>(out.columns * out.rows));
  for (int row = 0; row < out.rows; ++row) {
    for (int column = 0; column < out.columns; ++column) {
      const cv::Rect block =
          cv::Rect(column * kCells, row * kCells, kCells, kCells) & cv::Rect(0, 0, mask.cols, mask.rows);
      if (cv::countNonZero(mask(block)) * 2 < block.area()) continue;
      const double angle = 0.5 * std::atan2(cv::sum(flow.sin2(block))[0], cv::sum(flow.cos2(block))[0]);
      FlowCell& cell = out.cells[static_cast<std::size_t>(row * out.columns + column)];
      cell.orientation = static_cast<std::uint8_t>(std::lround(angle / std::numbers::pi * 256) & 255);
      cell.period = static_cast<std::uint8_t>(std::clamp(std::lround(cv::mean(period(block))[0] * 10), 1L, 255L));
    }
  }
  return out;
}

RidgeMap summarise_ridges(const PixelMap& enhanced, const GridMap& mask) {
  RidgeMap out;
  out.columns = enhanced.cols / kRidgeStep_px500;
  out.rows = enhanced.rows / kRidgeStep_px500;
  out.bits.resize(static_cast<std::size_t>(out.rows * out.row_bytes()));
  for (int row = 0; row < out.rows; ++row) {
    const float* line = enhanced.ptr<float>(row * kRidgeStep_px500);
    const std::uint8_t* inside = mask.ptr(row * kRidgeStep_px500 / kGrid);
    std::uint8_t* bits = out.bits.data() + row * out.row_bytes();
    for (int column = 0; column < out.columns; ++column) {
      const int x = column * kRidgeStep_px500;
      if (inside[x / kGrid] != 0 && line[x] < 0) bits[column / 8] |= static_cast<std::uint8_t>(1U << (column % 8));
    }
  }
  return out;
}

std::uint8_t overall_quality(const GridMap& reliability, const GridMap& mask, const std::vector<Minutia>& minutiae) {
  const int cells = cv::countNonZero(mask);
  if (cells == 0) return 0;
  const double clear = cv::mean(reliability, mask)[0];
  const double area = std::min(1.0, cells * kGrid * kGrid / 60'000.0);
  const double plenty = std::min(1.0, static_cast<double>(minutiae.size()) / 25.0);
  return static_cast<std::uint8_t>(std::lround(100 * clear * std::sqrt(area) * std::sqrt(plenty)));
}

}  // namespace whorl::fingerprint
