// From a consensus of minutia pairs to a motion of the whole print that bends with the skin. Private to this room.
#pragma once

#include <span>
#include <vector>

#include "templates/fingerprint/compare/local_match.h"

namespace whorl::fingerprint {

struct Point {
  float x = 0;
  float y = 0;
};

// Carries points of print a into print b (both y up, px500): a rotation and shift fitted to the pairs, plus the
// pairs' own residuals, each felt within bend_sigma of it.
class Alignment {
 public:
  // Weighted least squares over `pairs` (at least one). A single pair uses its minutiae's directions.
  static Alignment fit(const Print& a, const Print& b, const LocalPairs& pairs, const CompareParameters& p);

  [[nodiscard]] Point rigid(Point in_a) const {
    return {cosine_ * in_a.x - sine_ * in_a.y + shift_x_, sine_ * in_a.x + cosine_ * in_a.y + shift_y_};
  }
  // With the skin: the rigid motion and what the pairs near the point say beyond it.
  [[nodiscard]] Point bent(Point in_a) const;
  // bent() of many points, given and answered by column: `bent_x` and `bent_y` become as long as `x` and `y`.
  void bend(std::span<const float> x, std::span<const float> y, std::vector<float>& bent_x,
            std::vector<float>& bent_y) const;
  // The rigid motion undone.
  [[nodiscard]] Point back(Point in_b) const {
    const float x = in_b.x - shift_x_;
    const float y = in_b.y - shift_y_;
    return {cosine_ * x + sine_ * y, cosine_ * y - sine_ * x};
  }
  // Weighted mean of the pairs' places in a.
  [[nodiscard]] Point centre() const { return centre_; }
  [[nodiscard]] float cosine() const { return cosine_; }
  [[nodiscard]] float sine() const { return sine_; }
  // Root mean square of the pairs' residuals to the rigid part.
  [[nodiscard]] float residual() const { return residual_; }

 private:
  // May answer where the points stand.
  void bend_eight(const float* x, const float* y, float* bent_x, float* bent_y) const;

  struct Knot {
    Point at;      // in a
    Point offset;  // in b
    float weight = 0;
  };
  Point centre_;
  float cosine_ = 1;
  float sine_ = 0;
  float shift_x_ = 0;
  float shift_y_ = 0;
  float residual_ = 0;
  float inverse_two_sigma2_ = 0;
  Bounded<Knot, kMaxLocalPairs> knots_;
};

// A minutia of a as it lies in b.
struct Pose {
  Point at;
  float cosine = 1;
  float sine = 0;
};

using Poses = Bounded<Pose, kMaxMinutiae>;

Poses move_minutiae(const Print& a, const Alignment& alignment);

// A minutia of each print; the two fall together under an alignment.
struct AlignedPair {
  std::uint8_t a = 0;
  std::uint8_t b = 0;
  float distance = 0;  // px500, after bending
  float turn = 0;      // cosine of the difference of directions
};

using AlignedPairs = Bounded<AlignedPair, kMaxMinutiae>;

// The pairs among all minutiae, one to one, the nearest taken first; `moved` is move_minutiae of the first print.
AlignedPairs aligned_pairs(const Poses& moved, const Print& b, const CompareParameters& p);

}  // namespace whorl::fingerprint
