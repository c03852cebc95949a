#include "bench/training/damage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "datasets/draws.h"
#include "datasets/noise.h"

namespace whorl::training {
namespace {

using datasets::Draws;

constexpr int kWindow_px500 = 25;            // some ridges wide
constexpr double kLeastRidgeDeviation = 12;  // of grey within a window that shows ridges
constexpr int kLeastPrint_px500 = 2000;      // area; below, the whole picture counts as print

// Noise of mean 0 and deviation 1 as a picture of this size.
cv::Mat noise_like(Draws& draws, const cv::Mat& like, double scale_px) {
  std::vector<float> values = datasets::smooth_noise(draws, like.cols, like.rows, scale_px);
  const cv::Mat noise(like.rows, like.cols, CV_32F, values.data());
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(noise, mean, deviation);
  return (noise - mean[0]) / (deviation[0] + 1e-6);
}

cv::Mat between_0_and_1(const cv::Mat& values) { return cv::min(cv::max(values, 0), 1); }

struct Local {
  cv::Mat mean;
  cv::Mat deviation;
};

Local local_greys(const cv::Mat& grey) {
  const cv::Size window{kWindow_px500, kWindow_px500};
  Local out;
  cv::Mat squares;
  cv::blur(grey, out.mean, window);
  cv::blur(grey.mul(grey), squares, window);
  cv::sqrt(cv::max(squares - out.mean.mul(out.mean), 0), out.deviation);
  return out;
}

// The most frequent grey beside the print; a light one where the print fills the picture.
double paper_of(const cv::Mat& grey, const cv::Mat& print) {
  constexpr int kLeastBeside_px500 = 500;  // area; below, the print fills the picture
  constexpr double kLightPaper = 235;
  if (cv::countNonZero(print == 0) < kLeastBeside_px500) return kLightPaper;
  std::array<int, 256> counts{};
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) {
      if (print.at<std::uint8_t>(y, x) == 0) ++counts[cv::saturate_cast<std::uint8_t>(grey.at<float>(y, x))];
    }
  }
  return static_cast<double>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

// Wet: ridges grow over the valleys. Dry: they shrink, and valleys' grey breaks them into dots, as it does a little
// everywhere.
void press(cv::Mat& grey, const Local& local, Draws& draws) {
  const double scale_px = draws.between(30, 70);
  const cv::Mat patches = noise_like(draws, grey, scale_px);
  const double patchy = draws.between(0, 0.6);
  const double level = draws.between(-1, 1);
  const cv::Mat wetness = level + patchy * patches;
  const cv::Mat wet = between_0_and_1(wetness);
  const cv::Mat dry = between_0_and_1(-wetness);
  const cv::Mat small = cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3});
  cv::Mat wider;
  cv::Mat thinner;
  cv::erode(grey, wider, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
  cv::dilate(grey, thinner, small);
  const cv::Mat pressed = grey.mul(1 - wet - dry) + wider.mul(wet) + thinner.mul(dry);
  const cv::Mat coarse_noise = noise_like(draws, grey, 4);
  const double coarse = draws.between(0, 0.8);
  const cv::Mat fine_noise = noise_like(draws, grey, 2);
  const double fine = draws.between(0.2, 1);
  const cv::Mat grain = fine * fine_noise + coarse * coarse_noise;
  const cv::Mat dots = cv::min(between_0_and_1(grain - 0.6).mul(dry + 0.15), 1);
  cv::Mat valley;
  cv::dilate(local.mean + local.deviation, valley, small);
  grey = pressed.mul(1 - dots) + valley.mul(dots);
}

// A stroke in one direction, strongest in some places.
void smear(cv::Mat& grey, Draws& draws) {
  const double angle_rad = draws.between(0, std::numbers::pi);
  const int half = 3 + draws.below(7);
  cv::Mat stroke = cv::Mat::zeros(2 * half + 1, 2 * half + 1, CV_32F);
  const auto end = [&](double sign) {
    return cv::Point(half + static_cast<int>(std::lround(sign * half * std::cos(angle_rad))),
                     half + static_cast<int>(std::lround(sign * half * std::sin(angle_rad))));
  };
  cv::line(stroke, end(-1), end(1), 1);
  stroke /= cv::sum(stroke)[0];
  cv::Mat smeared;
  cv::filter2D(grey, smeared, -1, stroke);
  const double least = draws.between(0.2, 1.2);
  const cv::Mat share = between_0_and_1(noise_like(draws, grey, 50) - least);
  grey = grey.mul(1 - share) + smeared.mul(share);
}

