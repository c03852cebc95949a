// Halftone, bricks and cloth: what repeats.
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "tests/support/textures/canvas.h"

namespace whorl::tests {
namespace {

constexpr double kTau = 2 * std::numbers::pi;

double whole_part(double v) { return std::floor(v); }
double part(double v) { return v - std::floor(v); }

// The tones a halftone renders, 0..1.
cv::Mat tones(Draws& draws, const cv::Size& size) {
  cv::Mat out = 0.5 + draws.between(0.05, 0.25) * cloud(draws, size, draws.between(2.5, 4));
  return cv::max(cv::min(out, 0.95), 0.05);
}

cv::Mat diffused(cv::Mat tone) {  // Floyd and Steinberg
  for (int y = 0; y + 1 < tone.rows; ++y) {
    for (int x = 1; x + 1 < tone.cols; ++x) {
      const float old = tone.at<float>(y, x);
      const float fresh = old < 0.5F ? 0.0F : 1.0F;
      tone.at<float>(y, x) = fresh;
      const float error = old - fresh;
      tone.at<float>(y, x + 1) += error * 7 / 16;
      tone.at<float>(y + 1, x - 1) += error * 3 / 16;
      tone.at<float>(y + 1, x) += error * 5 / 16;
      tone.at<float>(y + 1, x + 1) += error * 1 / 16;
    }
  }
  return tone;
}

// One thread's light across its width, 0..1.
double thread(double across) { return std::sqrt(std::max(0.0, 1 - std::pow(2 * part(across) - 1, 2))); }

}  // namespace

void draw_halftone(Draws& draws, Canvas& canvas) {
  const cv::Size size = canvas.grey.size();
  const cv::Mat tone = tones(draws, size);
  const double pitch = length(draws, canvas, 4, 18);
  const double turn = draws.between(0, std::numbers::pi);
  const int way = draws.below(5);
  if (way == 4) {
    canvas.grey = 255 * diffused(tone.clone());
  } else {
    const cv::Mat screen = from_formula(size, turn, [&](double x, double y) {
      const double u = std::cos(kTau * x / pitch);
      const double v = std::cos(kTau * y / pitch);
      return 0.5 + (way == 3 ? 0.5 * u : 0.25 * (u + v));  // lines or dots
    });
    canvas.grey = cv::Mat(cv::max(cv::min((tone - screen) * draws.between(2, 12) + 0.5, 1), 0)) * 255;
  }
  cv::GaussianBlur(canvas.grey, canvas.grey, {0, 0}, length(draws, canvas, 0.3, 1.5));
  canvas.grey += draws.between(0, 8) * white_noise(draws, size);
}

void draw_bricks(Draws& draws, Canvas& canvas) {
  const cv::Size size = canvas.grey.size();
  const double height = length(draws, canvas, 8, 60);
  const double width = height * draws.between(1.5, 4);
  const double mortar = height * draws.between(0.06, 0.3);
  const double turn = draws.chance(0.5) ? draws.between(-0.1, 0.1) : draws.between(0, std::numbers::pi);
  const double brick = draws.between(60, 140);
  const double joint = draws.between(150, 230);
  const double spread = draws.between(0, 30);
  const auto salt = static_cast<double>(draws.below(1000));
  canvas.grey = from_formula(size, turn, [&](double x, double y) {
    const double row = whole_part(y / height);
    const double column = whole_part(x / width + 0.5 * row);
    const double in_x = part(x / width + 0.5 * row) * width;
    const double in_y = part(y / height) * height;
    if (in_x < mortar || in_y < mortar) return joint;
    return brick + spread * (2 * part(std::sin(row * 12.9898 + column * 78.233 + salt) * 43758.5453) - 1);
  });
  cv::GaussianBlur(canvas.grey, canvas.grey, {0, 0}, length(draws, canvas, 0.3, 2));
  canvas.grey += draws.between(0, 20) * cloud(draws, size, draws.between(1, 3));
  canvas.grey += draws.between(0, 10) * white_noise(draws, size);
}

void draw_cloth(Draws& draws, Canvas& canvas) {
  const cv::Size size = canvas.grey.size();
  const double pitch = length(draws, canvas, 3, 16);
  const double turn = draws.between(0, std::numbers::pi);
  const int weave = draws.below(5);
  const double wave = pitch * draws.between(0, 0.3);
  const cv::Mat sag = cloud(draws, size, 4);
  const double pull = pitch * draws.between(0, 1.5);
  canvas.grey = from_formula(size, turn, [&](double x, double y) {
    const double c = std::cos(turn);
    const double s = std::sin(turn);
    const int px = std::clamp(static_cast<int>(std::lround(c * x + s * y)), 0, size.width - 1);
    const int py = std::clamp(static_cast<int>(std::lround(-s * x + c * y)), 0, size.height - 1);
    const double u = (x + pull * static_cast<double>(sag.at<float>(py, px)) + wave * std::sin(kTau * y / 40)) / pitch;
    const double v = y / pitch;
    const auto over = static_cast<int>(whole_part(u) + whole_part(v));
    switch (weave) {
      case 0:  // plain
        return (over & 1) != 0 ? thread(u) : 0.8 * thread(v);
      case 1:  // twill: over two, under two
        return (over & 3) < 2 ? thread(u) : 0.7 * thread(v);
      case 2:  // satin
        return (static_cast<int>(whole_part(u) + 2 * whole_part(v)) % 5 + 5) % 5 != 0 ? thread(u) : 0.4 * thread(v);
      case 3:  // knit: rows of v-shaped loops
        return thread(u + 0.35 * std::abs(2 * part(v) - 1)) * (0.5 + 0.5 * thread(v));
      default:  // rep: broad threads both ways
        return 0.5 * thread(u) + 0.5 * thread(v / 2);
    }
  });
  canvas.grey = draws.between(40, 100) + draws.between(30, 120) * canvas.grey;
  cv::GaussianBlur(canvas.grey, canvas.grey, {0, 0}, length(draws, canvas, 0.3, 1.5));
  canvas.grey += draws.between(0, 25) * cloud(draws, size, draws.between(0, 2));
}

}  // namespace whorl::tests
