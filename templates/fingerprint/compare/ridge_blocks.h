// Blocks of ridge maps: how one lies in the other print, and where it fits best there. Private to this room.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "templates/fingerprint/compare/print.h"

namespace whorl::fingerprint {

inline constexpr int kRidgeBlockSide = 16;  // samples: about three and a half ridges
inline constexpr int kRidgeSearch = 2;      // samples a block may move beyond where it is expected
inline constexpr int kSearchedSide = kRidgeBlockSide + 2 * kRidgeSearch;  // rows and columns it is looked for in

// A square of a ridge map as it lies in the other print: one row a word, sample 0 lowest.
using RidgeBlock = std::array<std::uint16_t, kRidgeBlockSide>;

// A ridge map as a strip for each byte of a row: of every row the 32 samples from that byte's first on. So what lies
// under a block is a run of words. A strip is cut out when it is first asked for. Samples past a row's end are of no
// meaning.
class RidgeStrips {
 public:
  // Forgets the map before. Borrows `map`'s bits; allocates when none was as large.
  void begin(const RidgeView& map);
  // The words of a strip from a row on: kReadable of them may be read.
  const std::uint32_t* at(int byte, int row) {
    if (cut_[static_cast<std::size_t>(byte)] == 0) cut(byte);
    return words_.data() + static_cast<std::ptrdiff_t>(byte) * map_.rows + row;
  }
  static constexpr int kReadable = 24;

 private:
  void cut(int byte);

  RidgeView map_;
  std::vector<std::uint8_t> cut_;  // of each strip whether it was
  std::vector<std::uint32_t> words_;
};

// Reads blocks around the centres of flow cells along axes turned by one angle. Those centres lie on whole samples,
// four past a byte's first, so where a block's samples lie around its centre is found once for all.
class BlockTurner {
 public:
  // The angle's cosine and sine, for y pointing down.
  BlockTurner(float cosine, float sine);

  // Whether the block around a flow cell's centre, however turned, lies inside the map.
  static bool inside(const RidgeView& map, int column, int row);
  // The block around the centre of a cell that `inside` says yes to.
  [[nodiscard]] RidgeBlock block(RidgeStrips& strips, int column, int row) const;

 private:
  // Of eight samples of a row: the first of the eight rows that they lie in, and of each its row after that and how far
  // its bit is from the highest.
  struct Eight {
    alignas(32) std::array<std::int32_t, 8> row, below_top;
    std::int32_t first = 0;
  };
  [[nodiscard]] RidgeBlock block_avx2(const std::uint32_t* words) const;

  std::array<Eight, 2 * kRidgeBlockSide> eights_;
};

// The obvious twin of BlockTurner::block: the samples of `map` around (x, y) (samples, y down), read along axes turned
// by the angle of (cosine, sine). A sample within rounding of two may be either.
RidgeBlock turn_block_plainly(const RidgeView& map, float x, float y, float cosine, float sine);

// Where a block fits: the samples that differ there, and how far from the middle of where it was looked for.
struct BlockPlace {
  int differing = 0;
  int right = 0;
  int down = 0;
  bool operator==(const BlockPlace&) const = default;
};

// The place with fewest differing samples, of those as good the nearest to the middle, of these the first by rows.
// `words` are kSearchedSide rows (kReadable may be read), the first column looked at is bit `first` (0..7) of each.
BlockPlace best_place(const RidgeBlock& block, const std::uint32_t* words, int first);
// What it does where there are no instructions for it.
BlockPlace best_place_portably(const RidgeBlock& block, const std::uint32_t* words, int first);
// The obvious twin of both.
BlockPlace best_place_plainly(const RidgeBlock& block, const std::uint32_t* words, int first);

}  // namespace whorl::fingerprint
