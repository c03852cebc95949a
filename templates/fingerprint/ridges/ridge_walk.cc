#include "templates/fingerprint/ridges/ridge_walk.h"

namespace whorl::fingerprint {

const std::array<std::uint16_t, kRidgeContexts + 1> kShare = {
#include "templates/fingerprint/ridges/ridge_table.inc"
};

unsigned sample(const RidgeMap& map, int row, int column) {
  if (row < 0 || column < 0 || column >= map.columns) return 0;
  return map.bits[static_cast<std::size_t>(row * map.row_bytes() + column / 8)] >> (column % 8) & 1U;
}

unsigned context_of(const RidgeMap& map, int row, int column) {
  unsigned out = 0;
  unsigned place = 0;
  const auto add = [&](int up, int right) { out |= sample(map, row - up, column + right) << place++; };
  add(0, -2);
  add(0, -1);
  for (int right = -2; right <= 3; ++right) add(1, right);
  add(2, 0);
  add(2, 2);
  add(3, -2);
  add(4, 2);
  return out;
}

void count_ridge_contexts(const RidgeMap& ridges, RidgeContextCounts& counts) {
  for (int row = 0; row < ridges.rows; ++row) {
    for (int column = 0; column < ridges.columns; ++column) {
      ++counts[context_of(ridges, row, column)][sample(ridges, row, column)];
    }
  }
}

}  // namespace whorl::fingerprint
