#include "templates/face/pose.h"

#include <array>
#include <cmath>
#include <numbers>

namespace whorl::face {
namespace {

struct Vector {
  double x = 0;
  double y = 0;
  double z = 0;
};

// An average head in units of the distance between the eyes (63 mm): x to the right of the image, y down, z to the
// viewer.
constexpr std::array<Vector, 5> kHead = {{
    {-0.50, 0.00, 0.00},
    {0.50, 0.00, 0.00},
    {0.00, 0.60, 0.45},
    {-0.41, 1.08, 0.12},
    {0.41, 1.08, 0.12},
}};

double dot(const Vector& a, const Vector& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
Vector cross(const Vector& a, const Vector& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
Vector times(const Vector& a, double k) { return {a.x * k, a.y * k, a.z * k}; }

Vector head_mean() {
  Vector sum;
  for (const Vector& p : kHead) sum = {sum.x + p.x, sum.y + p.y, sum.z + p.z};
  return times(sum, 1.0 / kHead.size());
}

// The v with the least sum of (v . P_i - t_i)^2 over the head's points about their mean: normal equations, by Cramer.
Vector solve(const std::array<double, 5>& t) {
  const Vector mean = head_mean();
  Vector rows[3] = {};
  Vector right;
  for (std::size_t i = 0; i < kHead.size(); ++i) {
    const Vector p{kHead[i].x - mean.x, kHead[i].y - mean.y, kHead[i].z - mean.z};
    const double c[3] = {p.x, p.y, p.z};
    for (int r = 0; r < 3; ++r) rows[r] = {rows[r].x + c[r] * p.x, rows[r].y + c[r] * p.y, rows[r].z + c[r] * p.z};
    right = {right.x + p.x * t[i], right.y + p.y * t[i], right.z + p.z * t[i]};
  }
  // Of a symmetric matrix the rows are the columns.
  const double det = dot(rows[0], cross(rows[1], rows[2]));
  return {dot(right, cross(rows[1], rows[2])) / det, dot(rows[0], cross(right, rows[2])) / det,
          dot(rows[0], cross(rows[1], right)) / det};
}

double degrees(double rad) { return rad * 180.0 / std::numbers::pi; }

double apart(Point a, Point b) { return std::hypot(static_cast<double>(a.x - b.x), static_cast<double>(a.y - b.y)); }
Point middle(Point a, Point b) { return {(a.x + b.x) / 2, (a.y + b.y) / 2}; }

}  // namespace

double eyes_apart(const Landmarks& p) { return apart(p[kLeftEye], p[kRightEye]); }

double eyes_to_mouth(const Landmarks& p) {
  return apart(middle(p[kLeftEye], p[kRightEye]), middle(p[kLeftMouth], p[kRightMouth]));
}

Pose pose_of(const Landmarks& landmarks) {
  const double dx = static_cast<double>(landmarks[kRightEye].x - landmarks[kLeftEye].x);
  const double dy = static_cast<double>(landmarks[kRightEye].y - landmarks[kLeftEye].y);
  const double roll = std::atan2(dy, dx);
  std::array<double, 5> x{};
  std::array<double, 5> y{};
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {  // turned back by the roll
    const double px = static_cast<double>(landmarks[i].x);
    const double py = static_cast<double>(landmarks[i].y);
    x[i] = std::cos(roll) * px + std::sin(roll) * py;
    y[i] = -std::sin(roll) * px + std::cos(roll) * py;
    mean_x += x[i] / 5;
    mean_y += y[i] / 5;
  }
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    x[i] -= mean_x;
    y[i] -= mean_y;
  }
  const Vector across = solve(x);
  const Vector down = solve(y);
  const double width = std::sqrt(dot(across, across));
  const double height = std::sqrt(dot(down, down));
  Pose out;
  out.roll_deg = degrees(roll);
  if (!(width > 0) || !(height > 0)) return out;
  const Vector i = times(across, 1 / width);
  const Vector j = times(down, 1 / height);
  out.yaw_deg = degrees(std::atan2(i.z, i.x * j.y - i.y * j.x));
  out.pitch_deg = degrees(std::asin(std::fmax(-1.0, std::fmin(1.0, -j.z))));
  return out;
}

}  // namespace whorl::face
