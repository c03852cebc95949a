// Pictures of captures and of templates, for people. Private to this room; pure; thread-safe.
#pragma once

#include "base/result.h"
#include "engine/engine.h"
#include "engine/explanation.h"
#include "templates/codec/template.h"
#include "templates/image/preview.h"

namespace whorl::engine {

// Of a sample that is an image, no side longer than `most_side_px`; of a template nothing. A finger's is of the whole
// capture at 500 ppi, so that its minutiae fit. Errors: kInvalidInput, as decoding; kInternal.
Result<image::Picture> picture_of(const Sample& sample, const EngineConfig& config, int most_side_px);

// The ridges that a template holds, black on white, a pixel a sample of its map. Empty where it holds none. Errors:
// kInternal.
Result<image::Picture> ridges_of(const fingerprint::FingerprintTemplate& finger);

// Without an image. Errors: kInternal.
Result<FingerDrawing> drawing_of(FingerPosition position, const fingerprint::FingerprintTemplate& finger);

}  // namespace whorl::engine
