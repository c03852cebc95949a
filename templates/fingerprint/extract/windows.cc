#include "templates/fingerprint/extract/windows.h"

#include <cmath>

#include "base/simd.h"

namespace whorl::fingerprint {
namespace {

WHORL_MULTIVERSION
void add_up(const float* signature, const Spectrum* cosine, const Spectrum* sine, float* power) {
  float c[kWaves] = {};
  float s[kWaves] = {};
  for (int i = 0; i < kAcross; ++i) {
    for (int k = 0; k < kWaves; ++k) {
      c[k] += signature[i] * cosine[i][static_cast<std::size_t>(k)];
      s[k] += signature[i] * sine[i][static_cast<std::size_t>(k)];
    }
  }
  for (int k = 0; k < kWaves; ++k) power[k] = c[k] * c[k] + s[k] * s[k];
}

// Where the pixels under the line lie among the values; the nearest to those beyond the edge, which are not `inside`.
WHORL_MULTIVERSION
void places_under(const float* x, const float* y, float dx, float dy, int stride, int columns, int rows, int* place,
                  float* inside) {
  for (int i = 0; i < kAcross; ++i) {
    const int column = static_cast<int>(std::floor(x[i] + dx));
    const int row = static_cast<int>(std::floor(y[i] + dy));
    const int nearest_column = std::min(std::max(column, 0), columns - 1);
    const int nearest_row = std::min(std::max(row, 0), rows - 1);
    place[i] = nearest_row * stride + nearest_column;
    inside[i] = static_cast<float>((column == nearest_column ? 1 : 0) & (row == nearest_row ? 1 : 0));
  }
}

}  // namespace

LineAcross::LineAcross(float x, float y, float along_x, float along_y) : along_x_(along_x), along_y_(along_y) {
  for (int i = 0; i < kAcross; ++i) {
    const float across = static_cast<float>(i) - (kAcross - 1) / 2.0F;
    // Half a pixel on, so that the nearest is that below.
    x_[static_cast<std::size_t>(i)] = x - across * along_y + 0.5F;
    y_[static_cast<std::size_t>(i)] = y + across * along_x + 0.5F;
  }
}

void LineAcross::add(const Pixels& image, float along, float* sums) const {
  int place[kAcross];
  float inside[kAcross];
  places_under(x_.data(), y_.data(), along * along_x_, along * along_y_, image.stride, image.columns, image.rows, place,
               inside);
  for (int i = 0; i < kAcross; ++i) sums[i] += image.values[place[i]] * inside[i];
}

void LineAcross::add_with_squares(const Pixels& image, float along, float* sums, float* squares) const {
  int place[kAcross];
  float inside[kAcross];
  places_under(x_.data(), y_.data(), along * along_x_, along * along_y_, image.stride, image.columns, image.rows, place,
               inside);
  for (int i = 0; i < kAcross; ++i) {
    const float value = image.values[place[i]];
    sums[i] += value;
    squares[i] += value * value;
  }
}

Spectrum power_of(const Signature& signature, const Waves& waves) {
  Spectrum out{};
  add_up(signature.data(), waves.cosine.data(), waves.sine.data(), out.data());
  return out;
}

}  // namespace whorl::fingerprint
