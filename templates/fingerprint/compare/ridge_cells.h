// The cells whose blocks of ridges are compared, in their order. Private to this room.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/align.h"

namespace whorl::fingerprint {

// A cell of a's foreground that lies on b's, where its centre lies there, and how far it is from where blocks begin: in
// the order of one number, of which the upper half is the square of the distance, whose bits rise with it, and the
// lower the row and the column.
struct SharedCell {
  std::uint64_t key = 0;
  Point in_b;

  SharedCell() = default;
  SharedCell(float distance2, int column, int row, Point there)
      : key(std::uint64_t{std::bit_cast<std::uint32_t>(distance2)} << 32U | static_cast<std::uint64_t>(row) << 16U |
            static_cast<std::uint64_t>(column)),
        in_b(there) {}
  [[nodiscard]] int column() const { return static_cast<int>(key & 0xFFFFU); }
  [[nodiscard]] int row() const { return static_cast<int>(key >> 16U & 0xFFFFU); }
  [[nodiscard]] float distance2() const { return std::bit_cast<float>(static_cast<std::uint32_t>(key >> 32U)); }
};

// Sorts by key, as std::sort would. The cells of a plane lie evenly over the squares of their distances from a point:
// each nearly has a bucket of its own, and inserting it among its few neighbours is soon done. Of cells made to deceive
// no more than those of a ring of the plane share one.
class OutwardSort {
 public:
  void sort(std::vector<SharedCell>& cells);

 private:
  std::vector<std::uint32_t> begins_;
  std::vector<SharedCell> sorted_;
};

// The cells that both prints show under an alignment and whose blocks lie inside a's map, the nearest to the
// consensus' centre first: blocks grow outwards from what is surest.
class SharedCells {
 public:
  // Until the next call.
  const std::vector<SharedCell>& find(const Print& a, const RidgeView& ridges_a, const Print& b,
                                      const Alignment& alignment);

 private:
  struct Cell {
    int column;
    int row;
  };
  std::vector<Cell> all_;
  std::vector<float> x_, y_, bent_x_, bent_y_;  // of all
  std::vector<SharedCell> cells_;
  OutwardSort sort_;
};

}  // namespace whorl::fingerprint
