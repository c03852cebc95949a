#include "templates/fingerprint/extract/several_fingers.h"

#include <algorithm>
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

// Bodies of at least `radius` among the parts deeper than `level`.
int bodies(const cv::Mat& depth, double level, double radius) {
  cv::Mat parts;
  const int count = cv::connectedComponents(depth > level, parts, 8, CV_32S);
  std::vector<float> deepest(static_cast<std::size_t>(count));
  for (int y = 0; y < depth.rows; ++y) {
    for (int x = 0; x < depth.cols; ++x) {
      float& d = deepest[static_cast<std::size_t>(parts.at<int>(y, x))];
      d = std::max(d, depth.at<float>(y, x));
    }
  }
  return static_cast<int>(
      std::count_if(deepest.begin() + 1, deepest.end(), [&](float d) { return static_cast<double>(d) >= radius; }));
}

}  // namespace

bool shows_several_fingers(const GridMap& mask) {
  const cv::Mat depth = depth_of(mask);
  double deepest = 0;
  cv::minMaxLoc(depth, nullptr, &deepest);
  for (double level = 0; level < kNeck * deepest; level += kLevelStep_px500) {
    if (bodies(depth, level, std::max(kBody_px500, level / kNeck)) > 1) return true;
  }
  return false;
}

}  // namespace whorl::fingerprint
