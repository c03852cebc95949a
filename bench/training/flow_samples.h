// What the network of the ridge flow is trained on: prints with the flow, the period and the reliability that
// extraction finds in them, in one file (scripts/train-flow).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/training/corpus.h"

namespace whorl::training {

// The file: for each print, little endian,
//   u8 length and bytes of the set's name, u16 width, u16 height, u16 columns, u16 rows (of the grid of 4 px cells),
//   width x height greys, then four planes of columns x rows bytes: ridge orientation (256 are pi, y up), ridge period
//   (tenths of a pixel), reliability (255 is 1) and mask (0 or 1).
// Prints that cannot be extracted are left out.
std::vector<std::uint8_t> flow_samples(const std::vector<CorpusSet>& sets);

// The same of `count` synthetic fingers (set "synthetic"): their full ridge patterns, without a capture's faults, black
// and white. Cost: a tenth of a second each and core.
std::vector<std::uint8_t> flow_samples_of_masters(std::size_t count, std::uint64_t seed);

}  // namespace whorl::training
