// A search for the picture that costs extraction most.
#pragma once

#include <cstdint>
#include <string>

namespace whorl::bench {

struct Dearest {
  double usual_s = 0;    // processor seconds of a usual print, from its file to its template
  double dearest_s = 0;  // of the dearest picture found
  std::string picture;   // its parameters
  std::string outcome;   // what extraction said of it
};

// Hill climbing over the parameters of a drawn picture: a print as large as the bounds allow, its ridge period, noise,
// scratches and ridge width, the white around it, the noise laid over it and its resolution. From `starts` random
// points `steps` changes each; one that costs more is kept. A cost is the least of three runs.
Dearest find_dearest(int starts, int steps, std::uint64_t seed);

}  // namespace whorl::bench
