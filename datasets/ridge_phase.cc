#include "datasets/ridge_phase.h"

#include <algorithm>
#include <cstring>
#include <numbers>

#include "base/simd.h"
#include "datasets/lanes.h"

namespace whorl::datasets {
namespace {

template <class F, std::size_t n>
WHORL_INLINE void bend(const std::array<Bend, n>& bends, F& x, F& y) {
  const F from_x = x;
  const F from_y = y;
  for (const Bend& b : bends) {
    const F w = wave<F>(from_x * b.across_x + from_y * b.across_y + b.turns);
    x += w * b.x_px;
    y += w * b.y_px;
  }
}

template <class F>
WHORL_INLINE void to_finger(const SkinMap& m, F x, F y, F& finger_x, F& finger_y) {
  const F dx = x - m.middle_x;
  const F dy = y - m.middle_y;
  finger_x = dx * m.cosine - dy * m.sine + m.shift_x;
  finger_y = dx * m.sine + dy * m.cosine + m.shift_y;
  bend<F>(m.bends, finger_x, finger_y);
}

template <class F>
WHORL_INLINE F arch_distance(const RidgePhase& p, F x, F y) {
  const F u = x * p.inverse_width;
  const F height = clamped<F>(1.0F - y * p.fade, 0, 1.6F);
  return y + p.rise * height / (1.0F + u * u);
}

// The middle turned as by a spoon, for twin loops.
template <class F>
WHORL_INLINE void stir(const RidgePhase& p, F& x, F& y) {
  const F near = 1.0F / (1.0F + (x * x + y * y) * p.inverse_swirl2);
  const F t = p.swirl * near * near;
  const F scale = 1.0F / (1.0F + t * t);
  const F c = (1.0F - t * t) * scale;
  const F s = 2.0F * t * scale;
  const F from_x = x;
  x = c * from_x - s * y;
  y = s * from_x + c * y;
}

template <class F>
WHORL_INLINE F core_distance(const RidgePhase& p, F x, F y) {
  const F drop = clamped<F>(y, kLeanFrom_px, kLeanTo_px) - kLeanFrom_px;
  x = x * (1.0F - p.flatten * clamped<F>((y - 20.0F) * (1.0F / 150), 0, 1)) - p.lean * drop * drop;
  if (p.swirl != 0) stir<F>(p, x, y);
  const F along = x * p.along_x + y * p.along_y;
  F across = y * p.along_x - x * p.along_y;
  if (p.lean != 0) {
    // Leaning brings the ridges nearer to each other, and this undoes it.
    const F steep = p.along_x + (2 * p.lean * p.along_y) * drop;
    across /= root(p.along_y * p.along_y + steep * steep) * (1.0F + p.fan * clamped<F>(along, 0, 200));
  }
  const F beyond = (along - clamped<F>(along, 0, p.length)) * p.roundness;
  return root(beyond * beyond + across * across + 0.01F);
}

template <class F>
WHORL_INLINE F beyond_delta(const Prong& p, F x, F y) {
  const F dx = x - p.x;
  const F dy = y - p.y;
  const F along = least<F>(dx * p.along_x + dy * p.along_y, F{});
  const F across = dy * p.along_x - dx * p.along_y;
  return p.start + root(along * along + across * across + 0.01F);
}

// The lesser of the two, rounded where they cross.
template <class F>
WHORL_INLINE F softly_least(F a, F b, float softness) {
  const F h = most<F>(softness - magnitude<F>(a - b), F{});
  return least<F>(a, b) - h * h * (0.25F / softness);
}

// The sum of RidgePhase::correction.
template <class F>
WHORL_INLINE F corrected(const RidgePhase& p, F x, F y, F d) {
  const std::array<float, kCorrections>& c = p.correction;
  x *= 1 / kCorrectionUnit_px;
  y *= 1 / kCorrectionUnit_px;
  d *= 1 / kCorrectionUnit_px;
  const F even =
      x * (c[0] + x * (c[2] + x * c[5] + y * c[6]) + y * (c[3] + y * c[7])) + y * (c[1] + y * (c[4] + y * c[8]));
  const F odd = c[9] + x * (c[10] + x * c[12] + y * c[13]) + y * (c[11] + y * c[14]) + d * c[15];
  return even + d * odd;
}

// The continuous phase at a point of the finger.
template <class F>
WHORL_INLINE F continuous(const RidgePhase& p, F x, F y) {
  const F at_x = x;
  const F at_y = y;
  bend<F>(p.bends, x, y);
  F d;
  if (p.arch) {
    d = arch_distance<F>(p, x, y);
  } else {
    d = core_distance<F>(p, x, y);
    for (int i = 0; i < p.prong_count; ++i) {
      d = softly_least<F>(d, beyond_delta<F>(p.prongs[static_cast<std::size_t>(i)], x, y), p.softness);
    }
  }
  return d * p.turns_per_px + p.turns + corrected<F>(p, at_x, at_y, d);
}

constexpr float kSpiralScale = 1.0F / 100;  // keeps products of many factors within a float's range

// Spirals of one sign side by side, scaled.
struct Spirals {
  std::array<float, 2 * kMaxSpirals> places;
  std::size_t positive = 0;
  std::size_t count = 0;

