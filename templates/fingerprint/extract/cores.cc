#include "templates/fingerprint/extract/cores.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace whorl::fingerprint {
namespace {

constexpr int kCoarse = 2;                       // cells of the grid to a cell here
constexpr double kSide_px500 = kCoarse * kGrid;  // of a cell here
constexpr double kSigma_px500 = 16;              // two ridges: what lies within is seen most
constexpr int kReach = 5;                        // cells: 2.5 sigma
constexpr int kRival = 3;                        // cells: of two so near the stronger one counts
constexpr double kLeastStrength = 0.3;           // weaker ones are anything

// Of 1,680 prints of nine sensors one has a second core of 0.67 that points the same way (a wart where the delta is);
// the others have 0.55 at most. Two fingers' have 0.8 and more.
constexpr double kSureStrength = 0.7;
constexpr double kApart_px500 = 70;
constexpr double kApartBesideWhorl_px500 = 140;  // 7 mm: from a loop to the whorl below it
constexpr double kSameWay_rad = std::numbers::pi / 2;
constexpr double kOtherWay_rad = 2 * std::numbers::pi / 3;

struct Complex {
  cv::Mat real;
  cv::Mat imaginary;
};

// r exp(-r^2 / 2 sigma^2) exp(-i phi), of sum 1 where the phases agree.
Complex loop_filter() {
  constexpr int side = 2 * kReach + 1;
  constexpr double sigma = kSigma_px500 / kSide_px500;
  Complex out{cv::Mat(side, side, CV_32F), cv::Mat(side, side, CV_32F)};
  double sum = 0;
  for (int y = -kReach; y <= kReach; ++y) {
    for (int x = -kReach; x <= kReach; ++x) {
      const double r = std::hypot(x, y);
      const double weight = r * std::exp(-r * r / (2 * sigma * sigma));
      const double phi = std::atan2(-y, x);
      out.real.at<float>(y + kReach, x + kReach) = static_cast<float>(weight * std::cos(phi));
      out.imaginary.at<float>(y + kReach, x + kReach) = static_cast<float>(-weight * std::sin(phi));
      sum += weight;
    }
  }
  out.real /= sum;
  out.imaginary /= sum;
  return out;
}

cv::Mat coarse(const cv::Mat& values, const cv::Mat& mask) {
  cv::Mat seen;  // zero outside the mask
  values.copyTo(seen, mask);
  cv::Mat out;
  cv::resize(seen, out, {(values.cols + 1) / kCoarse, (values.rows + 1) / kCoarse}, 0, 0, cv::INTER_AREA);
  return out;
}

cv::Mat filtered(const cv::Mat& values, const cv::Mat& filter) {
  cv::Mat out;
  cv::filter2D(values, out, CV_32F, filter, {-1, -1}, 0, cv::BORDER_CONSTANT);
  return out;
}

// exp(i (2 theta - phi)), summed: as long as the flow turns like a loop's, and as it points.
Complex loops_of(const Orientation& flow, const GridMap& mask) {
  static const Complex filter = loop_filter();
  const cv::Mat cos2 = coarse(flow.cos2, mask);
  const cv::Mat sin2 = coarse(flow.sin2, mask);
  return {filtered(cos2, filter.real) - filtered(sin2, filter.imaginary),
          filtered(cos2, filter.imaginary) + filtered(sin2, filter.real)};
}

// Whether nothing near is stronger; of equals the first.
bool is_top(const cv::Mat& strength, int x, int y) {
  const float here = strength.at<float>(y, x);
  for (int v = std::max(0, y - kRival); v <= std::min(strength.rows - 1, y + kRival); ++v) {
    for (int u = std::max(0, x - kRival); u <= std::min(strength.cols - 1, x + kRival); ++u) {
      const float there = strength.at<float>(v, u);
      if (there > here || (there == here && (v < y || (v == y && u < x)))) return false;
    }
  }
  return true;
}

double turn_between(const Core& a, const Core& b) {
  return std::abs(std::remainder(a.direction_rad - b.direction_rad, 2 * std::numbers::pi));
}

double distance(const Core& a, const Core& b) {
  const cv::Point2d between = a.at_px500 - b.at_px500;
  return std::hypot(between.x, between.y);
}

// Of one finger, perhaps: the upper and the lower core of a whorl, and a loop.
bool beside_whorl(const Core& a, const Core& b, const std::vector<Core>& cores) {
  return std::any_of(cores.begin(), cores.end(), [&](const Core& other) {
    return turn_between(other, a) > kOtherWay_rad &&
           std::min(distance(other, a), distance(other, b)) < kApartBesideWhorl_px500;
  });
}

}  // namespace

std::vector<Core> find_cores(const Orientation& flow, const GridMap& mask) {
  const Complex loops = loops_of(flow, mask);
  cv::Mat strength;
  cv::magnitude(loops.real, loops.imaginary, strength);
  std::vector<Core> out;
  for (int y = 0; y < strength.rows; ++y) {
    for (int x = 0; x < strength.cols; ++x) {
      const auto here = static_cast<double>(strength.at<float>(y, x));
      if (!(here >= kLeastStrength) || !is_top(strength, x, y)) continue;
      const auto angle = std::atan2(loops.imaginary.at<float>(y, x), loops.real.at<float>(y, x));
      out.push_back({{(x + 0.5) * kSide_px500, (y + 0.5) * kSide_px500}, static_cast<double>(angle), here});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Core& a, const Core& b) { return a.strength > b.strength; });
  return out;
}

bool shows_cores_of_several_fingers(const std::vector<Core>& cores) {
  for (std::size_t i = 0; i < cores.size() && cores[i].strength >= kSureStrength; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (turn_between(cores[i], cores[j]) >= kSameWay_rad) continue;
      const double apart_px500 = beside_whorl(cores[i], cores[j], cores) ? kApartBesideWhorl_px500 : kApart_px500;
      if (distance(cores[i], cores[j]) >= apart_px500) return true;
    }
  }
  return false;
}

}  // namespace whorl::fingerprint
