#include "datasets/grow.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace whorl::datasets {
namespace {

using std::numbers::pi;

constexpr int kRadius = 11;  // of a kernel
constexpr int kSide = 2 * kRadius + 1;
constexpr int kRow = 24;  // kSide rounded up to whole vectors; the last column is zero
constexpr int kTaps = kSide * kRow;
constexpr int kAngles = 64;  // over [0, pi)
constexpr int kPeriods = 24;
constexpr double kMinPeriod = 6.0;
constexpr double kPeriodStep = 0.3;
constexpr int kOne = 1024;           // the value 1 of a pixel
constexpr int kKernelOne = 1 << 14;  // the value 1 of a kernel tap
constexpr int kBlock = 8;            // pixels are visited or skipped by blocks
constexpr int kMaxRounds = 14;       // the field is full after about 4; then the ridges straighten themselves
constexpr int kStill = 24;           // a block whose pixels change by less than this (of kOne) is done

using Kernel = std::vector<std::int16_t>;

// exp(-r^2 / 2 s^2) cos(2 pi u / period), u across the ridge, made zero-mean, with response 1 to its own
// wave.
Kernel make_kernel(double angle, double period) {
  const double sigma = 0.42 * period;
  std::vector<double> envelope(kTaps);
  std::vector<double> taps(kTaps);
  double weight = 0;
  double mean = 0;
  for (int y = -kRadius; y <= kRadius; ++y) {
    for (int x = -kRadius; x <= kRadius; ++x) {
      const auto i = static_cast<std::size_t>((y + kRadius) * kRow + x + kRadius);
      const double across = x * std::sin(angle) + y * std::cos(angle);  // y down, angle y up
      envelope[i] = std::exp(-(x * x + y * y) / (2 * sigma * sigma));
      taps[i] = std::cos(2 * pi * across / period);
      weight += envelope[i];
      mean += envelope[i] * taps[i];
    }
  }
  double response = 0;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double wave = taps[i];
    taps[i] = envelope[i] * (taps[i] - mean / weight);
    response += taps[i] * wave;
  }
  Kernel out(kTaps);
  for (std::size_t i = 0; i < taps.size(); ++i) {
    out[i] = static_cast<std::int16_t>(std::lround(taps[i] / response * kKernelOne));
  }
  return out;
}

// All kernels, made once for the process: 64 x 24 of 1.1 KB.
const std::vector<Kernel>& kernels() {
  static const std::vector<Kernel> all = [] {
    std::vector<Kernel> out;
    for (int a = 0; a < kAngles; ++a) {
      for (int p = 0; p < kPeriods; ++p) out.push_back(make_kernel(a * pi / kAngles, kMinPeriod + p * kPeriodStep));
    }
    return out;
  }();
  return all;
}

std::size_t kernel_index(float angle, float period) {
  const int a = static_cast<int>(std::lround(static_cast<double>(angle) / pi * kAngles)) % kAngles;
  const int p = static_cast<int>(std::lround((static_cast<double>(period) - kMinPeriod) / kPeriodStep));
  return static_cast<std::size_t>(a * kPeriods + std::clamp(p, 0, kPeriods - 1));
}

// Left plain for the compiler, which turns it into multiply-and-add instructions.
int filter_at(const std::int16_t* corner, std::size_t stride, const std::int16_t* taps) {
  int sum = 0;
  for (int row = 0; row < kSide; ++row) {
    for (int i = 0; i < kRow; ++i) sum += static_cast<int>(corner[i]) * static_cast<int>(taps[i]);
    corner += stride;
    taps += kRow;
  }
  return sum;
}

class Growth {
 public:
  explicit Growth(const RidgeField& field)
      : width_(field.width),
        height_(field.height),
        stride_(static_cast<std::size_t>(field.width + kRow)),
        columns_((field.width + kBlock - 1) / kBlock),
        rows_((field.height + kBlock - 1) / kBlock),
        now_(stride_ * static_cast<std::size_t>(field.height + kSide)),
        next_(now_.size()),
        moving_(static_cast<std::size_t>(columns_ * rows_)) {
    for (std::size_t i = 0; i < field.orientation_rad.size(); ++i) {
      kernel_.push_back(static_cast<std::uint16_t>(kernel_index(field.orientation_rad[i], field.period_px[i])));
    }
  }

