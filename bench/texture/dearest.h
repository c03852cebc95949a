// A search for the picture that costs extraction most.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/texture/dear_picture.h"

namespace whorl::bench {

// What a usual picture costs: files at 500 ppi, all of them one after the other.
using UsualPrints = std::vector<Bytes>;

struct Dear {
  double times = 0;  // its processor seconds in those of a usual print
  double dear_s = 0;
  double usual_s = 0;   // mean
  double decoding = 0;  // the share of decoding and resampling
  std::string picture;  // its genes
  std::string outcome;  // what extraction said of it
  DearPicture file;
};

struct Dearest {
  Dear taken;
  Dear refused;
  int tried = 0;
};

struct SearchPlan {
  int starts = 1;
  int steps = 30;
  std::uint64_t seed = 1;
  std::uint64_t most_pixels = 16'000'000;  // in the picture's file, and at the standard resolution
  bool taken_alone = false;                // pictures that extraction refuses are of no interest
};

// Hill climbing over the genes of a picture (dear_picture.h). From each start, the dearest of ten random pictures,
// `steps` changes; one that costs more is kept. By turns a start looks for a picture that extraction takes and for any.
// Costs are processor time of all threads, the least of two runs; those of the two dearest are then measured anew, by
// turns with the usual prints, the least of five. `tell` hears of each that is dearer than all before. No other thread
// may work meanwhile.
Dearest find_dearest(const UsualPrints& usual, const SearchPlan& plan,
                     const std::function<void(const std::string&)>& tell = {});

}  // namespace whorl::bench
