#include "datasets/noise.h"

#include <algorithm>
#include <cmath>

namespace whorl::datasets {
namespace {

// Where pixel `i` lies between two grid lines, and how far along after the fade.
struct Step {
  int cell = 0;
  float share = 0;
};

std::vector<Step> steps(int count, double scale, double phase) {
  std::vector<Step> out(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const double at = i / scale + phase;
    const double part = at - std::floor(at);
    out[static_cast<std::size_t>(i)] = {static_cast<int>(at), static_cast<float>(part * part * (3 - 2 * part))};
  }
  return out;
}

std::vector<float> half_kernel(double sigma) {
  const int radius = static_cast<int>(std::ceil(2.5 * sigma));
  std::vector<float> out;
  double sum = 0;
  for (int i = 0; i <= radius; ++i) {
    const double v = std::exp(-i * i / (2 * sigma * sigma));
    out.push_back(static_cast<float>(v));
    sum += i == 0 ? v : 2 * v;
  }
  for (float& v : out) v = static_cast<float>(static_cast<double>(v) / sum);
  return out;
}

void blur_line(const float* in, float* out, int count, const std::vector<float>& kernel) {
  const int radius = static_cast<int>(kernel.size()) - 1;
  std::vector<float> wide(static_cast<std::size_t>(count + 2 * radius));
  for (int i = 0; i < count + 2 * radius; ++i) {
    wide[static_cast<std::size_t>(i)] = in[std::clamp(i - radius, 0, count - 1)];
  }
  const float* at = wide.data() + radius;
  for (int i = 0; i < count; ++i) out[i] = kernel[0] * at[i];
  for (int k = 1; k <= radius; ++k) {
    const float weight = kernel[static_cast<std::size_t>(k)];
    for (int i = 0; i < count; ++i) out[i] += weight * (at[i - k] + at[i + k]);
  }
}

}  // namespace

std::vector<float> smooth_noise(Draws& draws, int width, int height, double scale_px) {
  const double phase_x = draws.unit();
  const double phase_y = draws.unit();
  const std::vector<Step> along = steps(width, scale_px, phase_x);
  const std::vector<Step> down = steps(height, scale_px, phase_y);
  const auto columns = static_cast<std::size_t>(along.back().cell + 2);
  const auto rows = static_cast<std::size_t>(down.back().cell + 2);
  std::vector<float> grid(columns * rows);
  // Uniform with variance 1 / 0.6, because joining four values shrinks the variance to about 0.6 of theirs.
  for (float& v : grid) v = static_cast<float>(draws.between(-1, 1) * std::sqrt(3 / 0.6));
  std::vector<float> out(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  float* to = out.data();
  std::vector<float> line(columns);
  for (const Step& y : down) {
    const float* above = grid.data() + static_cast<std::size_t>(y.cell) * columns;
    for (std::size_t i = 0; i < columns; ++i) line[i] = above[i] + (above[i + columns] - above[i]) * y.share;
    for (const Step& x : along) {
      const float* at = line.data() + x.cell;
      *to++ = at[0] + (at[1] - at[0]) * x.share;
    }
  }
  return out;
}

void blur(std::vector<float>& image, int width, int height, double sigma_px) {
  const std::vector<float> kernel = half_kernel(sigma_px);
  const int radius = static_cast<int>(kernel.size()) - 1;
  const auto w = static_cast<std::size_t>(width);
  std::vector<float> across(image.size());
  for (int y = 0; y < height; ++y) {
    const auto row = static_cast<std::size_t>(y) * w;
    blur_line(image.data() + row, across.data() + row, width, kernel);
  }
  const auto line = [&](int y) { return across.data() + static_cast<std::size_t>(std::clamp(y, 0, height - 1)) * w; };
  for (int y = 0; y < height; ++y) {
    float* to = image.data() + static_cast<std::size_t>(y) * w;
    const float* centre = line(y);
    for (std::size_t x = 0; x < w; ++x) to[x] = kernel[0] * centre[x];
    for (int k = 1; k <= radius; ++k) {
      const float weight = kernel[static_cast<std::size_t>(k)];
      const float* above = line(y - k);
      const float* below = line(y + k);
      for (std::size_t x = 0; x < w; ++x) to[x] += weight * (above[x] + below[x]);
    }
  }
}

}  // namespace whorl::datasets
