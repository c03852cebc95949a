// Noise, clouds, brushed metal and empty platens: what has a spectrum and no lines.
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "tests/support/textures/canvas.h"

namespace whorl::tests {
namespace {

// Noise of one band of wavelengths, the same in all directions: as near to ridges as noise comes.
cv::Mat band_noise(Draws& draws, const Canvas& canvas) {
  const double centre = 1 / length(draws, canvas, 5, 16);
  const double width = centre * draws.between(0.12, 0.5);
  return shaped_noise(draws, canvas.grey.size(), [=](double fx, double fy) {
    return std::exp(-0.5 * std::pow((std::hypot(fx, fy) - centre) / width, 2));
  });
}

// Noise longer along one direction.
cv::Mat grained_noise(Draws& draws, const Canvas& canvas) {
  const double along = length(draws, canvas, 4, 60);
  const double across = length(draws, canvas, 0.6, 5);
  const double turn = draws.between(0, std::numbers::pi);
  return shaped_noise(draws, canvas.grey.size(), [=](double fx, double fy) {
    const double u = std::cos(turn) * fx + std::sin(turn) * fy;
    const double v = -std::sin(turn) * fx + std::cos(turn) * fy;
    return std::exp(-2 * std::pow(std::numbers::pi, 2) * (u * u * along * along + v * v * across * across));
  });
}

cv::Mat blurred_noise(Draws& draws, const Canvas& canvas) {
  cv::Mat out = white_noise(draws, canvas.grey.size());
  const double sigma = length(draws, canvas, 0.4, 8);
  cv::GaussianBlur(out, out, {0, 0}, sigma);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(out, mean, deviation);
  return (out - mean[0]) / deviation[0];
}

}  // namespace

void draw_noise(Draws& draws, Canvas& canvas) {
  cv::Mat noise;
  switch (draws.below(6)) {
    case 0: noise = white_noise(draws, canvas.grey.size()); break;
    case 1:
    case 2: noise = blurred_noise(draws, canvas); break;
    case 3: noise = band_noise(draws, canvas); break;
    case 4: noise = grained_noise(draws, canvas); break;
    default: noise = cloud(draws, canvas.grey.size(), draws.between(0.3, 2));
  }
  if (draws.chance(0.25)) noise = cv::Mat(cv::max(cv::min(noise * 20, 1), -1));  // black and white
  canvas.grey = draws.between(90, 170) + draws.between(3, 70) * noise;
}

void draw_clouds(Draws& draws, Canvas& canvas) {
  cv::Mat base = cloud(draws, canvas.grey.size(), draws.between(2, 3.6));
  if (draws.chance(0.3)) base = 1.5 - 2 * cv::abs(base);  // billows
  canvas.grey = draws.between(100, 180) + draws.between(15, 70) * base;
  canvas.grey += draws.between(0, 4) * white_noise(draws, canvas.grey.size());
}

void draw_brushed_metal(Draws& draws, Canvas& canvas) {
  const double along = length(draws, canvas, 30, 400);
  const double across = length(draws, canvas, 0.5, 3);
  const double turn = draws.between(0, std::numbers::pi);
  cv::Mat streaks;
  if (draws.chance(0.3)) {  // brushed in circles: streaks along x, wound about a point
    const cv::Size flat(1024, 1024);
    cv::Mat wound = white_noise(draws, flat);
    cv::GaussianBlur(wound, wound, {0, 0}, std::max(2.0, along / 4), across, cv::BORDER_REFLECT);
    const double cx = canvas.grey.cols * draws.between(-0.5, 1.5);
    const double cy = canvas.grey.rows * draws.between(-0.5, 1.5);
    streaks = from_formula(canvas.grey.size(), 0, [&](double x, double y) {
      const double angle = std::atan2(y - cy, x - cx) / (2 * std::numbers::pi) + 0.5;
      const int column = static_cast<int>(angle * 1023);
      const int row = static_cast<int>(std::hypot(x - cx, y - cy)) % 1024;
      return static_cast<double>(wound.at<float>(row, column));
    });
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(streaks, mean, deviation);
    streaks = (streaks - mean[0]) / deviation[0];
  } else {
    streaks = shaped_noise(draws, canvas.grey.size(), [=](double fx, double fy) {
      const double u = std::cos(turn) * fx + std::sin(turn) * fy;
      const double v = -std::sin(turn) * fx + std::cos(turn) * fy;
      return std::exp(-2 * std::pow(std::numbers::pi, 2) * (u * u * along * along + v * v * across * across));
    });
  }
  canvas.grey = draws.between(100, 190) + draws.between(5, 40) * streaks;
  canvas.grey += draws.between(0, 30) * cloud(draws, canvas.grey.size(), 3.5);
  canvas.grey += draws.between(0, 5) * white_noise(draws, canvas.grey.size());
}

void draw_platen(Draws& draws, Canvas& canvas) {
  const cv::Size size = canvas.grey.size();
  canvas.grey = draws.between(15, 252) + draws.between(0, 12) * cloud(draws, size, 4);
  if (draws.chance(0.4)) {  // lines of the sensor's own
    cv::Mat line = white_noise(draws, draws.chance(0.5) ? cv::Size(size.width, 1) : cv::Size(1, size.height));
    cv::resize(line, line, size, 0, 0, cv::INTER_NEAREST);
    canvas.grey += draws.between(0.3, 4) * line;
  }
  if (draws.chance(0.5)) {  // what the last finger left: a clouded patch without ridges
    const cv::Point centre(draws.below(size.width), draws.below(size.height));
    cv::Mat patch = cv::Mat::zeros(size, CV_32F);
    cv::ellipse(patch, centre, {size.width / 3, size.height / 3}, draws.between(0, 180), 0, 360, cv::Scalar(1), -1);
    cv::GaussianBlur(patch, patch, {0, 0}, length(draws, canvas, 3, 20));
    const cv::Mat mottled = 1 + 0.5 * shaped_noise(draws, size, [&](double fx, double fy) {
                                  return std::exp(-std::hypot(fx, fy) * 12 * canvas.px500);
                                });
    canvas.grey -= draws.between(3, 50) * patch.mul(mottled);
  }
  const int dust = draws.chance(0.5) ? draws.below(300) : 0;
  for (int i = 0; i < dust; ++i) {
    const cv::Point at(draws.below(size.width), draws.below(size.height));
    const int radius = static_cast<int>(length(draws, canvas, 0.5, 5));
    cv::ellipse(canvas.grey, at, {radius, std::max(1, radius / 2)}, draws.between(0, 180), 0, 360,
                cv::Scalar(draws.between(0, 255)), -1);
  }
  if (draws.chance(0.2)) {  // scratches
    for (int i = draws.below(12); i >= 0; --i) {
      cv::line(canvas.grey, {draws.below(size.width), draws.below(size.height)},
               {draws.below(size.width), draws.below(size.height)}, cv::Scalar(draws.between(0, 255)), 1, cv::LINE_8);
    }
  }
  canvas.grey += draws.between(0.3, draws.chance(0.5) ? 2 : 12) * white_noise(draws, size);
}

}  // namespace whorl::tests
