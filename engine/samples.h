// Samples as they come in -> templates with a quality that an operator can act on. Private to this room.
#pragma once

#include <vector>

#include "engine/parts.h"
#include "engine/types.h"
#include "templates/base/result.h"
#include "templates/fingerprint/compare.h"

namespace whorl::engine {

struct ReadFinger {
  FingerPosition position = FingerPosition::kUnknown;
  // Empty when the image holds no fingerprint (a failure to extract); `quality` then says so.
  std::optional<fingerprint::FingerprintTemplate> fingerprint;
  FingerQuality quality;
};

// decode -> normalise -> extract, all fingers at once on the gallery's threads.
// Errors: kInvalidInput, "fingers[i]...." named, for a file or template that cannot be read. An image that can be
// read but holds no fingerprint is not an error here.
Result<std::vector<ReadFinger>> read_fingers(const std::vector<FingerSample>& samples, const ImageLimits& limits,
                                             const index::Gallery& gallery);

// What the operator can do about it; empty when the capture is good. `usable` is the quality below which a finger
// is of no use.
std::string feedback(int quality, int minutiae, int usable);

// Qualities in the order of the samples, feedback filled in.
std::vector<FingerQuality> qualities(const std::vector<ReadFinger>& fingers, int usable);

// The gate of enrolment. Errors: kInvalidInput when a finger could not be extracted (named, with what to do), or
// when every finger is below `min_quality`.
Status require_quality(const std::vector<ReadFinger>& fingers, int min_quality);

// A probe made ready for searching. Fingers that could not be extracted are left out of everything but `quality`.
struct Probe {
  std::vector<fingerprint::PreparedTemplate> prepared;
  std::vector<FingerPosition> positions;
  std::vector<bool> decisive;  // has the quality that a "no" can stand on
  // Fingers of one number are one physical finger, captured twice: evidence that counts once.
  std::vector<std::uint32_t> group;
  std::vector<FingerQuality> quality;  // of every sample
  bool usable = false;                 // at least one finger is decisive

  [[nodiscard]] std::vector<index::ProbeFinger> fingers() const;
};

// read_fingers, then prepared. Errors: as read_fingers.
Result<Probe> read_probe(const std::vector<FingerSample>& samples, const EngineConfig& config,
                         const index::Gallery& gallery);

}  // namespace whorl::engine
