#include "templates/fingerprint/extract/enhance.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

constexpr int kBlock = 8;  // px500; one filter serves a block
constexpr int kAngles = 64;
constexpr int kMaxRadius = 16;
constexpr double kPeriodStep = 0.25;  // px500
constexpr int kMostPeriods = 256;     // steps

struct Kernel {
  int radius = 0;              // 0: not made yet
  std::vector<float> columns;  // (2 radius + 1)^2 weights column by column

  // Where the weight of the pixel so far right and below lies.
  [[nodiscard]] std::size_t place(int dx, int dy) const {
    return static_cast<std::size_t>((dx + radius) * (2 * radius + 1) + dy + radius);
  }
};

Kernel make_kernel(double angle, double period, const ExtractParameters& p) {
  const double along_sigma = p.along_sigma_periods * period;
  const double across_sigma = p.across_sigma_periods * period;
  Kernel k;
  k.radius = std::clamp(static_cast<int>(std::ceil(2.5 * std::max(along_sigma, across_sigma))), kBlock / 2, kMaxRadius);
  const int side = 2 * k.radius + 1;
  k.columns.resize(static_cast<std::size_t>(side * side));
  double sum = 0;
  double absolute = 0;
  for (int y = -k.radius; y <= k.radius; ++y) {
    for (int x = -k.radius; x <= k.radius; ++x) {
      const double along = x * std::cos(angle) - y * std::sin(angle);
      const double across = x * std::sin(angle) + y * std::cos(angle);
      const double envelope = std::exp(-0.5 * (std::pow(along / along_sigma, 2) + std::pow(across / across_sigma, 2)));
      const double w = envelope * std::cos(2 * std::numbers::pi * across / period);
      k.columns[k.place(x, y)] = static_cast<float>(w);
      sum += w;
      absolute += std::abs(w);
    }
  }
  // Zero response to a flat image, unit gain.
  const auto n = static_cast<double>(side * side);
  for (int y = -k.radius; y <= k.radius; ++y) {
    for (int x = -k.radius; x <= k.radius; ++x) {
      float& w = k.columns[k.place(x, y)];
      w = static_cast<float>((static_cast<double>(w) - sum / n) / absolute);
    }
  }
  return k;
}

class KernelBank {
 public:
  // This thread's bank for these parameters, its kernels made when first asked for and kept.
  static KernelBank& of_thread(const ExtractParameters& p) {
    thread_local KernelBank bank;
    if (bank.p_.along_sigma_periods != p.along_sigma_periods ||
        bank.p_.across_sigma_periods != p.across_sigma_periods) {
      bank.kernels_.clear();
    }
    bank.p_ = p;
    return bank;
  }

  // Until the next call.
  const Kernel& at(float angle, float period) {
    const int a = static_cast<int>(std::lround(static_cast<double>(angle) / std::numbers::pi * kAngles)) % kAngles;
    const int q = std::clamp(static_cast<int>(std::lround(static_cast<double>(period) / kPeriodStep)), 1, kMostPeriods);
    const auto at = static_cast<std::size_t>(a + kAngles * q);
    if (at >= kernels_.size()) kernels_.resize(at + 1);
    Kernel& kernel = kernels_[at];
    if (kernel.radius == 0) kernel = make_kernel(a * std::numbers::pi / kAngles, q * kPeriodStep, p_);
    return kernel;
  }

 private:
  ExtractParameters p_;
  std::vector<Kernel> kernels_;  // by direction, those of a period side by side
};

// Eight floats side by side (a compiler's vector type: one source for every machine), and the same anywhere in memory.
// Read and written through the latter: a copy of its bytes goes by way of the stack, in halves, and waits there for
// them to be put together.
using Lane = float __attribute__((vector_size(kBlock * sizeof(float))));
using LaneAnywhere [[gnu::aligned(alignof(float)), gnu::may_alias]] = Lane;
static_assert(alignof(LaneAnywhere) == alignof(float));

// A row of pixels' part in the rows kFirst to kLast of a block; `weights`: of the first row of the block.
template <int kFirst, int kLast>
[[gnu::always_inline]] inline void add_row(Lane (&sums)[kBlock], const float* weights, const float* pixels) {
  const Lane eight = *reinterpret_cast<const LaneAnywhere*>(pixels);
  for (int y = kFirst; y <= kLast; ++y) sums[y] += weights[-y] * eight;
}

// Of the rows above the first that all of the block's rows have a part of, and of those below the last.
template <int... kRows>
[[gnu::always_inline]] inline void add_rows_above(std::integer_sequence<int, kRows...> /*rows*/, Lane (&sums)[kBlock],
                                                  const float* weights, const float* pixels, std::ptrdiff_t stride) {
  (add_row<0, kRows>(sums, weights + kRows, pixels + kRows * stride), ...);
}
template <int... kRows>
[[gnu::always_inline]] inline void add_rows_below(std::integer_sequence<int, kRows...> /*rows*/, Lane (&sums)[kBlock],
                                                  const float* weights, const float* pixels, std::ptrdiff_t stride) {
  (add_row<kRows + 1, kBlock - 1>(sums, weights + kRows, pixels + kRows * stride), ...);
}

