#include "templates/fingerprint/extract/gate.h"

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "base/catalogue.h"
#include "templates/fingerprint/extract/fine_ridges.h"
#include "templates/fingerprint/extract/normalise.h"
#include "templates/fingerprint/extract/ridge_evidence.h"
#include "templates/fingerprint/extract/segment.h"
#include "templates/fingerprint/extract/weave.h"

namespace whorl::fingerprint {
namespace {

constexpr double kWidePeriod_px500 = 11.0;  // from here a period is better seen in the picture made smaller
// Larger prints are not looked at enlarged; a child's is not as large.
constexpr int kEnlargedPixels = 160'000;
constexpr int kMargin_px500 = 16;
// A pattern that is seen at another scale than its own must be seen over this share of the picture.
constexpr double kSeenAtOtherScale = 0.2;

double foreground_mm2(const GridMap& mask) { return cv::countNonZero(mask) * std::pow(kGrid * kMmPerPx500, 2.0); }

// The evidence in the picture made larger or smaller, its period at the picture's own scale; none of what is woven.
RidgeEvidence evidence_at_scale(const PixelMap& grey, double scale, const ExtractParameters& p, const StopLatch& stop) {
  const PixelMap picture = scaled(grey, scale);
  const GridMap mask = segment(picture, p);
  if (cv::countNonZero(mask) == 0) return {};
  const PixelMap normalised = normalise(picture, p);
  RidgeEvidence out = ridge_evidence(normalised, orientation_field(normalised, mask, p), mask, stop);
  if (is_woven(look_for_weave(normalised, mask, stop))) return {};
  out.period_px500 /= scale;
  return out;
}

bool shows_ridges(const RidgeEvidence& evidence) {
  return evidence.agreeing >= kSeenAtOtherScale && finding_of(evidence) == Finding::kRidges;
}

// At twice the scale: of the whole picture, or of a large one where the mask lies; nothing where that is large too.
RidgeEvidence evidence_enlarged(const PixelMap& grey, const GridMap& mask, const ExtractParameters& p,
                                const StopLatch& stop) {
  cv::Rect at(0, 0, grey.cols, grey.rows);
  if (at.area() > kEnlargedPixels) {
    const cv::Rect cells = cv::boundingRect(mask);
    at &= cv::Rect(cells.x * kGrid - kMargin_px500, cells.y * kGrid - kMargin_px500,
                   cells.width * kGrid + 2 * kMargin_px500, cells.height * kGrid + 2 * kMargin_px500);
  }
  if (at.area() > kEnlargedPixels) return {};
  return evidence_at_scale(PixelMap(grey(at).clone()), 2, p, stop);
}

// Where the ridges lie so near or so far that their distance is better seen at another scale, and more of the picture
// agrees there, the period is that one's.
double period_of(const RidgeEvidence& evidence, const PixelMap& grey, const GridMap& mask, const ExtractParameters& p,
                 const StopLatch& stop) {
  if (evidence.windows == 0) return evidence.period_px500;
  RidgeEvidence there;
  if (evidence.period_px500 > kWidePeriod_px500) there = evidence_at_scale(grey, 0.5, p, stop);
  if (evidence.period_px500 < kFinePeriod_px500) there = evidence_enlarged(grey, mask, p, stop);
  return there.agreeing > evidence.agreeing ? there.period_px500 : evidence.period_px500;
}

}  // namespace

Error no_fingerprint(const std::string& why) {
  return failure(ErrorCode::kNoFingerprint, "image", with<"detail">(why));
}

Status go_on(const StopLatch& stop) {
  if (!stop()) return {};
  return failure(ErrorCode::kDeadlinePassed);
}

Status check_foreground(const GridMap& mask, const ExtractParameters& p) {
  if (const double area = foreground_mm2(mask); area < p.min_foreground_mm2) {
    return no_fingerprint(std::to_string(static_cast<int>(area)) + " mm2 of ridge pattern, at least " +
                          std::to_string(static_cast<int>(p.min_foreground_mm2)) + " needed");
  }
  if (const double area = foreground_mm2(mask); p.require_one_finger && area > p.max_foreground_mm2) {
    return no_fingerprint("the pattern covers " + std::to_string(static_cast<int>(area)) +
                          " mm2, more than any finger's " + std::to_string(static_cast<int>(p.max_foreground_mm2)) +
                          "; check the resolution, or crop the image to one finger");
  }
  return {};
}

Result<double> require_ridges(const PixelMap& grey, const PixelMap& normalised, const Orientation& flow,
                              const GridMap& mask, const ExtractParameters& p, const StopLatch& stop) {
  const RidgeEvidence evidence = ridge_evidence(normalised, flow, mask, stop);
  const Finding found = finding_of(evidence);
  if (p.require_ridges && found == Finding::kRidges && is_woven(look_for_weave(normalised, mask, stop))) {
    return no_fingerprint("its lines cross, as threads do");
  }
  if (!p.require_ridges || found == Finding::kRidges) return period_of(evidence, grey, mask, p, stop);
  WHORL_TRY(go_on(stop));
  const std::string why(sentence_of(found));
  if (found == Finding::kMade) return no_fingerprint(why);
  const RidgeEvidence enlarged = evidence_enlarged(grey, mask, p, stop);
  if (shows_ridges(enlarged)) return enlarged.period_px500;
  const bool coarse = shows_ridges(evidence_at_scale(grey, 0.5, p, stop));
  WHORL_TRY(go_on(stop));
  if (coarse) return failure(ErrorCode::kSpacingImpossible, "image");
  return no_fingerprint(why);
}

}  // namespace whorl::fingerprint
