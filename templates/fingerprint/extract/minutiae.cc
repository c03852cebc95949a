#include "templates/fingerprint/extract/minutiae.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "templates/fingerprint/extract/skeleton.h"

namespace whorl::fingerprint {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

struct SkeletonMinutia {
  cv::Point at;  // in the framed skeleton
  float direction = 0;
  MinutiaType type = MinutiaType::kEnding;
  bool alive = true;
};

void erase_path(cv::Mat& frame, const std::vector<cv::Point>& path) {
  for (const cv::Point& p : path) frame.at<std::uint8_t>(p) = 0;
}

template <class Visit>
void for_each_ridge_pixel(const cv::Mat& frame, const StopLatch& stop, Visit visit) {
  for (int y = 1; y < frame.rows - 1 && !stop(); ++y) {
    const std::uint8_t* const row = frame.ptr(y);
    const std::uint8_t* const end = row + frame.cols - 1;
    // Few are: the next one is looked for many pixels at a time.
    const auto next = [end](const std::uint8_t* from) {
      return static_cast<const std::uint8_t*>(std::memchr(from, 1, static_cast<std::size_t>(end - from)));
    };
    for (const std::uint8_t* at = next(row + 1); at != nullptr; at = next(at + 1)) {
      visit(cv::Point(static_cast<int>(at - row), y));
    }
  }
}

// Removes branches shorter than spur_px500 that hang off a junction, and lone pieces shorter than island_px500.
void prune(cv::Mat& frame, const ExtractParameters& p, const StopLatch& stop) {
  std::vector<cv::Point> ends;
  for_each_ridge_pixel(frame, stop, [&](cv::Point at) {
    if (crossing_number(frame, at) <= 1) ends.push_back(at);
  });
  for (const cv::Point& end : ends) {
    if (stop()) return;
    if (frame.at<std::uint8_t>(end) == 0) continue;
    const auto branches = branches_of(frame, end);
    if (branches.empty()) {
      frame.at<std::uint8_t>(end) = 0;
      continue;
    }
    Trace trace = trace_ridge(frame, end, branches.front(), p.island_px500);
    if (trace.end == Trace::End::kLength) continue;
    if (trace.end == Trace::End::kJunction) {
      if (static_cast<int>(trace.path.size()) > p.spur_px500) continue;
      trace.path.pop_back();
    }
    trace.path.push_back(end);
    erase_path(frame, trace.path);
  }
}

float angle_of(cv::Point from, cv::Point to) {
  return std::atan2(static_cast<float>(from.y - to.y), static_cast<float>(to.x - from.x));
}

float angle_between(float a, float b) { return std::abs(std::remainder(a - b, 2 * kPi)); }

// The flow's orientation at a framed pixel, turned to the side that `rough` points to.
float field_direction(const Orientation& flow, cv::Point at, float rough) {
  const int column = std::clamp((at.x - 1) / kGrid, 0, flow.cos2.cols - 1);
  const int row = std::clamp((at.y - 1) / kGrid, 0, flow.cos2.rows - 1);
  float angle = flow.angle_rad(column, row);
  if (angle_between(angle, rough) > kPi / 2) angle += kPi;
  return angle < 0 ? angle + 2 * kPi : std::fmod(angle, 2 * kPi);
}

// Of three branches' angles, the one that stands alone faces the other two; the valley lies opposite to it.
float bifurcation_direction(const std::vector<float>& angles) {
  float smallest = 10;
  float valley = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const float a = angles[(i + 1) % 3];
    const float b = angles[(i + 2) % 3];
    const float opening = angle_between(a, b);
    if (opening >= smallest) continue;
    smallest = opening;
    valley = std::atan2(std::sin(a) + std::sin(b), std::cos(a) + std::cos(b));
  }
  return valley;
}

bool read_ending(const cv::Mat& frame, const ExtractParameters& p, SkeletonMinutia& out) {
  const auto branches = branches_of(frame, out.at);
  if (branches.size() != 1) return false;
  const Trace trace = trace_ridge(frame, out.at, branches.front(), p.trace_px500);
  if (trace.end == Trace::End::kEnding && static_cast<int>(trace.path.size()) < p.island_px500) return false;
  if (static_cast<int>(trace.path.size()) < p.spur_px500 / 2) return false;
  out.direction = angle_of(out.at, trace.path.back());
  return true;
}

bool read_bifurcation(const cv::Mat& frame, const ExtractParameters& p, SkeletonMinutia& out) {
  const auto branches = branches_of(frame, out.at);
  if (branches.size() != 3) return false;
  std::vector<float> angles;
  for (const cv::Point& branch : branches) {
    const Trace trace = trace_ridge(frame, out.at, branch, p.trace_px500);
    if (trace.end == Trace::End::kEnding && static_cast<int>(trace.path.size()) < p.spur_px500) return false;
    angles.push_back(angle_of(out.at, trace.path.back()));
  }
  out.direction = bifurcation_direction(angles);
  return true;
}

