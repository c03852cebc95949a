// What was captured for a search or a verification, read and made a probe. Private to this room.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "engine/engine.h"
#include "engine/part.h"
#include "engine/read_sample.h"
#include "engine/types.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {

struct ReadProbe {
  // What can be compared, in order of modality: a finger that could not be extracted is not in it.
  Probe probe;
  // Of every sample, in their order.
  std::vector<SampleQuality> qualities;
  // Of any finger: its ridges lie as no finger's do at the stated resolution.
  bool resolution_doubtful = false;
  // Of every sample, in their order: ReadSample's.
  std::vector<double> ridge_periods_px500 = {};

  // Whether a sample is good enough for a "no" to stand on.
  [[nodiscard]] bool usable() const;
};

// Errors: as read_samples and require_distinct_fingers.
Result<ReadProbe> read_probe(const std::vector<Sample>& samples, const EngineConfig& config, const Workers& workers,
                             const fingerprint::Stop& stop);

// An error of a part, which names "probe[k]", with the sample of the request in its place.
Error in_samples(Error error, const Probe& probe);
template <class T>
Result<T> in_samples(Result<T> result, const Probe& probe) {
  if (result.ok()) return result;
  return in_samples(std::move(result).error(), probe);
}

}  // namespace whorl::engine
