// Minutia Cylinder-Code, bit version (Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010). Private to this room.
//
// A cylinder is an 8 x 8 spatial grid around a minutia, turned to its direction, in 6 layers of direction
// difference: one 64-bit word a layer, one bit a cell. `valid` marks the cells inside the circle and the print.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

inline constexpr std::size_t kCylinderLayers = 6;

struct Cylinder {
  std::array<std::uint64_t, kCylinderLayers> layers{};
  std::uint64_t valid = 0;  // 0 when the neighbourhood is too poor to describe
};

// A cylinder in four words, which is what screening looks at: the two layers either side of direction difference pi
// share one. Near in Hamming distance, and much in common, mean alike.
using FoldedCylinder = std::array<std::uint64_t, 4>;

inline FoldedCylinder folded(const Cylinder& c) {
  return {c.layers[0] | c.layers[1], c.layers[2], c.layers[3], c.layers[4] | c.layers[5]};
}

// 1 - |a xor b| / (|a| + |b|) over the cells valid in both, with |.| the Euclidean norm of bits; 0 when too few
// cells are. The obvious twin of CountedCylinders::similarities.
float cylinder_similarity(const Cylinder& a, const Cylinder& b, int min_valid_cells);

// The cylinders of one template laid out by layer, so that one probe cylinder is compared with several at a time:
// kCylinderLayers rows of `size` words, then the row of valid cells. Borrows its words (bytes 8-aligned).
class CylinderTable {
 public:
  static constexpr std::size_t bytes_for(std::size_t size) {
    return (kCylinderLayers + 1) * size * sizeof(std::uint64_t);
  }
  // Writes bytes_for(cylinders.size()) bytes.
  static void write(const std::vector<Cylinder>& cylinders, std::byte* to);

  CylinderTable() = default;
  CylinderTable(const std::byte* words, std::size_t size) : words_(words), size_(size) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t padded_size() const { return (size_ + 7) / 8 * 8; }
  [[nodiscard]] Cylinder at(std::size_t i) const {
    Cylinder out;
    for (std::size_t k = 0; k < kCylinderLayers; ++k) out.layers[k] = word(k, i);
    out.valid = word(kCylinderLayers, i);
    return out;
  }

 private:
  friend class CountedCylinders;

  [[nodiscard]] std::uint64_t word(std::size_t row, std::size_t i) const {
    std::uint64_t out;
    std::memcpy(&out, words_ + (row * size_ + i) * sizeof out, sizeof out);
    return out;
  }

  const std::byte* words_ = nullptr;
  std::size_t size_ = 0;
};

// A table and, of every cylinder, how many layers have each cell: with these, half of the counts that a comparison
// with many probes' cylinders asks for are made once. Large; borrows the table's words.
class CountedCylinders {
 public:
  // Precondition: at most kMaxMinutiae cylinders.
  explicit CountedCylinders(const CylinderTable& table);

  // out[j] = cylinder_similarity(probe, table.at(j)); `out` has padded_size() floats, those past size() are 0.
  void similarities(const Cylinder& probe, int min_valid_cells, float* out) const;

 private:
  CylinderTable table_;
  // The counts in binary: of each digit a row of the lower and one of the upper halves of its bytes. Read in eights.
  std::array<std::uint64_t, 6 * kMaxMinutiae + 7> halves_;
};

}  // namespace whorl::fingerprint
