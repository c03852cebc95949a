#include "templates/image/wsq/wavelet.h"

#include <algorithm>

#include "base/simd.h"

namespace whorl::image {
namespace {

// Whole-sample symmetric extension.
int reflected(int i, int n) {
  if (i >= 0 && i < n) return i;
  if (n == 1) return 0;
  const int period = 2 * (n - 1);
  i = (i % period + period) % period;
  return i < n ? i : period - i;
}

// Taps of a sample of even or odd place in the interleaved line: out = sum of tap[j] * (line[at - j] + line[at + j]).
// At least kFused of them, those that a filter has not being 0.
constexpr std::size_t kFused = 5;
struct Taps {
  std::vector<float> even;
  std::vector<float> odd;

  [[nodiscard]] int reach() const { return static_cast<int>(even.size()) - 1; }
};

// A synthesised sample takes the low filter's taps from low samples, which lie at even places, and the high one's from
// odd places. Synthesis low is analysis high with alternating signs, and the other way round.
Taps synthesis_taps(const WsqFilters& filters) {
  const auto alternating = [](const std::vector<float>& taps, std::size_t j) {
    if (j >= taps.size()) return 0.0F;
    return j % 2 == 0 ? taps[j] : -taps[j];
  };
  const std::size_t n = std::max({filters.low.size(), filters.high.size(), kFused});
  Taps out;
  for (std::size_t j = 0; j < n; ++j) {
    const float low = alternating(filters.high, j);
    const float high = alternating(filters.low, j);
    out.even.push_back(j % 2 == 0 ? low : high);
    out.odd.push_back(j % 2 == 0 ? high : low);
  }
  return out;
}

// The analysis filters themselves: low at even places, high at odd ones.
Taps analysis_taps(const WsqFilters& filters) {
  const std::size_t n = std::max({filters.low.size(), filters.high.size(), kFused});
  Taps out{filters.low, filters.high};
  out.even.resize(n, 0.0F);
  out.odd.resize(n, 0.0F);
  return out;
}

// out[i] = tap[0] * centre[i] + sum of tap[j] * (before[j][i] + after[j][i]), of the first five.
struct Neighbours {
  const float* centre = nullptr;
  const float* before[kFused] = {};
  const float* after[kFused] = {};
};
WHORL_MULTIVERSION
void sum_five(const Neighbours& from, const float* tap, int n, float* __restrict out) {
  const float* c = from.centre;
  const float *b1 = from.before[1], *b2 = from.before[2], *b3 = from.before[3], *b4 = from.before[4];
  const float *a1 = from.after[1], *a2 = from.after[2], *a3 = from.after[3], *a4 = from.after[4];
  for (int i = 0; i < n; ++i) {
    out[i] = tap[0] * c[i] + tap[1] * (b1[i] + a1[i]) + tap[2] * (b2[i] + a2[i]) + tap[3] * (b3[i] + a3[i]) +
             tap[4] * (b4[i] + a4[i]);
  }
}
WHORL_MULTIVERSION
void add_pair(const float* before, const float* after, float tap, int n, float* __restrict out) {
  for (int i = 0; i < n; ++i) out[i] += tap * (before[i] + after[i]);
}

// `neighbour(j)` gives where the samples j places away begin.
template <class Neighbour>
void filter(Neighbour neighbour, const std::vector<float>& taps, int n, float* out) {
  Neighbours from;
  from.centre = neighbour(0);
  for (int j = 1; j < static_cast<int>(kFused); ++j) {
    from.before[j] = neighbour(-j);
    from.after[j] = neighbour(j);
  }
  sum_five(from, taps.data(), n, out);
  for (std::size_t j = kFused; j < taps.size(); ++j) {
    const auto at = static_cast<int>(j);
    if (taps[j] != 0) add_pair(neighbour(-at), neighbour(at), taps[j], n, out);
  }
}

// A line as its samples of even and of odd places, each with room for the extension on both sides.
class SplitLine {
 public:
  SplitLine(int n, int reach) : n_(n), reach_(reach) {
    const auto size = static_cast<std::size_t>(n / 2 + 2 * reach + 2);
    even_.resize(size);
    odd_.resize(size);
  }
  [[nodiscard]] int evens() const { return (n_ + 1) / 2; }
  [[nodiscard]] int odds() const { return n_ / 2; }
  float* even() { return even_.data() + reach_; }
  float* odd() { return odd_.data() + reach_; }

  void extend() {
    for (int i = 1; i <= reach_; ++i) {
      at(-i) = at(reflected(-i, n_));
      at(n_ - 1 + i) = at(reflected(n_ - 1 + i, n_));
    }
  }
  // The filtered samples of even places, and of odd ones.
  void filter_both(const Taps& taps, float* even_out, float* odd_out) {
    filter([this](int j) { return from(j); }, taps.even, evens(), even_out);
    filter([this](int j) { return from(j + 1); }, taps.odd, odds(), odd_out);
  }

