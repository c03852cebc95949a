#include "templates/image/wsq/wavelet.h"

#include <algorithm>
#include <cstring>

#include "base/simd.h"

namespace whorl::image {
namespace {

// Whole-sample symmetric extension.
int reflected(int i, int n) {
  if (n == 1) return 0;
  const int period = 2 * (n - 1);
  i = (i % period + period) % period;
  return i < n ? i : period - i;
}

// Taps of a sample of even or odd place in the interleaved line: out = sum of tap[j] * (line[at - j] + line[at + j]).
struct Taps {
  std::vector<float> even;
  std::vector<float> odd;

  [[nodiscard]] int reach() const { return static_cast<int>(std::max(even.size(), odd.size())) - 1; }
};

// A synthesised sample takes the low filter's taps from low samples, which lie at even places, and the high one's from
// odd places. Synthesis low is analysis high with alternating signs, and the other way round.
Taps synthesis_taps(const WsqFilters& filters) {
  const auto alternating = [](const std::vector<float>& taps, std::size_t j) {
    if (j >= taps.size()) return 0.0F;
    return j % 2 == 0 ? taps[j] : -taps[j];
  };
  const std::size_t n = std::max(filters.low.size(), filters.high.size());
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
Taps analysis_taps(const WsqFilters& filters) { return {filters.low, filters.high}; }

WHORL_MULTIVERSION
void filter_line(const float* line, const std::vector<float>& taps, int first, int n, float* out) {
  for (int i = first; i < n; i += 2) out[i] = taps[0] * line[i];
  for (std::size_t j = 1; j < taps.size(); ++j) {
    const float tap = taps[j];
    const float* before = line - j;
    const float* after = line + j;
    for (int i = first; i < n; i += 2) out[i] += tap * (before[i] + after[i]);
  }
}

WHORL_MULTIVERSION
void scale_row(const float* from, float tap, int n, float* out) {
  for (int i = 0; i < n; ++i) out[i] = tap * from[i];
}
WHORL_MULTIVERSION
void add_rows(const float* a, const float* b, float tap, int n, float* out) {
  for (int i = 0; i < n; ++i) out[i] += tap * (a[i] + b[i]);
}

// Filters every line of a region along both axes, between its interleaved form and its halves.
class Region {
 public:
  Region(WsqPlane& plane, const WsqSplit& split, const Taps& taps, std::vector<float>& scratch)
      : plane_(plane), split_(split), region_(split.region), taps_(taps), scratch_(scratch) {
    const std::size_t line = static_cast<std::size_t>(region_.width) + 2 * static_cast<std::size_t>(taps.reach());
    line_.resize(line);
    out_.resize(static_cast<std::size_t>(region_.width));
    scratch_.resize(static_cast<std::size_t>(region_.width) * static_cast<std::size_t>(region_.height));
  }

  void synthesise() {
    columns([this](int i) { return row(stored_y(i)); }, [this](int i) { return scratch_row(i); });
    for (int y = 0; y < region_.height; ++y) {
      const float* from = scratch_row(y);
      for (int x = 0; x < region_.width; ++x) line()[x] = from[stored_x(x)];
      extend_line();
      filter_both(row(y));
    }
  }

  void analyse() {
    for (int y = 0; y < region_.height; ++y) {
      std::memcpy(line(), row(y), sizeof(float) * static_cast<std::size_t>(region_.width));
      extend_line();
      filter_both(out_.data());
      float* to = scratch_row(y);
      for (int x = 0; x < region_.width; ++x) to[stored_x(x)] = out_[static_cast<std::size_t>(x)];
    }
    columns([this](int i) { return scratch_row(i); }, [this](int i) { return row(stored_y(i)); });
  }

 private:
  // Where the interleaved sample i lies: low samples, of even places, in one half and high ones in the other.
  static int stored(int i, int first, bool inverted) { return (i % 2 == 0) != inverted ? i / 2 : first + i / 2; }
  [[nodiscard]] int stored_x(int i) const { return stored(i, split_.first_width(), split_.inverted_x); }
  [[nodiscard]] int stored_y(int i) const { return stored(i, split_.first_height(), split_.inverted_y); }

  float* row(int y) {
    const auto at = static_cast<std::size_t>(region_.y + y) * static_cast<std::size_t>(plane_.width) +
                    static_cast<std::size_t>(region_.x);
    return plane_.values.data() + at;
  }
  float* scratch_row(int y) {
    return scratch_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(region_.width);
  }
  float* line() { return line_.data() + taps_.reach(); }

  void extend_line() {
    const int n = region_.width;
    for (int i = 1; i <= taps_.reach(); ++i) {
      line()[-i] = line()[reflected(-i, n)];
      line()[n - 1 + i] = line()[reflected(n - 1 + i, n)];
    }
  }
  void filter_both(float* out) {
    filter_line(line(), taps_.even, 0, region_.width, out);
    filter_line(line(), taps_.odd, 1, region_.width, out);
  }

  template <class From, class To>
  void columns(From from, To to) {
    const int n = region_.height;
    for (int i = 0; i < n; ++i) {
      const std::vector<float>& taps = i % 2 == 0 ? taps_.even : taps_.odd;
      float* out = to(i);
      scale_row(from(i), taps[0], region_.width, out);
      for (int j = 1; j < static_cast<int>(taps.size()); ++j) {
        add_rows(from(reflected(i - j, n)), from(reflected(i + j, n)), taps[static_cast<std::size_t>(j)], region_.width,
                 out);
      }
    }
  }

  WsqPlane& plane_;
  const WsqSplit& split_;
  const WsqRegion& region_;
  const Taps& taps_;
  std::vector<float>& scratch_;
  std::vector<float> line_;
  std::vector<float> out_;
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
