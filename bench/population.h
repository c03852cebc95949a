// What the benchmarks run on: real fingerprints where the measurement data is present, synthetic ones
// otherwise.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "templates/fingerprint/template.h"
#include "templates/image/image.h"

namespace whorl::bench {

struct Impression {
  int finger = 0;
  Bytes file;  // as it lies on disk
  double ppi = 500;
  image::GreyImage image;  // at 500 ppi
  fingerprint::FingerprintTemplate extracted;
};

struct Population {
  std::string source;                   // "FVC2002_DB1_B" or "synthetic fingers, seed 1"
  std::vector<Impression> impressions;  // 10 fingers of 8
};

// Made once, on all cores; the environment variable WHORL_BENCH_DATA=synthetic leaves the real set aside.
const Result<Population>& population();

// `n` templates of people who do not exist, one finger each (datasets/template_population.h): they score against each
// other and against real fingers about as real people do. Seeded; on all cores.
std::vector<fingerprint::FingerprintTemplate> non_mated(std::size_t n, std::uint64_t seed);

// What main does before it returns: galleries must close while RocksDB's own statics still live.
std::vector<std::function<void()>>& endings();

}  // namespace whorl::bench
