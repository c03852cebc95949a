// What stages that look at a picture window by window share. Private to this room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace whorl::fingerprint {

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