  explicit Spirals(const RidgePhase& p) {
    for (const bool wanted : {true, false}) {
      for (const Spiral& s : p.spirals) {
        if ((s.sign > 0) != wanted) continue;
        places[2 * count] = s.x * kSpiralScale;
        places[2 * count + 1] = s.y * kSpiralScale;
        ++count;
      }
      if (wanted) positive = count;
    }
  }
};

// (re, im) times (x, y) - the place of spiral i.
template <class F>
WHORL_INLINE void multiply(const Spirals& spirals, std::size_t i, F x, F y, F& re, F& im) {
  const F dx = x - spirals.places[2 * i];
  const F dy = y - spirals.places[2 * i + 1];
  const F before = re;
  re = re * dx - im * dy;
  im = before * dy + im * dx;
}

template <class F>
WHORL_INLINE F value_at(const RidgePhase& p, const Spirals& spirals, const SkinMap& map, F x, F y, F noise_turns) {
  F fx;
  F fy;
  to_finger<F>(map, x, y, fx, fy);
  F re;
  F im;
  unit_vector<F>(continuous<F>(p, fx, fy) + noise_turns, re, im);
  fx *= kSpiralScale;
  fy *= kSpiralScale;
  F against_re = constant<F>(1);
  F against_im = F{};
  const std::size_t negative = spirals.count - spirals.positive;
  const std::size_t both = std::min(spirals.positive, negative);
  for (std::size_t i = 0; i < both; ++i) {  // two products at a time keep the processor busy
    multiply<F>(spirals, i, fx, fy, re, im);
    multiply<F>(spirals, spirals.positive + i, fx, fy, against_re, against_im);
  }
  for (std::size_t i = both; i < spirals.positive; ++i) multiply<F>(spirals, i, fx, fy, re, im);
  for (std::size_t i = both; i < negative; ++i)
    multiply<F>(spirals, spirals.positive + i, fx, fy, against_re, against_im);
  return re * against_re + im * against_im;  // the real part of the one times the conjugate of the other
}

template <class F>
WHORL_INLINE void gradient_at(const RidgePhase& p, const SkinMap& map, F x, F y, F& gx, F& gy) {
  constexpr float kStep = 3;
  F at[4][2];
  to_finger<F>(map, x + kStep, y, at[0][0], at[0][1]);
  to_finger<F>(map, x - kStep, y, at[1][0], at[1][1]);
  to_finger<F>(map, x, y + kStep, at[2][0], at[2][1]);
  to_finger<F>(map, x, y - kStep, at[3][0], at[3][1]);
  gx = continuous<F>(p, at[0][0], at[0][1]) - continuous<F>(p, at[1][0], at[1][1]);
  gy = continuous<F>(p, at[2][0], at[2][1]) - continuous<F>(p, at[3][0], at[3][1]);
  F fx;
  F fy;
  to_finger<F>(map, x, y, fx, fy);
  F sx = F{};
  F sy = F{};
  constexpr float kSoft2 = 24.0F * 24.0F;
  for (const Spiral& s : p.spirals) {
    const F dx = fx - s.x;
    const F dy = fy - s.y;
    const F w = (s.sign * 0.15915494F) / (dx * dx + dy * dy + kSoft2);
    sx -= dy * w;
    sy += dx * w;
  }
  // By the chain rule into the image.
  gx = (gx + sx * (at[0][0] - at[1][0]) + sy * (at[0][1] - at[1][1])) * (0.5F / kStep);
  gy = (gy + sx * (at[2][0] - at[3][0]) + sy * (at[2][1] - at[3][1])) * (0.5F / kStep);
}

WHORL_INLINE Lanes load(const float* from) {
  Lanes out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

WHORL_INLINE void store(const Lanes& v, float* to) { std::memcpy(to, &v, sizeof v); }

WHORL_MULTIVERSION
void values(const RidgePhase& p, const SkinMap& map, const float* x, const float* y, const float* noise, float* out,
            std::size_t n) {
  const Spirals spirals(p);
  for (std::size_t i = 0; i < n; i += kLanes)
    store(value_at<Lanes>(p, spirals, map, load(x + i), load(y + i), load(noise + i)), out + i);
}

WHORL_MULTIVERSION
void gradients(const RidgePhase& p, const SkinMap& map, const float* x, const float* y, float* gx, float* gy,
               std::size_t n) {
  for (std::size_t i = 0; i < n; i += kLanes) {
    Lanes a;
    Lanes b;
    gradient_at<Lanes>(p, map, load(x + i), load(y + i), a, b);
    store(a, gx + i);
    store(b, gy + i);
  }
}

}  // namespace

void ridge_values(const RidgePhase& phase, const SkinMap& map, std::span<const float> x, std::span<const float> y,
                  std::span<const float> noise_turns, std::span<float> out) {
  values(phase, map, x.data(), y.data(), noise_turns.data(), out.data(), out.size());
}

void ridge_values_one_by_one(const RidgePhase& phase, const SkinMap& map, std::span<const float> x,
                             std::span<const float> y, std::span<const float> noise_turns, std::span<float> out) {
  const Spirals spirals(phase);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = value_at<float>(phase, spirals, map, x[i], y[i], noise_turns[i]);
}

void phase_gradients(const RidgePhase& phase, const SkinMap& map, std::span<const float> x, std::span<const float> y,
                     std::span<float> gradient_x, std::span<float> gradient_y) {
  gradients(phase, map, x.data(), y.data(), gradient_x.data(), gradient_y.data(), gradient_x.size());
}

float continuous_turns(const RidgePhase& phase, float finger_x, float finger_y) {
  return continuous<float>(phase, finger_x, finger_y);
}

float distance_from_core(const RidgePhase& phase, float x, float y) { return core_distance<float>(phase, x, y); }

void onto_finger(const SkinMap& map, float x, float y, float& finger_x, float& finger_y) {
  to_finger<float>(map, x, y, finger_x, finger_y);
}

void onto_image(const SkinMap& map, float finger_x, float finger_y, float& x, float& y) {
  // The bends are small and smooth: a fixed point.
  float fx = finger_x;
  float fy = finger_y;
  for (int i = 0; i < 5; ++i) {
    float moved_x = fx;
    float moved_y = fy;
    bend<float>(map.bends, moved_x, moved_y);
    fx += finger_x - moved_x;
    fy += finger_y - moved_y;
  }
  const float dx = fx - map.shift_x;
  const float dy = fy - map.shift_y;
  x = map.middle_x + dx * map.cosine + dy * map.sine;
  y = map.middle_y - dx * map.sine + dy * map.cosine;
}

}  // namespace whorl::datasets
