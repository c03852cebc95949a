// Sixteen numbers at a time, and the few functions that a ridge pattern needs, by explicit formulas:
// additions, multiplications, divisions and square roots alone, which every processor rounds alike. The files
// that use this are compiled without contraction (no fused multiply-add), so their results do not depend on
// the vector unit. Private to datasets.
//
// Every function works on a float and on Lanes; both give the same bits.
#pragma once

#include <cmath>

namespace whorl::datasets {

inline constexpr int kLanes = 16;
using Lanes = float __attribute__((vector_size(4 * kLanes)));

#define WHORL_INLINE inline __attribute__((always_inline))

template <class F>
WHORL_INLINE F constant(float v) {
  return F{} + v;
}

template <class F>
WHORL_INLINE F least(F a, F b) {
  return a < b ? a : b;
}

template <class F>
WHORL_INLINE F most(F a, F b) {
  return a > b ? a : b;
}

template <class F>
WHORL_INLINE F magnitude(F a) {
  return most(a, -a);
}

template <class F>
WHORL_INLINE F clamped(F a, float low, float high) {
  return least(most(a, constant<F>(low)), constant<F>(high));
}

WHORL_INLINE float root(float a) { return std::sqrt(a); }
WHORL_INLINE Lanes root(Lanes a) {
  for (int i = 0; i < kLanes; ++i) a[i] = std::sqrt(a[i]);
  return a;
}

// To the nearest whole number; for |a| below 4 million.
template <class F>
WHORL_INLINE F nearest(F a) {
  const F big = constant<F>(12582912.0F);  // 1.5 * 2^23: no bits are left for a fraction
  return (a + big) - big;
}

// A smooth wave of period 1 between -1 and 1, near a sine: two parabolas.
template <class F>
WHORL_INLINE F wave(F turns) {
  const F t = turns - nearest(turns);
  return t * (8.0F - 16.0F * magnitude(t));
}

// Cosine and sine of an angle in turns; error under 1e-5.
template <class F>
WHORL_INLINE void unit_vector(F turns, F& cosine, F& sine) {
  const F half = (turns - nearest(turns)) * 3.14159265F;  // half the angle, within a quarter turn of 0
  const F h2 = half * half;
  const F s = half * (1.0F + h2 * (-1.6666667e-1F + h2 * (8.3333333e-3F + h2 * (-1.9841270e-4F + h2 * 2.7557319e-6F))));
  const F c = 1.0F + h2 * (-0.5F + h2 * (4.1666667e-2F + h2 * (-1.3888889e-3F + h2 * 2.4801587e-5F)));
  cosine = c * c - s * s;
  sine = 2.0F * s * c;
}

// The angle of (x, y) in turns, -1/2 .. 1/2; error under 1e-5. (0, 0) has 0.
inline float angle_turns(float x, float y) {
  const float ax = std::fabs(x);
  const float ay = std::fabs(y);
  const float large = ax > ay ? ax : ay;
  if (large == 0) return 0;
  const float t = (ax > ay ? ay : ax) / large;
  const float t2 = t * t;
  // Minimax polynomial of the arctangent on [0, 1].
  float a =
      t * (0.99997726F +
           t2 * (-0.33262347F + t2 * (0.19354346F + t2 * (-0.11643287F + t2 * (0.05265332F + t2 * -0.01172120F)))));
  a *= 0.15915494F;
  if (ay > ax) a = 0.25F - a;
  if (x < 0) a = 0.5F - a;
  return y < 0 ? -a : a;
}

}  // namespace whorl::datasets
