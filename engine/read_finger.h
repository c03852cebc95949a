// Fingers as they come in -> prints ready to be compared, with a quality that an operator can act on. Private to this
// room.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "base/workers.h"
#include "engine/engine.h"
#include "engine/part.h"
#include "engine/types.h"
#include "templates/fingerprint/extract/extract.h"

namespace whorl::engine {

// One captured finger, read once.
struct ReadFinger {
  // Its place in the request's samples.
  std::size_t sample = 0;
  FingerPosition position = FingerPosition::kUnknown;
  // Empty when the image holds no fingerprint (a failure to extract); `quality` then says so.
  std::optional<PreparedPrint> print;
  SampleQuality quality;
  // Whether the ridges lie as no finger's do at the stated resolution: a "no" cannot stand on such a print.
  bool resolution_doubtful = false;
};

// decode -> normalise -> extract -> prepare, all fingers among the samples at once. In the order of the samples,
// feedback filled in. Errors: kInvalidInput, "samples[i]...." named, for a file or template that cannot be read. An
// image that can be read but holds no fingerprint is not an error here. kUnavailable once `stop` says so.
Result<std::vector<ReadFinger>> read_fingers(const std::vector<Sample>& samples, const EngineConfig& config,
                                             const Workers& workers, const fingerprint::Stop& stop);

// The gate of enrolment. Errors: kInvalidInput, with what to do, when a finger could not be extracted (named), or when
// every finger is below `min_quality`.
Status require_quality(const std::vector<ReadFinger>& fingers, int min_quality);

}  // namespace whorl::engine
