#include "templates/fingerprint/extract/skeleton.h"

#include <cstdlib>

namespace whorl::fingerprint {
namespace {

// Clockwise from north.
const std::array<cv::Point, 8> kAround = {cv::Point(0, -1), {1, -1}, {1, 0},  {1, 1},
                                          {0, 1},           {-1, 1}, {-1, 0}, {-1, -1}};

bool lit(const cv::Mat& frame, cv::Point p) { return frame.at<std::uint8_t>(p) != 0; }

bool touches(cv::Point a, cv::Point b) { return std::abs(a.x - b.x) <= 1 && std::abs(a.y - b.y) <= 1; }

}  // namespace

cv::Mat framed(const cv::Mat& binary) {
  cv::Mat out = cv::Mat::zeros(binary.rows + 2, binary.cols + 2, CV_8U);
  cv::Mat inner = out(cv::Rect(1, 1, binary.cols, binary.rows));
  inner.setTo(1, binary);
  return out;
}

int crossing_number(const cv::Mat& frame, cv::Point at) {
  int changes = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    changes += static_cast<int>(lit(frame, at + kAround[i]) != lit(frame, at + kAround[(i + 1) % 8]));
  }
  return changes / 2;
}

std::vector<cv::Point> branches_of(const cv::Mat& frame, cv::Point at) {
  std::vector<cv::Point> out;
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
