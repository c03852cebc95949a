// What stages that look at a picture window by window share. Private to this room.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "templates/fingerprint/extract/maps.h"

namespace whorl::fingerprint {

// Values across the ridges of a window, and what waves of so many lengths hold of them.
inline constexpr int kAcross = 64;  // px500
inline constexpr int kWaves = 24;
using Signature = std::array<float, kAcross>;
using Spectrum = std::array<float, kWaves>;

// The waves' cosines and sines, place by place.
struct Waves {
  std::array<Spectrum, kAcross> cosine{};
  std::array<Spectrum, kAcross> sine{};
};

// The power of each wave in a signature.
Spectrum power_of(const Signature& signature, const Waves& waves);

// A picture's values as plain numbers, for loops that compilers make wide. At most 2^31 floats from the first to the
// last.
struct Pixels {
  explicit Pixels(const PixelMap& image)
      : values(image.ptr<float>()), stride(static_cast<int>(image.step1())), columns(image.cols), rows(image.rows) {}
  const float* values;
  int stride;  // floats a row
  int columns;
  int rows;
};

// A line of kAcross places a px500 apart, across a ridge that runs along (along_x, along_y), a vector of length 1; its
// middle lies at a point of the picture (px500, y down).
class LineAcross {
 public:
  LineAcross(float x, float y, float along_x, float along_y);

  // Adds up the values of the pixels that the line falls on, moved so far along the ridge; beyond the picture's edge
  // there is nothing.
  void add(const Pixels& image, float along, float* sums) const;
  // The same where beyond the edge the edge goes on; and adds up the squares.
  void add_with_squares(const Pixels& image, float along, float* sums, float* squares) const;

 private:
  float along_x_, along_y_;
  std::array<float, kAcross> x_, y_;
};

// Of at least one value; puts them in another order.
template <class Number>
double median(std::vector<Number>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return static_cast<double>(*middle);
}

// Of windows on a lattice, row after row: each with the one so many steps to its right, and so many below.
template <class Compare>
void each_pair_apart(int columns, int rows, int apart, const Compare& compare) {
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const int i = row * columns + column;
      if (column + apart < columns) compare(i, i + apart);
      if (row + apart < rows) compare(i, i + apart * columns);
    }
  }
}

}  // namespace whorl::fingerprint
