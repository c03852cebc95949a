#include "templates/fingerprint/extract/thin.h"

#include <array>
#include <cstdint>
#include <vector>

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

constexpr std::array<std::array<bool, 256>, 2> make_table() {
  std::array<std::array<bool, 256>, 2> table{};
  for (unsigned code = 0; code < 256; ++code) {
    for (int s = 0; s < 2; ++s) table[static_cast<std::size_t>(s)][code] = deletable(code, s);
  }
  return table;
}

constexpr auto kDeletable = make_table();

cv::Mat unframed(const cv::Mat& frame) { return frame(cv::Rect(1, 1, frame.cols - 2, frame.rows - 2)) * 255; }

unsigned code_at(const std::uint8_t* p, const std::array<std::ptrdiff_t, 8>& around) {
  unsigned code = 0;
  for (std::size_t i = 0; i < 8; ++i) code |= static_cast<unsigned>(p[around[i]]) << i;
  return code;
}

}  // namespace

PixelMap thin(const PixelMap& binary, const StopLatch& stop) {
  cv::Mat frame = framed(binary);
  std::array<std::ptrdiff_t, 8> around{};
  const auto stride = static_cast<std::ptrdiff_t>(frame.step1());
  for (std::size_t i = 0; i < 8; ++i) around[i] = kDy[i] * stride + kDx[i];

  std::vector<std::uint8_t*> alive;
  for (int y = 1; y <= binary.rows; ++y) {
    std::uint8_t* row = frame.ptr(y);
    for (int x = 1; x <= binary.cols; ++x) {
      if (row[x] != 0) alive.push_back(row + x);
    }
  }
  std::vector<std::uint8_t*> doomed;
  int quiet = 0;
  for (int sub = 0; quiet < 2 && !stop(); sub ^= 1) {
    doomed.clear();
    std::size_t kept = 0;
    for (std::uint8_t* p : alive) {
      if (kDeletable[static_cast<std::size_t>(sub)][code_at(p, around)]) {
        doomed.push_back(p);
      } else {
        alive[kept++] = p;
      }
    }
    alive.resize(kept);
    for (std::uint8_t* p : doomed) *p = 0;
    quiet = doomed.empty() ? quiet + 1 : 0;
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