  void plant(int x, int y) {
    constexpr int kSpot = 2;
    for (int dy = -kSpot; dy <= kSpot; ++dy) {
      for (int dx = -kSpot; dx <= kSpot; ++dx) {
        if (inside(x + dx, y + dy) && dx * dx + dy * dy <= kSpot * kSpot) now_[at(x + dx, y + dy)] = -kOne;
      }
    }
    moving_[static_cast<std::size_t>(y / kBlock * columns_ + x / kBlock)] = 1;
  }

  // One pass over the blocks near those that moved. False when nothing moved. `gain` times 256.
  bool round(int gain) {
    next_ = now_;
    std::vector<std::uint8_t> moved(moving_.size());
    bool any = false;
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column) {
        if (!near_moving(column, row)) continue;
        const bool changed = filter_block(column, row, gain);
        moved[static_cast<std::size_t>(row * columns_ + column)] = changed ? 1 : 0;
        any = any || changed;
      }
    }
    now_.swap(next_);
    moving_.swap(moved);
    return any;
  }

  void all_moving() { std::fill(moving_.begin(), moving_.end(), std::uint8_t{1}); }

  [[nodiscard]] std::vector<float> values() const {
    std::vector<float> out;
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) out.push_back(static_cast<float>(now_[at(x, y)]) / kOne);
    }
    return out;
  }

 private:
  [[nodiscard]] bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < width_ && y < height_; }
  [[nodiscard]] std::size_t at(int x, int y) const {
    return static_cast<std::size_t>(y + kRadius) * stride_ + static_cast<std::size_t>(x + kRadius);
  }

  [[nodiscard]] bool near_moving(int column, int row) const {
    constexpr int kReach = (kRadius + kBlock - 1) / kBlock;
    for (int r = std::max(0, row - kReach); r <= std::min(rows_ - 1, row + kReach); ++r) {
      for (int c = std::max(0, column - kReach); c <= std::min(columns_ - 1, column + kReach); ++c) {
        if (moving_[static_cast<std::size_t>(r * columns_ + c)] != 0) return true;
      }
    }
    return false;
  }

  bool filter_block(int column, int row, int gain) {
    int largest = 0;
    for (int y = row * kBlock; y < std::min(height_, (row + 1) * kBlock); ++y) {
      for (int x = column * kBlock; x < std::min(width_, (column + 1) * kBlock); ++x) {
        const Kernel& taps = kernels()[kernel_[static_cast<std::size_t>(y * width_ + x)]];
        const std::size_t corner = static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x);
        const std::int64_t sum = filter_at(now_.data() + corner, stride_, taps.data());
        const auto v = static_cast<int>(std::clamp<std::int64_t>(sum * gain / 256 / kKernelOne, -kOne, kOne));
        largest = std::max(largest, std::abs(v - now_[at(x, y)]));
        next_[at(x, y)] = static_cast<std::int16_t>(v);
      }
    }
    return largest >= kStill;
  }

  int width_;
  int height_;
  std::size_t stride_;
  int columns_;
  int rows_;
  std::vector<std::int16_t> now_;
  std::vector<std::int16_t> next_;
  std::vector<std::uint8_t> moving_;
  std::vector<std::uint16_t> kernel_;
};

}  // namespace

std::vector<float> grow_ridges(Draws& draws, const RidgeField& field, int seeds) {
  constexpr int kGrowing = 3 * 256;
  constexpr int kSettling = 5 * 256 / 4;
  Growth growth(field);
  // One spot at a random place of each square, so that no corner waits for the pattern to arrive.
  const double square = std::sqrt(static_cast<double>(field.width) * field.height / std::max(1, seeds));
  const int columns = std::max(1, static_cast<int>(field.width / square));
  const int rows = std::max(1, static_cast<int>(field.height / square));
  for (int i = 0; i < columns * rows; ++i) {
    const double x = (i % columns + draws.unit()) * field.width / columns;
    const double y = (i / columns + draws.unit()) * field.height / rows;  // NOLINT(bugprone-integer-division)
    growth.plant(static_cast<int>(x), static_cast<int>(y));
  }
  for (int round = 0; round < kMaxRounds && growth.round(kGrowing); ++round) {
  }
  growth.all_moving();
  growth.round(kSettling);
  growth.round(kSettling);
  return growth.values();
}

}  // namespace whorl::datasets
