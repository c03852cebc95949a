#include "templates/fingerprint/extract/skeleton.h"

#include <bit>
#include <cstdlib>
#include <iterator>

namespace whorl::fingerprint {
namespace {

// Clockwise from north.
const std::array<cv::Point, 8> kAround = {cv::Point(0, -1), {1, -1}, {1, 0},  {1, 1},
                                          {0, 1},           {-1, 1}, {-1, 0}, {-1, -1}};

bool lit(const cv::Mat& frame, cv::Point p) { return frame.at<std::uint8_t>(p) != 0; }

// Of the eight pixels around one, a bit each in their order: how often they change, over two.
constexpr std::array<std::uint8_t, 256> kCrossings = [] {
  std::array<std::uint8_t, 256> out{};
  for (std::size_t code = 0; code < out.size(); ++code) {
    const auto bits = static_cast<std::uint8_t>(code);
    out[code] = static_cast<std::uint8_t>(std::popcount(static_cast<std::uint8_t>(bits ^ std::rotl(bits, 1))) / 2);
  }
  return out;
}();

bool touches(cv::Point a, cv::Point b) { return std::abs(a.x - b.x) <= 1 && std::abs(a.y - b.y) <= 1; }

}  // namespace

cv::Mat framed(const cv::Mat& binary) {
  cv::Mat out = cv::Mat::zeros(binary.rows + 2, binary.cols + 2, CV_8U);
  cv::Mat inner = out(cv::Rect(1, 1, binary.cols, binary.rows));
  inner.setTo(1, binary);
  return out;
}

int crossing_number(const cv::Mat& frame, cv::Point at) {
  const std::uint8_t* above = frame.ptr(at.y - 1) + at.x;
  const std::uint8_t* row = frame.ptr(at.y) + at.x;
  const std::uint8_t* below = frame.ptr(at.y + 1) + at.x;
  // Clockwise from north, a bit each.
  const std::uint8_t around[] = {above[0], above[1], row[1], below[1], below[0], below[-1], row[-1], above[-1]};
  std::uint8_t code = 0;
  for (std::size_t i = 0; i < std::size(around); ++i) code |= static_cast<std::uint8_t>((around[i] != 0) << i);
  return kCrossings[code];
}

Branches branches_of(const cv::Mat& frame, cv::Point at) {
  Branches out;
  // The four straight neighbours first: a diagonal one beside them belongs to the same branch.
  for (std::size_t i = 0; i < 8; i += 2) {
    if (lit(frame, at + kAround[i])) out.push_back(at + kAround[i]);
  }
  for (std::size_t i = 1; i < 8; i += 2) {
    if (!lit(frame, at + kAround[i])) continue;
    if (lit(frame, at + kAround[i - 1]) || lit(frame, at + kAround[(i + 1) % 8])) continue;
    out.push_back(at + kAround[i]);
  }
  return out;
}

Trace trace_ridge(const cv::Mat& frame, cv::Point start, cv::Point next, int length) {
  Trace out;
  cv::Point previous = start;
  cv::Point current = next;
  while (true) {
    out.path.push_back(current);
    const int crossings = crossing_number(frame, current);
    if (crossings >= 3) {
      out.end = Trace::End::kJunction;
      return out;
    }
    if (static_cast<int>(out.path.size()) >= length) return out;
    cv::Point onward = current;
    for (const cv::Point& candidate : branches_of(frame, current)) {
      if (candidate == previous || touches(candidate, previous)) continue;
      onward = candidate;
      break;
    }
    if (onward == current) {
      out.end = Trace::End::kEnding;
      return out;
    }
    previous = current;
    current = onward;
  }
}

}  // namespace whorl::fingerprint
