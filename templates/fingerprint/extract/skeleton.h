// Walking a ridge skeleton. Private to this room.
#pragma once

#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace whorl::fingerprint {

// A copy with a one-pixel frame of background, 0/1.
cv::Mat framed(const cv::Mat& binary);

// Number of 0-1 changes around a skeleton pixel: 1 ending, 2 ridge, 3 bifurcation (Rutovitz 1966).
int crossing_number(const cv::Mat& frame, cv::Point at);

// A walk along the skeleton.
struct Trace {
  std::vector<cv::Point> path;  // from the pixel after the start to the last one reached
  enum class End { kLength, kEnding, kJunction } end = End::kLength;
};

// Follows the skeleton from `start` through its neighbour `next` for at most `length` pixels, stopping at an
// ending or a junction (which are the last pixel of the path).
// `frame` is a 0/1 skeleton with a one-pixel frame of background.
Trace trace_ridge(const cv::Mat& frame, cv::Point start, cv::Point next, int length);

// The skeleton neighbours of a pixel that begin separate branches (one of each 8-connected run): of eight, every second
// at most.
using Branches = boost::container::static_vector<cv::Point, 4>;
Branches branches_of(const cv::Mat& frame, cv::Point at);

}  // namespace whorl::fingerprint
