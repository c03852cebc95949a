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

// One cylinder for each minutia, in their order. Cost: about a microsecond a pair of neighbours.
std::vector<Cylinder> make_cylinders(const std::vector<Minutia>& minutiae, const CompareParameters& p);

// 1 - |a xor b| / (|a| + |b|) over the cells valid in both, with |.| the Euclidean norm of bits; 0 when too few
// cells are. The obvious twin of CylinderTable::similarities.
float cylinder_similarity(const Cylinder& a, const Cylinder& b, int min_valid_cells);

// The cylinders of one template laid out by layer, so that one probe cylinder meets eight at a time.
class CylinderTable {
 public:
  explicit CylinderTable(const std::vector<Cylinder>& cylinders);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t padded_size() const { return padded_; }
  [[nodiscard]] std::size_t memory_bytes() const { return words_.size() * sizeof(std::uint64_t); }
  [[nodiscard]] Cylinder at(std::size_t i) const;

  // out[j] = cylinder_similarity(probe, at(j)); `out` has padded_size() floats, those past size() are 0.
  void similarities(const Cylinder& probe, int min_valid_cells, float* out) const;

 private:
  std::size_t size_ = 0;
  std::size_t padded_ = 0;  // a multiple of 8
  std::vector<std::uint64_t> words_;  // kCylinderLayers rows of padded_, then the valid row
};

}  // namespace whorl::fingerprint