// Less contrast, more noise of the sensor.
void fade(cv::Mat& grey, Draws& draws) {
  cv::Mat mean;
  cv::blur(grey, mean, {31, 31});
  grey = mean + (grey - mean) * draws.between(0.4, 1);
  const double noise = draws.between(0, 8);
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) grey.at<float>(y, x) += static_cast<float>(draws.normal(0, noise));
  }
}

// Flat paper everywhere but on one part of the print, with an uneven edge.
void cut(cv::Mat& grey, const cv::Rect& print, double paper, Draws& draws) {
  const double share_x = draws.between(0.55, 0.95);
  const double share_y = draws.between(0.5, 0.9);
  const double whole_x = print.width / 2.0;
  const double whole_y = print.height / 2.0;
  const double half_width = share_x * whole_x;
  const double half_height = share_y * whole_y;
  const double centre_x = print.x + whole_x + (whole_x - half_width) * draws.between(-1, 1);
  const double centre_y = print.y + whole_y + (whole_y - half_height) * draws.between(-1, 1);
  const cv::Mat edge = 6 * noise_like(draws, grey, 20);
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) {
      const double cubes =
          std::pow(std::abs(x - centre_x) / half_width, 3) + std::pow(std::abs(y - centre_y) / half_height, 3);
      const double inside_px =
          (1 - std::cbrt(cubes)) * std::min(half_width, half_height) + double{edge.at<float>(y, x)};
      const auto shown = static_cast<float>(1 / (1 + std::exp(-inside_px / 2)));
      float& to = grey.at<float>(y, x);
      to = static_cast<float>(paper) + (to - static_cast<float>(paper)) * shown;
    }
  }
}

}  // namespace

image::GreyImage damaged(const image::GreyImage& print, std::uint64_t seed) {
  Draws draws(seed);
  image::GreyImage out = print;
  cv::Mat pixels(out.height, out.width, CV_8U, out.pixels.data());
  cv::Mat grey;
  pixels.convertTo(grey, CV_32F);
  const Local local = local_greys(grey);
  const cv::Mat ridges = local.deviation > kLeastRidgeDeviation;
  cv::Rect part = cv::boundingRect(ridges);
  if (part.area() < kLeastPrint_px500) part = {0, 0, grey.cols, grey.rows};
  const double paper = paper_of(grey, ridges);
  press(grey, local, draws);
  if (draws.chance(0.5)) smear(grey, draws);
  fade(grey, draws);
  cut(grey, part, paper, draws);
  grey.convertTo(pixels, CV_8U);
  return out;
}

image::GreyImage part_of(const image::GreyImage& print, double share, std::uint64_t seed) {
  constexpr double kFromMiddle = 0.4;  // of the way to where it would touch the edge
  Draws draws(seed);
  const int width = static_cast<int>(print.width * share);
  const int height = static_cast<int>(print.height * share);
  const double x = 0.5 + kFromMiddle * draws.between(-0.5, 0.5);
  const double y = 0.5 + kFromMiddle * draws.between(-0.5, 0.5);
  const auto left = static_cast<std::ptrdiff_t>((print.width - width) * x);
  const auto top = static_cast<std::ptrdiff_t>((print.height - height) * y);
  image::GreyImage out{width, height, print.ppi, {}};
  out.pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (std::ptrdiff_t row = top; row < top + height; ++row) {
    const auto from = print.pixels.begin() + row * print.width + left;
    out.pixels.insert(out.pixels.end(), from, from + width);
  }
  return out;
}

image::GreyImage smaller(const image::GreyImage& print, double share) {
  image::GreyImage out{static_cast<int>(print.width * share), static_cast<int>(print.height * share), print.ppi, {}};
  out.pixels.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
  cv::Mat to(out.height, out.width, CV_8U, out.pixels.data());
  const cv::Mat from(print.height, print.width, CV_8U, const_cast<std::uint8_t*>(print.pixels.data()));
  cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  return out;
}

}  // namespace whorl::training