std::vector<SkeletonMinutia> read_skeleton(const cv::Mat& frame, const Orientation& flow, const ExtractParameters& p,
                                           const StopLatch& stop) {
  std::vector<SkeletonMinutia> out;
  for_each_ridge_pixel(frame, stop, [&](cv::Point at) {
    SkeletonMinutia one;
    one.at = at;
    const int crossings = crossing_number(frame, at);
    bool good = false;
    if (crossings == 1) {
      good = read_ending(frame, p, one);
    } else if (crossings == 3) {
      one.type = MinutiaType::kBifurcation;
      good = read_bifurcation(frame, p, one);
    }
    if (!good) return;
    one.direction = field_direction(flow, at, one.direction);
    out.push_back(one);
  });
  return out;
}

float distance(cv::Point a, cv::Point b) { return static_cast<float>(std::hypot(a.x - b.x, a.y - b.y)); }

// Pairs that undo each other: two endings facing across a gap, two bifurcations joined by a bridge or a lake.
// They come row by row, so that only those of the next few rows can be near.
void remove_opposed(std::vector<SkeletonMinutia>& found, const ExtractParameters& p, const StopLatch& stop) {
  const int farthest = std::max(p.gap_px500, p.bridge_px500);
  for (std::size_t i = 0; i < found.size() && !stop(); ++i) {
    for (std::size_t j = i + 1; j < found.size() && found[j].at.y - found[i].at.y <= farthest; ++j) {
      SkeletonMinutia& a = found[i];
      SkeletonMinutia& b = found[j];
      if (!a.alive || !b.alive || a.type != b.type || std::abs(a.at.x - b.at.x) > farthest) continue;
      const float d = distance(a.at, b.at);
      const float reach = static_cast<float>(a.type == MinutiaType::kEnding ? p.gap_px500 : p.bridge_px500);
      if (d > reach || angle_between(a.direction, b.direction) < 0.75F * kPi) continue;
      if (a.type == MinutiaType::kEnding && d > 6) {
        // A gap lies behind both ends, along the ridge.
        if (angle_between(angle_of(a.at, b.at), a.direction + kPi) > 0.6F) continue;
      }
      a.alive = false;
      b.alive = false;
    }
  }
}

// Dense knots of minutiae are noise: one with five others within 20 px is not to be trusted.
void remove_crowded(std::vector<SkeletonMinutia>& found, const StopLatch& stop) {
  constexpr int kNear_px500 = 20;
  std::size_t first = 0;
  for (std::size_t i = 0; i < found.size() && !stop(); ++i) {
    while (found[i].at.y - found[first].at.y >= kNear_px500) ++first;
    int near = 0;
    for (std::size_t j = first; j < found.size() && found[j].at.y - found[i].at.y < kNear_px500; ++j) {
      if (j == i || !found[j].alive || std::abs(found[i].at.x - found[j].at.x) >= kNear_px500) continue;
      if (distance(found[i].at, found[j].at) < kNear_px500) ++near;
    }
    if (near >= 5) found[i].alive = false;
  }
}

std::uint8_t minutia_quality(const GridMap& reliability, const cv::Mat& inside, cv::Point at) {
  const int column = (at.x - 1) / kGrid;
  const int row = (at.y - 1) / kGrid;
  const double depth = std::min(1.0, static_cast<double>(inside.at<float>(row, column)) * kGrid / 32.0);
  const double q = static_cast<double>(reliability.at<float>(row, column)) * (0.5 + 0.5 * depth);
  return static_cast<std::uint8_t>(std::clamp(std::lround(100 * q), 1L, 100L));
}

cv::Mat depth_inside(const GridMap& mask) {
  cv::Mat padded;
  cv::copyMakeBorder(mask, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  cv::Mat depth;
  cv::distanceTransform(padded, depth, cv::DIST_L2, 3);
  return depth(cv::Rect(1, 1, mask.cols, mask.rows));
}

}  // namespace

std::vector<Minutia> find_minutiae(const PixelMap& skeleton, const Orientation& flow, const GridMap& reliability,
                                   const GridMap& mask, const ExtractParameters& p, const StopLatch& stop) {
  cv::Mat frame = framed(skeleton);
  prune(frame, p, stop);
  std::vector<SkeletonMinutia> found = read_skeleton(frame, flow, p, stop);
  remove_opposed(found, p, stop);
  const cv::Mat inside = depth_inside(mask);
  for (SkeletonMinutia& f : found) {
    const float depth = inside.at<float>((f.at.y - 1) / kGrid, (f.at.x - 1) / kGrid);
    if (depth * kGrid < static_cast<float>(p.border_px500)) f.alive = false;
  }
  remove_crowded(found, stop);
  std::vector<Minutia> out;
  for (const SkeletonMinutia& f : found) {
    if (!f.alive) continue;
    // Rounded as it is kept: a stored template is the extracted one.
    out.push_back({static_cast<float>(f.at.x - 1), static_cast<float>(f.at.y - 1),
                   direction_of_steps(direction_steps(f.direction)), f.type,
                   minutia_quality(reliability, inside, f.at)});
  }
  std::stable_sort(out.begin(), out.end(), [](const Minutia& a, const Minutia& b) { return a.quality > b.quality; });
  if (out.size() > kMaxMinutiae) out.resize(kMaxMinutiae);
  return out;
}

}  // namespace whorl::fingerprint
