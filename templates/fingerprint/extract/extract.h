// Fingerprint image -> template.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "templates/fingerprint/parameters.h"
#include "templates/fingerprint/template.h"
#include "templates/image/image.h"

namespace cv {
class Mat;
}

namespace whorl::fingerprint {

// Bumped whenever the same image may give another template, but for single minutiae in pictures larger than any
// ordinary capture (part.h); a calibration belongs to one version.
inline constexpr int kExtractorVersion = 3;

// Receives each stage's picture. The base class ignores everything; override to look inside.
// `stage` is one of the names in extract.cc's order ("segmentation", "orientation", ...); `image` is one
// channel, CV_8U or CV_32F, at 500 ppi (or a whole fraction of it; what follows "normalised" is larger where ridges are
// fine: fine_ridges.h), and is valid only during the call.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void stage(std::string_view /*name*/, const cv::Mat& /*image*/) {}
};

// Whether the work is of no more use to who asked, as where a deadline has passed. Called from the extracting thread,
// every millisecond or so. Empty: never.
using Stop = std::function<bool()>;

// Whether the distance from ridge to ridge fits the resolution that was stated.
enum class RidgeSpacing {
  kUsual,
  kFine,         // as a child's; or an adult's at a resolution that is lower than stated
  kContradicts,  // no finger's: the resolution is another than stated
};

// How far apart an adult's ridges lie, about.
inline constexpr double kAdultPeriod_px500 = 9.0;

// What extraction reads off the picture beside the template; none of it is kept.
struct ExtractionReport {
  // Median distance from ridge to ridge where ridges are clear. Adults' lie at 8 to 10, a child's at 6 to 7.
  double ridge_period_px500 = 0;

  [[nodiscard]] RidgeSpacing spacing() const;
  // The resolution that an adult's ridges would have, as a multiple of the stated one.
  [[nodiscard]] double resolution_factor() const;
};

struct Extraction {
  FingerprintTemplate fingerprint;
  ExtractionReport report;
};

// Extracts a template. `image` must be at kStandardPpi (templates/image brings it there).
// Errors: kInvalidInput when the image is not at 500 ppi or is out of bounds; when it holds no fingerprint (too little
// foreground, or what is there is not ridges: ridge_evidence.h; says so where it would be at half the resolution), more
// than one finger (several_fingers.h), or a print larger than any finger's: the FTE of the evaluation. Stages of a
// large picture are of its part that shows the print (part.h). kUnavailable once `stop` says so. Thread-safe; pure: the
// same image and parameters give the same template. Cost: docs/benchmarks.md; grows with the pixels, and at most ten
// times that of a usual print.
Result<Extraction> extract_and_report(const image::GreyImage& image, const ExtractParameters& parameters = {},
                                      TraceSink* trace = nullptr, const Stop& stop = {});

// The same, the template alone.
Result<FingerprintTemplate> extract(const image::GreyImage& image, const ExtractParameters& parameters = {},
                                    TraceSink* trace = nullptr);

}  // namespace whorl::fingerprint
