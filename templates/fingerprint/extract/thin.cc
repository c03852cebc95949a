#include "templates/fingerprint/extract/thin.h"

#include <array>
#include <cstdint>
#include <utility>

#include "base/simd.h"
#include "templates/fingerprint/extract/skeleton.h"

namespace whorl::fingerprint {
namespace {

// Bit i of a neighbour code is the i-th neighbour clockwise from north.
constexpr std::array<int, 8> kDx = {0, 1, 1, 1, 0, -1, -1, -1};
constexpr std::array<int, 8> kDy = {-1, -1, 0, 1, 1, 1, 0, -1};

// Guo and Hall's condition A1 for deleting a pixel in sub-iteration 0 or 1.
constexpr bool deletable(unsigned code, int sub_iteration) {
  const auto p = [code](int i) { return static_cast<int>((code >> (i - 2)) & 1U); };  // p2 (north) .. p9
  const int c = ((1 - p(2)) & (p(3) | p(4))) + ((1 - p(4)) & (p(5) | p(6))) + ((1 - p(6)) & (p(7) | p(8))) +
                ((1 - p(8)) & (p(9) | p(2)));
  const int n1 = (p(9) | p(2)) + (p(3) | p(4)) + (p(5) | p(6)) + (p(7) | p(8));
  const int n2 = (p(2) | p(3)) + (p(4) | p(5)) + (p(6) | p(7)) + (p(8) | p(9));
  const int n = n1 < n2 ? n1 : n2;
  const int m = sub_iteration == 0 ? ((p(6) | p(7) | (1 - p(9))) & p(8)) : ((p(2) | p(3) | (1 - p(5))) & p(4));
  return c == 1 && n >= 2 && n <= 3 && m == 0;
}

cv::Mat unframed(const cv::Mat& frame) { return frame(cv::Rect(1, 1, frame.cols - 2, frame.rows - 2)) * 255; }

// One sub-iteration for a row, bytes of 0 and 1: what of `row` stays. Whether anything went. Without branches, so that
// the compiler takes many pixels at a time; deletable() in other words.
template <int kSubIteration>
[[gnu::always_inline]] inline std::uint8_t wear_row(const std::uint8_t* above, const std::uint8_t* row,
                                                    const std::uint8_t* below, int n, std::uint8_t* out) {
  std::uint8_t went = 0;
  for (int x = 0; x < n; ++x) {
    const std::uint8_t p2 = above[x];
    const std::uint8_t p3 = above[x + 1];
    const std::uint8_t p4 = row[x + 1];
    const std::uint8_t p5 = below[x + 1];
    const std::uint8_t p6 = below[x];
    const std::uint8_t p7 = below[x - 1];
    const std::uint8_t p8 = row[x - 1];
    const std::uint8_t p9 = above[x - 1];
    const std::uint8_t north = p2 | p3;
    const std::uint8_t east = p4 | p5;
    const std::uint8_t south = p6 | p7;
    const std::uint8_t west = p8 | p9;
    const std::uint8_t from_north = p9 | p2;
    const std::uint8_t from_east = p3 | p4;
    const std::uint8_t from_south = p5 | p6;
    const std::uint8_t from_west = p7 | p8;
    const auto c =
        static_cast<std::uint8_t>((from_east & ~p2) + (from_south & ~p4) + (from_west & ~p6) + (from_north & ~p8));
    const auto n1 = static_cast<std::uint8_t>(from_north + from_east + from_south + from_west);
    const auto n2 = static_cast<std::uint8_t>(north + east + south + west);
    const std::uint8_t least = n1 < n2 ? n1 : n2;
    const auto keeps =
        static_cast<std::uint8_t>(kSubIteration == 0 ? (south | (p9 ^ 1U)) & p8 : (north | (p5 ^ 1U)) & p4);
    const auto goes =
        static_cast<std::uint8_t>(static_cast<std::uint8_t>(c == 1) & static_cast<std::uint8_t>(least >= 2) &
                                  static_cast<std::uint8_t>(least <= 3) & (keeps ^ 1U) & row[x]);
    out[x] = row[x] ^ goes;
    went |= goes;
  }
  return went;
}

// The same for a whole framed map, into another of its size; `apart`: bytes between rows of both.
WHORL_MULTIVERSION
bool wear(int sub_iteration, const std::uint8_t* frame, std::ptrdiff_t apart, int rows, int columns,
          std::uint8_t* out) {
  std::uint8_t went = 0;
  for (int y = 1; y + 1 < rows; ++y) {
    const std::uint8_t* const row = frame + y * apart + 1;
    std::uint8_t* const to = out + y * apart + 1;
    went |= sub_iteration == 0 ? wear_row<0>(row - apart, row, row + apart, columns - 2, to)
                               : wear_row<1>(row - apart, row, row + apart, columns - 2, to);
  }
  return went != 0;
}

}  // namespace

PixelMap thin(const PixelMap& binary, const StopLatch& stop) {
  cv::Mat frame = framed(binary);
  cv::Mat worn = cv::Mat::zeros(frame.size(), CV_8U);
  const auto apart = static_cast<std::ptrdiff_t>(worn.step);
  CV_Assert(frame.step == worn.step);
  int quiet = 0;
  for (int sub = 0; quiet < 2 && !stop(); sub ^= 1) {
    const bool went = wear(sub, frame.data, apart, frame.rows, frame.cols, worn.data);
    std::swap(frame, worn);
    quiet = went ? 0 : quiet + 1;
  }
  return PixelMap(unframed(frame));
}

PixelMap thin_reference(const PixelMap& binary) {
  cv::Mat frame = framed(binary);
  int quiet = 0;
  for (int sub = 0; quiet < 2; sub ^= 1) {
    const cv::Mat before = frame.clone();
    bool changed = false;
    for (int y = 1; y <= binary.rows; ++y) {
      for (int x = 1; x <= binary.cols; ++x) {
        if (before.at<std::uint8_t>(y, x) == 0) continue;
        unsigned code = 0;
        for (std::size_t i = 0; i < 8; ++i) {
          code |= static_cast<unsigned>(before.at<std::uint8_t>(y + kDy[i], x + kDx[i])) << i;
        }
        if (!deletable(code, sub)) continue;
        frame.at<std::uint8_t>(y, x) = 0;
        changed = true;
      }
    }
    quiet = changed ? 0 : quiet + 1;
  }
  return PixelMap(unframed(frame));
}

}  // namespace whorl::fingerprint
