#include "templates/fingerprint/extract/part.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>

#include "templates/fingerprint/extract/gate.h"

namespace whorl::fingerprint {
namespace {

constexpr int kMargin_px500 = 48;                 // the windows of normalisation reach 36
constexpr std::int64_t kWidestPrint = 1'000'000;  // px500 of the upright rectangle around a print: 51 x 51 mm

cv::Rect around(const GridMap& mask) {
  const cv::Rect cells = cv::boundingRect(mask);
  return {cells.x * kGrid, cells.y * kGrid, cells.width * kGrid, cells.height * kGrid};
}

bool too_wide(const cv::Rect& print) { return std::int64_t{print.width} * print.height > kWidestPrint; }

GridMap largest_piece(const GridMap& mask) {
  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centres;
  const int count = cv::connectedComponentsWithStats(mask, labels, stats, centres, 8, CV_32S);
  int largest = 1;
  for (int i = 2; i < count; ++i) {
    if (stats.at<int>(i, cv::CC_STAT_AREA) > stats.at<int>(largest, cv::CC_STAT_AREA)) largest = i;
  }
  return GridMap(labels == largest);
}

int down(int px) { return std::max(0, px) / kFlowBlock_px500 * kFlowBlock_px500; }

std::string mm(int px500) { return std::to_string(static_cast<int>(px500 * kMmPerPx500)); }

}  // namespace

Result<Part> part_of(const GridMap& mask, const cv::Size& picture, const ExtractParameters& p) {
  if (std::int64_t{picture.width} * picture.height <= kWholePixels) return Part{cv::Rect({0, 0}, picture), mask};
  GridMap kept = mask;
  cv::Rect print = around(kept);
  if (p.require_one_finger && too_wide(print)) {
    kept = largest_piece(mask);
    print = around(kept);
    if (too_wide(print)) {
      return no_fingerprint("the pattern spreads over " + mm(print.width) + " x " + mm(print.height) +
                            " mm, more than any finger's; crop the image to one finger");
    }
  }
  return part_around(kept, picture);
}

Part part_around(const GridMap& mask, const cv::Size& picture) {
  const cv::Rect print = around(mask);
  const cv::Point corner(down(print.x - kMargin_px500), down(print.y - kMargin_px500));
  constexpr int kBeyond = kMargin_px500 + kFlowBlock_px500 - 1;
  const cv::Point end(down(print.br().x + kBeyond), down(print.br().y + kBeyond));
  const cv::Rect at = cv::Rect(corner, end) & cv::Rect({0, 0}, picture);
  const cv::Rect cells({at.x / kGrid, at.y / kGrid}, grid_of(at.size()));
  return Part{at, GridMap(mask(cells).clone())};
}

void place(FingerprintTemplate& print, const cv::Rect& at, int width_px500, int height_px500) {
  if (at.width == width_px500 && at.height == height_px500) return;
  print.width_px500 = width_px500;
  print.height_px500 = height_px500;
  for (Minutia& m : print.minutiae) {
    m.x_px500 += static_cast<float>(at.x);
    m.y_px500 += static_cast<float>(at.y);
  }
  FlowMap flow;
  flow.columns = (width_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  flow.rows = (height_px500 + kFlowBlock_px500 - 1) / kFlowBlock_px500;
  flow.cells.resize(static_cast<std::size_t>(flow.columns * flow.rows));
  for (int row = 0; row < print.flow.rows; ++row) {
    const auto from = print.flow.cells.begin() + row * print.flow.columns;
    std::copy_n(from, print.flow.columns,
                flow.cells.begin() + (row + at.y / kFlowBlock_px500) * flow.columns + at.x / kFlowBlock_px500);
  }
  print.flow = std::move(flow);
  RidgeMap ridges;
  ridges.columns = width_px500 / kRidgeStep_px500;
  ridges.rows = height_px500 / kRidgeStep_px500;
  ridges.bits.resize(static_cast<std::size_t>(ridges.rows * ridges.row_bytes()));
  static_assert(kFlowBlock_px500 % (8 * kRidgeStep_px500) == 0, "a part begins with a whole byte of ridges");
  for (int row = 0; row < print.ridges.rows; ++row) {
    std::copy_n(
        print.ridges.bits.begin() + row * print.ridges.row_bytes(), print.ridges.row_bytes(),
        ridges.bits.begin() + (row + at.y / kRidgeStep_px500) * ridges.row_bytes() + at.x / (8 * kRidgeStep_px500));
  }
  print.ridges = std::move(ridges);
}

}  // namespace whorl::fingerprint
