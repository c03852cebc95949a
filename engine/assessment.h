// What a capture is worth by itself, before anybody is searched for: quality, advice and a small picture. Nothing of it
// is kept, nobody enrolled is looked at.
//
// Plain values that own all they hold.
#pragma once

#include <vector>

#include "engine/types.h"
#include "templates/image/preview.h"

namespace whorl::engine {

// No side of a preview is longer.
inline constexpr int kPreviewSide_px = 320;

struct AssessRequest {
  // As in EnrolRequest.
  std::vector<Sample> samples;
};

struct SampleAssessment {
  // An image without a fingerprint has quality 0, and a reason that says why.
  SampleQuality quality;
  // Good enough for a search's "no" to stand on.
  bool usable = false;
  // Of a finger: its ridges lie as no finger's do at the stated resolution.
  bool resolution_doubtful = false;
  // Of an image its preview, of a finger's template a drawing of its ridges. Empty where there is nothing to show: a
  // record of minutiae alone, the template of a face.
  image::Picture preview;
};

struct AssessAnswer {
  // In the order of the request.
  std::vector<SampleAssessment> samples;
};

}  // namespace whorl::engine
