// Pictures that are meant to cost much: what may come from outside, with everything that a caller may choose.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "datasets/draws.h"

namespace whorl::bench {

// One value of a picture that a search may change; `logarithmic` ones are drawn evenly in their logarithm.
struct Gene {
  const char* name;
  double low;
  double high;
  bool logarithmic = false;
};

// What the genes stand for, in this order. Lengths are pixels at 500 ppi.
enum GeneName : std::size_t {
  kPattern,      // 0: a drawn print; 1 and on: the kinds of tests/support/textures
  kSecond,       // the pattern beside it
  kSecondPart,   // of the width that it takes
  kArea,         // of the frame
  kAspect,       // width by height
  kCovered_mm2,  // by pattern; the rest is white
  kPieces,       // that the pattern lies in, side by side
  kRound,        // from 0.5 on: discs, not rectangles
  kScale,        // of the pattern
  kNoise,
  kScratches,
  kRidgeWidth,
  kGrain,  // laid over all, in grey levels
  kPpi,
  kForm,  // of the file
  kGeneCount
};
using Genes = std::array<double, kGeneCount>;

// Their bounds: those of image::ImageLimits where it has one.
extern const std::array<Gene, kGeneCount> kGenes;

Genes random_genes(datasets::Draws& draws);
// Some of them changed, the rest kept.
Genes changed(const Genes& from, datasets::Draws& draws);
std::string text(const Genes& genes);

struct DearPicture {
  Bytes file;
  double ppi = 0;  // a whole number; not stated in the file
};

// Patterns are drawn small and laid out as tiles, each the mirror of its
// neighbour. Errors: kInvalidInput where the file would be larger than ImageLimits accepts. Cost: a second or so.
Result<DearPicture> draw_dear(const Genes& genes, std::uint64_t seed);

}  // namespace whorl::bench
