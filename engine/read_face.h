// A face as it comes in -> a template with a quality that an operator can act on. Private to this room.
#pragma once

#include <optional>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/types.h"
#include "templates/face/template.h"

namespace whorl::engine {

// The captured face.
struct ReadFace {
  face::FaceTemplate face;
  FaceQuality quality;
};

// decode -> detect -> align -> embed, or a native template; nothing where no face is given. Errors: kInvalidInput,
// "face...." named: what cannot be read, an image without a face or without one that can be used, an image where no
// extractor is configured (says what to do), a face of another network than the calibration's (both named).
Result<std::optional<ReadFace>> read_face(const std::optional<FaceSample>& sample, const EngineConfig& config);

std::optional<FaceQuality> quality_of(const std::optional<ReadFace>& face);

// The gate of enrolment. Errors: kInvalidInput when the face is below `min_quality`, with what to do.
Status require_quality(const ReadFace& face, int min_quality);

}  // namespace whorl::engine