 private:
  // Where the samples of every second place from `i` begin.
  float* from(int i) { return i % 2 == 0 ? even() + i / 2 : odd() + (i - 1) / 2; }
  float& at(int i) { return *from(i); }

  int n_ = 0;
  int reach_ = 0;
  std::vector<float> even_;
  std::vector<float> odd_;
};

// Filters every line of a region along both axes, between its interleaved form and its halves.
class Region {
 public:
  Region(WsqPlane& plane, const WsqSplit& split, const Taps& taps, std::vector<float>& scratch)
      : plane_(plane),
        split_(split),
        region_(split.region),
        taps_(taps),
        scratch_(scratch),
        line_(region_.width, taps.reach()) {
    even_.resize(static_cast<std::size_t>(line_.evens()));
    odd_.resize(static_cast<std::size_t>(line_.odds()));
    scratch_.resize(static_cast<std::size_t>(region_.width) * static_cast<std::size_t>(region_.height));
  }

  void synthesise() {
    columns([this](int i) { return row(stored_y(i)); }, [this](int i) { return scratch_row(i); });
    for (int y = 0; y < region_.height; ++y) {
      const float* from = scratch_row(y);
      std::copy_n(from + low_x(), line_.evens(), line_.even());
      std::copy_n(from + high_x(), line_.odds(), line_.odd());
      line_.extend();
      line_.filter_both(taps_, even_.data(), odd_.data());
      float* to = row(y);
      for (int i = 0; i < line_.odds(); ++i) {
        to[2 * i] = even_[static_cast<std::size_t>(i)];
        to[2 * i + 1] = odd_[static_cast<std::size_t>(i)];
      }
      if (line_.evens() > line_.odds()) to[region_.width - 1] = even_.back();
    }
  }

  void analyse() {
    for (int y = 0; y < region_.height; ++y) {
      const float* from = row(y);
      for (int i = 0; i < line_.evens(); ++i) line_.even()[i] = from[2 * i];
      for (int i = 0; i < line_.odds(); ++i) line_.odd()[i] = from[2 * i + 1];
      line_.extend();
      float* to = scratch_row(y);
      line_.filter_both(taps_, to + low_x(), to + high_x());
    }
    columns([this](int i) { return scratch_row(i); }, [this](int i) { return row(stored_y(i)); });
  }

 private:
  // Low samples, of even places, lie in one half and high ones in the other.
  [[nodiscard]] int low_x() const { return split_.inverted_x ? split_.first_width() : 0; }
  [[nodiscard]] int high_x() const { return split_.inverted_x ? 0 : split_.first_width(); }
  [[nodiscard]] int stored_y(int i) const {
    return (i % 2 == 0) != split_.inverted_y ? i / 2 : split_.first_height() + i / 2;
  }

  float* row(int y) {
    const auto at = static_cast<std::size_t>(region_.y + y) * static_cast<std::size_t>(plane_.width) +
                    static_cast<std::size_t>(region_.x);
    return plane_.values.data() + at;
  }
  float* scratch_row(int y) {
    return scratch_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(region_.width);
  }

  template <class From, class To>
  void columns(From from, To to) {
    const int n = region_.height;
    for (int i = 0; i < n; ++i) {
      filter([&](int j) { return from(reflected(i + j, n)); }, i % 2 == 0 ? taps_.even : taps_.odd, region_.width,
             to(i));
    }
  }

  WsqPlane& plane_;
  const WsqSplit& split_;
  const WsqRegion& region_;
  const Taps& taps_;
  std::vector<float>& scratch_;
  SplitLine line_;
  std::vector<float> even_;
  std::vector<float> odd_;
};

bool is_empty(const WsqSplit& split) { return split.region.width == 0 || split.region.height == 0; }

}  // namespace

void synthesise(WsqPlane& plane, const WsqTree& tree, const WsqFilters& filters) {
  const Taps taps = synthesis_taps(filters);
  std::vector<float> scratch;
  for (auto split = tree.splits.rbegin(); split != tree.splits.rend(); ++split) {
    if (!is_empty(*split)) Region(plane, *split, taps, scratch).synthesise();
  }
}

void analyse(WsqPlane& plane, const WsqTree& tree, const WsqFilters& filters) {
  const Taps taps = analysis_taps(filters);
  std::vector<float> scratch;
  for (const WsqSplit& split : tree.splits) {
    if (!is_empty(split)) Region(plane, split, taps, scratch).analyse();
  }
}

}  // namespace whorl::image
