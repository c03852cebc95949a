#include "templates/image/area_resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace whorl::image {
namespace {

// The pixels of the old picture, one beside the other, that a new one covers along one axis.
struct Cover {
  int first = 0;
  int count = 0;
};

struct Covers {
  std::vector<Cover> all;
  std::vector<float> weights;  // of each new pixel's old ones, one after the other
};

// As OpenCV's computeResizeAreaTab: shares of less than a thousandth are left out.
Covers covers_of(int from, int to) {
  constexpr double kLeastShare = 1e-3;
  const double scale = 1.0 / (static_cast<double>(to) / from);
  Covers out;
  for (int i = 0; i < to; ++i) {
    const double start = i * scale;
    const double end = start + scale;
    const double width = std::min(scale, from - start);
    const int last = std::min(static_cast<int>(std::floor(end)), from - 1);
    const int whole = std::min(static_cast<int>(std::ceil(start)), last);
    const bool part = whole - start > kLeastShare;
    const std::size_t before = out.weights.size();
    const auto add = [&](double share) { out.weights.push_back(static_cast<float>(share / width)); };
    if (part) add(whole - start);
    for (int at = whole; at < last; ++at) add(1);
    if (end - last > kLeastShare) add(std::min({end - last, 1.0, width}));
    out.all.push_back({part ? whole - 1 : whole, static_cast<int>(out.weights.size() - before)});
  }
  return out;
}

// Rows of the old picture are made narrow so many at a time, side by side in one vector.
constexpr int kRows = 4;
using Lanes = float __attribute__((vector_size(kRows * sizeof(float))));

// The rows of a strip that begins at `first`, the last row again where there are fewer.
void narrow(const cv::Mat& grey, int first, const Covers& across, std::vector<Lanes>& strip,
            std::array<std::vector<float>, kRows>& out) {
  std::array<const std::uint8_t*, kRows> rows{};
  for (int r = 0; r < kRows; ++r) rows[static_cast<std::size_t>(r)] = grey.ptr(std::min(first + r, grey.rows - 1));
  for (std::size_t x = 0; x < strip.size(); ++x) {
    strip[x] = Lanes{static_cast<float>(rows[0][x]), static_cast<float>(rows[1][x]), static_cast<float>(rows[2][x]),
                     static_cast<float>(rows[3][x])};
  }
  const float* weight = across.weights.data();
  for (std::size_t i = 0; i < across.all.size(); ++i) {
    const Lanes* pixels = &strip[static_cast<std::size_t>(across.all[i].first)];
    Lanes sum = {};
    for (int n = 0; n < across.all[i].count; ++n) sum += pixels[n] * *weight++;
    for (int r = 0; r < kRows; ++r) out[static_cast<std::size_t>(r)][i] = sum[r];
  }
}

void add(const std::vector<float>& row, float weight, float* sums) {
  for (std::size_t x = 0; x < row.size(); ++x) sums[x] += row[x] * weight;
}

}  // namespace

cv::Mat area_resampled(const cv::Mat& grey, const cv::Size& size) {
  cv::Mat out(size, CV_8UC1);
  if (grey.cols % size.width == 0 && grey.rows % size.height == 0) {
    cv::resize(grey, out, size, 0, 0, cv::INTER_AREA);
    return out;
  }
  const Covers across = covers_of(grey.cols, size.width);
  const Covers down = covers_of(grey.rows, size.height);
  std::vector<Lanes> strip(static_cast<std::size_t>(grey.cols));
  std::array<std::vector<float>, kRows> narrowed;
  narrowed.fill(std::vector<float>(across.all.size()));
  int begin = -kRows;  // of the strip that is narrowed
  cv::Mat sum(1, size.width, CV_32F);
  const float* weight = down.weights.data();
  for (int y = 0; y < size.height; ++y) {
    sum.setTo(0);
    const Cover& cover = down.all[static_cast<std::size_t>(y)];
    for (int at = cover.first; at < cover.first + cover.count; ++at) {
      if (at >= begin + kRows) narrow(grey, begin = at, across, strip, narrowed);
      add(narrowed[static_cast<std::size_t>(at - begin)], *weight++, sum.ptr<float>());
    }
    cv::Mat made = out.row(y);
    sum.convertTo(made, CV_8U);  // to the nearest, half to even
  }
  return out;
}

}  // namespace whorl::image
