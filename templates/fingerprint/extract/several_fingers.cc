#include "templates/fingerprint/extract/several_fingers.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace whorl::fingerprint {
namespace {

constexpr int kFold_px500 = 48;     // 2.4 mm: a joint's fold is narrower
constexpr double kBody_px500 = 65;  // radius of the largest disc in a small finger's print, 3.3 mm
constexpr double kNeck = 0.82;      // radius of the neck in radii of the smaller body
constexpr double kLevelStep_px500 = 8;

// Distance of every cell to the nearest background, px500, holes filled and folds closed: these run across a finger,
// which is captured more or less upright, so that closing along it leaves the gap between two fingers open.
cv::Mat depth_of(const GridMap& mask) {
  const int side = (kFold_px500 / kGrid) | 1;
  cv::Mat padded;
  cv::copyMakeBorder(mask, padded, side, side, side, side, cv::BORDER_CONSTANT, cv::Scalar(0));
  cv::morphologyEx(padded, padded, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_RECT, {1, side}));
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(padded, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  cv::drawContours(padded, outlines, -1, cv::Scalar(255), cv::FILLED);
  cv::Mat depth;
  cv::distanceTransform(padded, depth, cv::DIST_L2, 5);
  return depth * kGrid;
}

// The parts deeper than a level that sinks, each known by its deepest cell.
class Parts {
 public:
  explicit Parts(const cv::Mat& depth) : depth_(depth), above_(depth.total(), kOutside) {
    for (int y = 0; y < depth.rows; ++y) {
      for (int x = 0; x < depth.cols; ++x) {
        const float steps = depth.at<float>(y, x) / static_cast<float>(kLevelStep_px500);
        if (steps <= 0) continue;
        const auto layer = static_cast<std::size_t>(std::ceil(steps)) - 1;
        if (layer >= layers_.size()) layers_.resize(layer + 1);
        layers_[layer].push_back(y * depth.cols + x);
      }
    }
  }

  [[nodiscard]] int layers() const { return static_cast<int>(layers_.size()); }

  // Takes in the cells between this level and the one above it. Levels come from the deepest on.
  void sink_to(int layer) {
    for (const int cell : layers_[static_cast<std::size_t>(layer)]) take_in(cell);
    std::erase_if(deepest_, [&](int cell) { return top_of(cell) != cell; });
  }

  // Parts whose deepest cell is at least so deep, and kBody_px500.
  [[nodiscard]] int bodies(double radius) const {
    return static_cast<int>(
        std::count_if(deepest_.begin(), deepest_.end(), [&](int cell) { return depth_at(cell) >= radius; }));
  }

 private:
  static constexpr int kOutside = -1;

  [[nodiscard]] double depth_at(int cell) const {
    return static_cast<double>(depth_.at<float>(cell / depth_.cols, cell % depth_.cols));
  }

  int top_of(int cell) {
    while (above(cell) != cell) cell = above(cell) = above(above(cell));
    return cell;
  }

  int& above(int cell) { return above_[static_cast<std::size_t>(cell)]; }

  void take_in(int cell) {
    above(cell) = cell;
    if (depth_at(cell) >= kBody_px500) deepest_.push_back(cell);
    const int x = cell % depth_.cols;
    const int y = cell / depth_.cols;
    for (int ny = std::max(0, y - 1); ny <= std::min(depth_.rows - 1, y + 1); ++ny) {
      for (int nx = std::max(0, x - 1); nx <= std::min(depth_.cols - 1, x + 1); ++nx) {
        const int neighbour = ny * depth_.cols + nx;
        if (above(neighbour) != kOutside) join(top_of(cell), top_of(neighbour));
      }
    }
  }

  void join(int a, int b) {
    if (a == b) return;
    if (depth_at(a) < depth_at(b)) std::swap(a, b);
    above(b) = a;
  }

  const cv::Mat& depth_;
  std::vector<std::vector<int>> layers_;  // layer n: cells deeper than n level steps, not than n + 1
  std::vector<int> above_;                // towards the deepest cell of the part
  std::vector<int> deepest_;              // of each part that is a body
};

}  // namespace

bool shows_several_fingers(const GridMap& mask) {
  const cv::Mat depth = depth_of(mask);
  double deepest = 0;
  cv::minMaxLoc(depth, nullptr, &deepest);
  Parts parts(depth);
  for (int layer = parts.layers() - 1; layer >= 0; --layer) {
    parts.sink_to(layer);
    const double level = layer * kLevelStep_px500;
    if (level < kNeck * deepest && parts.bodies(std::max(kBody_px500, level / kNeck)) > 1) return true;
  }
  return false;
}

}  // namespace whorl::fingerprint
