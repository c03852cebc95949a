#include "templates/fingerprint/extract/summary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace whorl::fingerprint {
namespace {

constexpr std::size_t kBestMinutiae = 20;
constexpr double kWeightOfDisagreement = 3;
// So that the values are spread as those of the extractor before were: half of the six sets at 75 and more.
constexpr double kMiddle = 0.1;
constexpr double kSteepness = 2.2;

// What the cells of a block say together. By hand: to ask OpenCV costs more than four additions.
struct BlockSums {
  int cells = 0;
  int inside = 0;
  double cos2 = 0, sin2 = 0, period = 0;

  BlockSums(const Orientation& flow, const GridMap& periods, const GridMap& mask, const cv::Rect& block) {
    for (int row = block.y; row < block.br().y; ++row) {
      for (int column = block.x; column < block.br().x; ++column) {
        ++cells;
        inside += mask.at<std::uint8_t>(row, column) != 0 ? 1 : 0;
        cos2 += static_cast<double>(flow.cos2.at<float>(row, column));
        sin2 += static_cast<double>(flow.sin2.at<float>(row, column));
        period += static_cast<double>(periods.at<float>(row, column));
      }
    }
  }
};

}  // namespace

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
      const BlockSums sums(flow, period, mask, block);
      if (sums.inside * 2 < sums.cells) continue;
      const double angle = 0.5 * std::atan2(sums.sin2, sums.cos2);
      FlowCell& cell = out.cells[static_cast<std::size_t>(row * out.columns + column)];
      cell.orientation = static_cast<std::uint8_t>(std::lround(angle / std::numbers::pi * 256) & 255);
      cell.period = static_cast<std::uint8_t>(std::clamp(std::lround(sums.period / sums.cells * 10), 1L, 255L));
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

double disagreement(const Orientation& a, const Orientation& b, const GridMap& mask) {
  const int cells = cv::countNonZero(mask);
  if (cells == 0) return 0;
  const cv::Mat dot = a.cos2.mul(b.cos2) + a.sin2.mul(b.sin2);
  const cv::Mat squares = (a.cos2.mul(a.cos2) + a.sin2.mul(a.sin2)).mul(b.cos2.mul(b.cos2) + b.sin2.mul(b.sin2));
  cv::Mat lengths;
  cv::sqrt(squares, lengths);
  const cv::Mat cosine = dot / cv::max(lengths, 1e-12);  // of twice the angle
  return (1 - cv::mean(cosine, mask)[0]) / 2;
}

std::uint8_t overall_quality(const std::vector<Minutia>& minutiae, double disagreement) {
  double best = 0;
  for (std::size_t i = 0; i < std::min(kBestMinutiae, minutiae.size()); ++i) best += minutiae[i].quality / 100.0;
  const double value = best / static_cast<double>(kBestMinutiae) - kWeightOfDisagreement * std::sqrt(disagreement);
  return static_cast<std::uint8_t>(std::lround(100 / (1 + std::exp(kSteepness * (kMiddle - value)))));
}

}  // namespace whorl::fingerprint
