// A face as it comes in -> a template with a quality that an operator can act on. Private to this room.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/types.h"
#include "templates/face/template.h"

namespace whorl::engine {

// The captured face.
struct ReadFace {
  // Its place in the request's samples.
  std::size_t sample = 0;
  face::FaceTemplate face;
  SampleQuality quality;
};

// decode -> detect -> align -> embed, or a native template, of the face among the samples; nothing where there is none.
// Errors: kInvalidInput, "samples[i]...." named: what cannot be read, an image without a face or without one that can
// be used, an image where no extractor is configured (says what to do), a face of another network than the
// calibration's (both named).
Result<std::optional<ReadFace>> read_face(const std::vector<Sample>& samples, const EngineConfig& config);

// The gate of enrolment. Errors: kInvalidInput when the face is below `min_quality`, with what to do.
Status require_quality(const ReadFace& face, int min_quality);

}  // namespace whorl::engine
