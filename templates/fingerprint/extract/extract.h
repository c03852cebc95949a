// Fingerprint image -> template.
#pragma once

#include <string_view>

#include "base/result.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"
#include "templates/image/image.h"

namespace cv {
class Mat;
}

namespace whorl::fingerprint {

// Bumped whenever the same image may give another template; a calibration belongs to one version.
inline constexpr int kExtractorVersion = 1;

// Receives each stage's picture. The base class ignores everything; override to look inside.
// `stage` is one of the names in extract.cc's order ("segmentation", "orientation", ...); `image` is one
// channel, CV_8U or CV_32F, at 500 ppi (or a whole fraction of it), and is valid only during the call.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void stage(std::string_view /*name*/, const cv::Mat& /*image*/) {}
};

// Extracts a template. `image` must be at kStandardPpi (templates/image brings it there).
// Errors: kInvalidInput when the image is not at 500 ppi, is out of bounds, or holds no fingerprint
// (less than parameters.min_foreground_mm2 of ridge pattern): the FTE of the evaluation.
// Thread-safe; pure: the same image and parameters give the same template. Cost: see docs/benchmarks.md.
Result<FingerprintTemplate> extract(const image::GreyImage& image, const ExtractParameters& parameters = {},
                                    TraceSink* trace = nullptr);

}  // namespace whorl::fingerprint
