// Minutia Cylinder-Code, bit version (Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010). Private to this room.
//
// A cylinder is an 8 x 8 spatial grid around a minutia, turned to its direction, in 6 layers of direction
// difference: one 64-bit word a layer, one bit a cell. `valid` marks the cells inside the circle and the print.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

inline constexpr std::size_t kCylinderLayers = 6;

struct Cylinder {
  std::array<std::uint64_t, kCylinderLayers> layers{};
  std::uint64_t valid = 0;  // 0 when the neighbourhood is too poor to describe
};

// One cylinder for each minutia, in their order. Keeps a table for each thread. Cost: about a microsecond a minutia.
std::vector<Cylinder> make_cylinders(const std::vector<Minutia>& minutiae, const CompareParameters& p);

// Its obvious twin; a bit whose value is within rounding of the threshold may differ.
std::vector<Cylinder> make_cylinders_plainly(const std::vector<Minutia>& minutiae, const CompareParameters& p);

// 1 - |a xor b| / (|a| + |b|) over the cells valid in both, with |.| the Euclidean norm of bits; 0 when too few
// cells are. The obvious twin of CylinderTable::similarities.
float cylinder_similarity(const Cylinder& a, const Cylinder& b, int min_valid_cells);

// The cylinders of one template laid out by layer, so that one probe cylinder meets eight at a time: kCylinderLayers
// rows of `size` words, then the row of valid cells. Borrows its words (bytes 8-aligned).
class CylinderTable {
 public:
  static constexpr std::size_t bytes_for(std::size_t size) {
    return (kCylinderLayers + 1) * size * sizeof(std::uint64_t);
  }
  // Writes bytes_for(cylinders.size()) bytes.
  static void write(const std::vector<Cylinder>& cylinders, std::byte* to);

  CylinderTable() = default;
  CylinderTable(const std::byte* words, std::size_t size) : words_(words), size_(size) {}

  [[nodiscard]] const std::byte* words() const { return words_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t padded_size() const { return (size_ + 7) / 8 * 8; }
  [[nodiscard]] Cylinder at(std::size_t i) const;

  // out[j] = cylinder_similarity(probe, at(j)); `out` has padded_size() floats, those past size() are 0.
  void similarities(const Cylinder& probe, int min_valid_cells, float* out) const;

 private:
  const std::byte* words_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace whorl::fingerprint