// out (kBlock x kBlock, `out_stride` floats a row) = kernel correlated with the image around the block at `in`. Each
// row of pixels is taken from memory once for all rows of the block that it has a part in: eight floats anywhere in
// memory cost more than a weight. Precondition: a kernel is at least as high as a block.
WHORL_MULTIVERSION
void filter_block(const float* in, std::ptrdiff_t stride, const float* columns, int radius, float* out,
                  std::ptrdiff_t out_stride) {
  constexpr auto kAround = std::make_integer_sequence<int, kBlock - 1>();
  Lane sums[kBlock] = {};
  const int side = 2 * radius + 1;
  for (int kx = 0; kx < side; ++kx, columns += side) {
    const float* pixels = in - radius * stride - radius + kx;
    add_rows_above(kAround, sums, columns, pixels, stride);
    for (int row = kBlock - 1; row < side; ++row) {
      add_row<0, kBlock - 1>(sums, columns + row, pixels + row * stride);
    }
    add_rows_below(kAround, sums, columns + side, pixels + side * stride, stride);
  }
  for (int y = 0; y < kBlock; ++y) *reinterpret_cast<LaneAnywhere*>(out + y * out_stride) = sums[y];
}

bool any_foreground(const GridMap& mask, int x, int y) {
  for (int dy = 0; dy < kBlock; dy += kGrid) {
    for (int dx = 0; dx < kBlock; dx += kGrid) {
      const int column = std::min((x + dx) / kGrid, mask.cols - 1);
      const int row = std::min((y + dy) / kGrid, mask.rows - 1);
      if (mask.at<std::uint8_t>(row, column) != 0) return true;
    }
  }
  return false;
}

// The kernel of the block whose upper left corner is pixel (x, y): its centre is a corner of four grid cells, whose
// mean vector gives its orientation.
const Kernel& kernel_of_block(KernelBank& bank, const Orientation& flow, const GridMap& period, int x, int y) {
  const int column = std::min(x / kGrid, period.cols - 2);
  const int row = std::min(y / kGrid, period.rows - 2);
  float c = 0;
  float s = 0;
  for (int k = 0; k < 4; ++k) {
    c += flow.cos2.at<float>(row + k / 2, column + k % 2);
    s += flow.sin2.at<float>(row + k / 2, column + k % 2);
  }
  const float angle = 0.5F * std::atan2(s, c);
  return bank.at(angle < 0 ? angle + std::numbers::pi_v<float> : angle, period.at<float>(row, column));
}

int whole_blocks(int side) { return (side + kBlock - 1) / kBlock * kBlock; }

}  // namespace

PixelMap enhance(const PixelMap& normalised, const Orientation& flow, const GridMap& period, const GridMap& mask,
                 const ExtractParameters& p, const StopLatch& stop) {
  const int rows = whole_blocks(normalised.rows);
  const int columns = whole_blocks(normalised.cols);
  cv::Mat padded;
  cv::copyMakeBorder(normalised, padded, kMaxRadius, kMaxRadius + rows - normalised.rows, kMaxRadius,
                     kMaxRadius + columns - normalised.cols, cv::BORDER_REPLICATE);
  cv::Mat out = cv::Mat::zeros(rows, columns, CV_32F);
  KernelBank& bank = KernelBank::of_thread(p);
  const auto stride = static_cast<std::ptrdiff_t>(padded.step1());
  for (int y = 0; y < rows && !stop(); y += kBlock) {
    for (int x = 0; x < columns; x += kBlock) {
      if (!any_foreground(mask, x, y)) continue;
      const Kernel& kernel = kernel_of_block(bank, flow, period, x, y);
      filter_block(padded.ptr<float>(y + kMaxRadius, x + kMaxRadius), stride, kernel.columns.data(), kernel.radius,
                   out.ptr<float>(y, x), static_cast<std::ptrdiff_t>(out.step1()));
    }
  }
  return PixelMap(out(cv::Rect(0, 0, normalised.cols, normalised.rows)).clone());
}

PixelMap enhance_reference(const PixelMap& normalised, const Orientation& flow, const GridMap& period,
                           const GridMap& mask, const ExtractParameters& p) {
  KernelBank& bank = KernelBank::of_thread(p);
  cv::Mat out = cv::Mat::zeros(normalised.size(), CV_32F);
  for (int y = 0; y < normalised.rows; ++y) {
    for (int x = 0; x < normalised.cols; ++x) {
      const int left = x / kBlock * kBlock;
      const int top = y / kBlock * kBlock;
      if (!any_foreground(mask, left, top)) continue;
      const Kernel& kernel = kernel_of_block(bank, flow, period, left, top);
      double sum = 0;
      for (int dy = -kernel.radius; dy <= kernel.radius; ++dy) {
        for (int dx = -kernel.radius; dx <= kernel.radius; ++dx) {
          const int sx = std::clamp(x + dx, 0, normalised.cols - 1);
          const int sy = std::clamp(y + dy, 0, normalised.rows - 1);
          sum += static_cast<double>(kernel.columns[kernel.place(dx, dy)]) *
                 static_cast<double>(normalised.at<float>(sy, sx));
        }
      }
      out.at<float>(y, x) = static_cast<float>(sum);
    }
  }
  return PixelMap(out);
}

PixelMap binarise(const PixelMap& enhanced, const GridMap& mask) {
  cv::Mat inside;
  cv::resize(mask, inside, {}, kGrid, kGrid, cv::INTER_NEAREST);
  const cv::Mat ridges = enhanced < 0;
  return PixelMap(ridges & inside(cv::Rect(0, 0, enhanced.cols, enhanced.rows)));
}

}  // namespace whorl::fingerprint
