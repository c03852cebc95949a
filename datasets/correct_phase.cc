// The correction of the continuous phase, by least squares over the finger.
#include <algorithm>
#include <cmath>

#include "datasets/template_finger.h"

namespace whorl::datasets {
namespace {

constexpr float kSurvey = 1.15F;  // of the half width and height of a good capture

struct Field {
  std::vector<float> x, y, gx, gy;
};

// Points all over the finger.
Field survey_points(const TemplateFinger::Parts& finger) {
  constexpr int kSide = 12;
  Field out;
  for (int i = 0; i < kSide * kSide; ++i) {
    const float u = (2 * (static_cast<float>(i % kSide) + 0.5F) / kSide - 1) * kSurvey;
    const int row = i / kSide;
    const float v = (2 * (static_cast<float>(row) + 0.5F) / kSide - 1) * kSurvey;
    if (u * u + v * v > kSurvey * kSurvey) continue;
    out.x.push_back(u * finger.half_width);
    out.y.push_back(v * finger.half_height + finger.middle_y);
  }
  const std::size_t n = padded(out.x.size());
  out.x.resize(n);  // the rest in (0, 0), where nothing is asked
  out.y.resize(n);
  out.gx.resize(n);
  out.gy.resize(n);
  return out;
}

using Terms = std::array<double, kCorrections>;

// The gradients (turns a pixel for a coefficient of 1) of the correction's terms; d and its gradient in
// pixels.
void term_gradients(double x, double y, double d, double dx, double dy, Terms& a, Terms& b) {
  const double u = 1.0 / static_cast<double>(kCorrectionUnit_px);
  x *= u;
  y *= u;
  d *= u;
  a = {1,
       0,
       2 * x,
       y,
       0,
       3 * x * x,
       2 * x * y,
       y * y,
       0,
       dx,
       d + x * dx,
       y * dx,
       2 * x * d + x * x * dx,
       y * d + x * y * dx,
       y * y * dx,
       2 * d * dx};
  b = {0,
       1,
       0,
       x,
       2 * y,
       0,
       x * x,
       2 * x * y,
       3 * y * y,
       dy,
       x * dy,
       d + y * dy,
       x * x * dy,
       x * d + x * y * dy,
       2 * y * d + y * y * dy,
       2 * d * dy};
  for (double& v : a) v *= u;
  for (double& v : b) v *= u;
}

// Least squares by Cholesky's method; the matrix is made safe by a small ridge.
Terms solve(std::array<Terms, kCorrections>& m, Terms& right, double ridge) {
  constexpr std::size_t n = kCorrections;
  for (std::size_t i = 0; i < n; ++i) m[i][i] += ridge;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = m[i][j];
      for (std::size_t k = 0; k < j; ++k) sum -= m[i][k] * m[j][k];
      m[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / m[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) right[i] -= m[i][k] * right[k];
    right[i] /= m[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) right[i] -= m[k][i] * right[k];
    right[i] /= m[i][i];
  }
  return right;
}

}  // namespace

// Fits the correction: the gradient of the whole phase, spirals included, shall be across the drawn flow and
// one turn a period long.
void correct_phase(TemplateFinger::Parts& finger) {
  const SkinMap still;
  Field whole = survey_points(finger);
  phase_gradients(finger.phase, still, whole.x, whole.y, whole.gx, whole.gy);
  Field plain = survey_points(finger);
  std::vector<Spiral> spirals;
  spirals.swap(finger.phase.spirals);
  phase_gradients(finger.phase, still, plain.x, plain.y, plain.gx, plain.gy);
  std::array<Terms, kCorrections> matrix{};
  Terms right{};
  const double wanted = static_cast<double>(finger.phase.turns_per_px);
  for (std::size_t i = 0; i < plain.x.size(); ++i) {
    const double gx = static_cast<double>(plain.gx[i]);
    const double gy = static_cast<double>(plain.gy[i]);
    const double norm = std::sqrt(gx * gx + gy * gy);
    if (norm < 0.4 * wanted) continue;  // a core or a delta is near
    const double d =
        static_cast<double>(continuous_turns(finger.phase, plain.x[i], plain.y[i]) - finger.phase.turns) / wanted;
    Terms a;
    Terms b;
    term_gradients(static_cast<double>(plain.x[i]), static_cast<double>(plain.y[i]), d, gx / wanted, gy / wanted, a, b);
    const double ex = gx / norm * wanted - static_cast<double>(whole.gx[i]);
    const double ey = gy / norm * wanted - static_cast<double>(whole.gy[i]);
    for (std::size_t r = 0; r < kCorrections; ++r) {
      right[r] += a[r] * ex + b[r] * ey;
      for (std::size_t c = 0; c <= r; ++c) matrix[r][c] += a[r] * a[c] + b[r] * b[c];
    }
  }
  const Terms found = solve(matrix, right, 1e-4);
  for (std::size_t r = 0; r < kCorrections; ++r) finger.phase.correction[r] = static_cast<float>(found[r]);
  spirals.swap(finger.phase.spirals);
}

}  // namespace whorl::datasets
