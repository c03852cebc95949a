#include "templates/fingerprint/extract/cell_means.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

constexpr double kLeastShare = 1e-3;  // of a pixel: less of it is left out
constexpr int kPlaces = kGrid + 1;    // pixels that a cell may have a share in

// The pixels of a side that make up each of its cells.
class Side {
 public:
  // Of cells that begin at one distance from kGrid times their number.
  struct Run {
    int begin = 0;
    int end = 0;
    int offset = 0;  // the first pixel of cell c is kGrid * c + offset
  };

  // A cell is kGrid pixels wide, or a little less.
  Side(int pixels, int cells)
      : cells_(cells), whole_(pixels == cells * kGrid), share_(static_cast<std::size_t>(kPlaces * cells)) {
    const double width = static_cast<double>(pixels) / cells;
    for (int cell = 0; cell < cells; ++cell) add(cell, width, pixels);
  }

  int cells() const { return cells_; }
  bool whole() const { return whole_; }  // every cell has kGrid pixels
  const std::vector<Run>& runs() const { return runs_; }
  // The shares of the cells in the pixel so many places after their first one, for each cell.
  const float* shares(int place) const { return &share_[static_cast<std::size_t>(place * cells_)]; }

 private:
  void add(int cell, double width, int pixels) {
    const double begin = cell * width;
    const double end = std::min(begin + width, static_cast<double>(pixels));
    const int first = std::max(0, std::min(static_cast<int>(begin + kLeastShare), pixels - kPlaces));
    if (runs_.empty() || runs_.back().offset != first - kGrid * cell) {
      runs_.push_back({cell, cell, first - kGrid * cell});
    }
    runs_.back().end = cell + 1;
    for (int place = 0; place < kPlaces; ++place) {
      const double pixel = first + place;
      const double part = std::min(end, pixel + 1) - std::max(begin, pixel);
      if (part <= kLeastShare) continue;
      share_[static_cast<std::size_t>(place * cells_ + cell)] =
          static_cast<float>((part > 1 - 1e-9 ? 1 : part) / width);
    }
  }

  int cells_;
  bool whole_;
  std::vector<float> share_;
  std::vector<Run> runs_;
};

WHORL_MULTIVERSION
void sum_whole_cells(const float* values, int cells, float* out) {
  constexpr float kShare = 1.0F / kGrid;
  for (int c = 0; c < cells; ++c) {
    const float* x = values + kGrid * c;
    out[c] = x[0] * kShare + x[1] * kShare + x[2] * kShare + x[3] * kShare;
  }
}

using Shares = std::array<const float*, kPlaces>;

WHORL_MULTIVERSION
void sum_run(const float* values, const Shares& share, const Side::Run& run, float* __restrict out) {
  const auto [first, second, third, fourth, fifth] = share;
  const int offset = run.offset;
  const int end = run.end;
  for (int c = run.begin; c < end; ++c) {
    const float* x = values + (kGrid * c + offset);
    out[c] = x[0] * first[c] + x[1] * second[c] + x[2] * third[c] + x[3] * fourth[c] + x[4] * fifth[c];
  }
}

void sum_cells(const float* values, const Side& side, float* out) {
  if (side.whole()) {
    sum_whole_cells(values, side.cells(), out);
    return;
  }
  const Shares shares{side.shares(0), side.shares(1), side.shares(2), side.shares(3), side.shares(4)};
  for (const Side::Run& run : side.runs()) sum_run(values, shares, run, out);
}

WHORL_MULTIVERSION
void add_line(const float* line, float share, int cells, float* __restrict out) {
  for (int c = 0; c < cells; ++c) out[c] += line[c] * share;
}

// What three functions of two pictures give along a line of pixels.
using Lines = std::array<float*, 3>;

WHORL_MULTIVERSION
void products_along(const float* a, const float* b, int count, const Lines& out) {
  float* __restrict ab = out[0];
  float* __restrict aa = out[1];
  float* __restrict bb = out[2];
  for (int x = 0; x < count; ++x) {
    ab[x] = a[x] * b[x];
    aa[x] = a[x] * a[x];
    bb[x] = b[x] * b[x];
  }
}

WHORL_MULTIVERSION
void tensors_along(const float* dx, const float* dy, int count, const Lines& out) {
  float* __restrict difference = out[0];
  float* __restrict product = out[1];
  float* __restrict energy = out[2];
  for (int x = 0; x < count; ++x) {
    const float xx = dx[x] * dx[x];
    const float yy = dy[x] * dy[x];
    difference[x] = xx - yy;
    product[x] = 2 * dx[x] * dy[x];
    energy[x] = xx + yy;
  }
}

template <std::size_t kValues>
void sum_line(const std::array<const float*, kValues>& lines, const Side& across, cv::Mat& sums) {
  for (std::size_t k = 0; k < kValues; ++k) sum_cells(lines[k], across, sums.ptr<float>(static_cast<int>(k)));
}

// The means of kValues functions over the cells, a row of pixels at a time. `lines_of(row)` gives their values.
template <std::size_t kValues, typename LinesOf>
std::array<cv::Mat, kValues> means_of(const cv::Size& pixels, const LinesOf& lines_of) {
  const cv::Size grid = grid_of(pixels);
  const Side across(pixels.width, grid.width);
  CV_Assert(across.whole() || pixels.width >= kPlaces);
  const Side down(pixels.height, grid.height);
  std::array<cv::Mat, kValues> out;
  for (cv::Mat& each : out) each = cv::Mat::zeros(grid, CV_32F);
  cv::Mat sums(static_cast<int>(kValues), grid.width, CV_32F);  // of one row of pixels over the width of each cell
  int summed = -1;                                              // which
  for (const Side::Run& run : down.runs()) {
    for (int row = run.begin; row < run.end; ++row) {
      for (int place = 0; place < kPlaces; ++place) {
        const float share = down.shares(place)[row];
        if (share == 0) continue;
        const int pixel = kGrid * row + run.offset + place;
        if (pixel != summed) sum_line(lines_of(pixel), across, sums);
        summed = pixel;
        for (std::size_t k = 0; k < kValues; ++k) {
          add_line(sums.ptr<float>(static_cast<int>(k)), share, grid.width, out[k].template ptr<float>(row));
        }
      }
    }
  }
  return out;
}

std::array<cv::Mat, 3> means_along(const cv::Mat& a, const cv::Mat& b,
                                   void (&along)(const float*, const float*, int, const Lines&)) {
  cv::Mat lines(3, a.cols, CV_32F);
  const Lines to{lines.ptr<float>(0), lines.ptr<float>(1), lines.ptr<float>(2)};
  return means_of<3>(a.size(), [&](int row) {
    along(a.ptr<float>(row), b.ptr<float>(row), a.cols, to);
    return std::array<const float*, 3>{to[0], to[1], to[2]};
  });
}

}  // namespace

cv::Mat cell_means(const cv::Mat& values) {
  return means_of<1>(values.size(), [&](int row) { return std::array{values.ptr<float>(row)}; })[0];
}

CellProducts cell_products(const cv::Mat& a, const cv::Mat& b) {
  const auto [ab, aa, bb] = means_along(a, b, products_along);
  return {ab, aa, bb};
}

CellTensor cell_tensor(const cv::Mat& dx, const cv::Mat& dy) {
  const auto [difference, product, energy] = means_along(dx, dy, tensors_along);
  return {difference, product, energy};
}

}  // namespace whorl::fingerprint
