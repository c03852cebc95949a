#include "templates/fingerprint/extract/extract.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "base/catalogue.h"
#include "templates/fingerprint/extract/stages.h"

namespace whorl::fingerprint {
namespace {

constexpr double kMmPerPx500 = 25.4 / image::kStandardPpi;
constexpr double kAdultPeriod_px500 = 9.0;
constexpr double kLeastPeriod_px500 = 5.4;  // the adult's divided by 1.7
constexpr double kFinePeriod_px500 = 6.5;
constexpr double kWidePeriod_px500 = 11.0;  // from here a period is better seen in the picture made smaller
constexpr double kMostPeriod_px500 = 12.8;
constexpr std::size_t kEnlargedPixels = 320'000;  // larger pictures are not looked at enlarged
// A pattern that is seen at another scale than its own must be seen over this share of the picture.
constexpr double kSeenAtOtherScale = 0.2;

Status check(const image::GreyImage& image) {
  if (std::abs(image.ppi - image::kStandardPpi) > 0.01 * image::kStandardPpi) {
    return invalid_input("the image is at " + std::to_string(image.ppi) + " ppi; resample it to 500 first", "image");
  }
  const auto expected = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.width < 2 * kFlowBlock_px500 || image.height < 2 * kFlowBlock_px500 || image.width > kMaxSide_px500 ||
      image.height > kMaxSide_px500 || image.pixels.size() != expected) {
    return invalid_input("the image is " + std::to_string(image.width) + " x " + std::to_string(image.height) +
                             " px at 500 ppi; each side must be 32 to 4096",
                         "image");
  }
  if (std::int64_t{image.width} * image.height > image::ImageLimits{}.max_standard_pixels) {
    return failure(ErrorCode::kLargerThanFinger, "image", with<"width">(static_cast<double>(image.width)),
                   with<"height">(static_cast<double>(image.height)));
  }
  return {};
}

Status go_on(const StopLatch& stop) {
  if (!stop()) return {};
  return failure(ErrorCode::kDeadlinePassed);
}

double foreground_mm2(const GridMap& mask) { return cv::countNonZero(mask) * std::pow(kGrid * kMmPerPx500, 2.0); }

Error no_fingerprint(const std::string& why) {
  return failure(ErrorCode::kNoFingerprint, "image", with<"detail">(why));
}

// Whether the foreground can be one finger's print.
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

// The evidence in the picture made larger or smaller, its period at the picture's own scale.
RidgeEvidence evidence_at_scale(const PixelMap& grey, double scale, const ExtractParameters& p, const StopLatch& stop) {
  cv::Mat scaled;
  cv::resize(grey, scaled, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  const PixelMap picture(scaled);
  const GridMap mask = segment(picture, p);
  if (cv::countNonZero(mask) == 0) return {};
  const PixelMap normalised = normalise(picture, p);
  RidgeEvidence out = ridge_evidence(normalised, orientation_field(normalised, mask, p), mask, stop);
  out.period_px500 /= scale;
  return out;
}

bool shows_ridges(const RidgeEvidence& evidence) {
  return evidence.agreeing >= kSeenAtOtherScale && finding_of(evidence) == Finding::kRidges;
}

// Where the ridges lie so near or so far that their distance is better seen at another scale, and more of the picture
// agrees there, the period is that one's.
double period_of(const RidgeEvidence& evidence, const PixelMap& grey, const ExtractParameters& p,
                 const StopLatch& stop) {
  double scale = 1;
  if (evidence.period_px500 > kWidePeriod_px500) scale = 0.5;
  if (evidence.period_px500 < kFinePeriod_px500 && grey.total() <= kEnlargedPixels) scale = 2;
  if (scale == 1 || evidence.windows == 0) return evidence.period_px500;
  const RidgeEvidence there = evidence_at_scale(grey, scale, p, stop);
  return there.agreeing > evidence.agreeing ? there.period_px500 : evidence.period_px500;
}

// The period of the ridges, where the picture shows any. Ridges as fine as a small child's are looked for once more in
// the picture enlarged. Errors: as extract_and_report's.
Result<double> require_ridges(const PixelMap& grey, const PixelMap& normalised, const Orientation& flow,
                              const GridMap& mask, const ExtractParameters& p, const StopLatch& stop) {
  const RidgeEvidence evidence = ridge_evidence(normalised, flow, mask, stop);
  const Finding found = finding_of(evidence);
  if (!p.require_ridges || found == Finding::kRidges) return period_of(evidence, grey, p, stop);
  WHORL_TRY(go_on(stop));
  const std::string why(sentence_of(found));
  if (found == Finding::kMade) return no_fingerprint(why);
  if (grey.total() <= kEnlargedPixels) {
    const RidgeEvidence enlarged = evidence_at_scale(grey, 2, p, stop);
    if (shows_ridges(enlarged)) return enlarged.period_px500;
  }
  const bool coarse = shows_ridges(evidence_at_scale(grey, 0.5, p, stop));
  WHORL_TRY(go_on(stop));
  if (coarse) return failure(ErrorCode::kSpacingImpossible, "image");
  return no_fingerprint(why);
}

}  // namespace

RidgeSpacing ExtractionReport::spacing() const {
  const double period = ridge_period_px500;
  if (period == 0) return RidgeSpacing::kUsual;
  if (period < kLeastPeriod_px500 || period > kMostPeriod_px500) return RidgeSpacing::kContradicts;
  return period < kFinePeriod_px500 ? RidgeSpacing::kFine : RidgeSpacing::kUsual;
}

double ExtractionReport::resolution_factor() const {
  return ridge_period_px500 == 0 ? 1 : ridge_period_px500 / kAdultPeriod_px500;
}

Result<Extraction> extract_and_report(const image::GreyImage& image, const ExtractParameters& p, TraceSink* trace,
                                      const Stop& asked) {
  const StopLatch stop(asked);
  WHORL_TRY(check(image));
  TraceSink silent;
  TraceSink& sink = trace != nullptr ? *trace : silent;
  const PixelMap grey(cv::Mat(image.height, image.width, CV_8U, const_cast<std::uint8_t*>(image.pixels.data())));

  const GridMap mask = segment(grey, p);
  sink.stage("segmentation", mask);
  WHORL_TRY(check_foreground(mask, p));
  WHORL_TRY(go_on(stop));
  const PixelMap normalised = normalise(grey, p);
  sink.stage("normalised", normalised);
  Orientation flow = orientation_field(normalised, mask, p);
  WHORL_ASSIGN(const double period_px500, require_ridges(grey, normalised, flow, mask, p, stop));
  WHORL_TRY(go_on(stop));
  if (p.require_one_finger && shows_several_fingers(mask)) {
    return failure(ErrorCode::kSeveralFingers, "image");
  }
  const GridMap period = ridge_period(normalised, flow, mask, p, stop);
  sink.stage("period", period);
  PixelMap enhanced = enhance(normalised, flow, period, mask, p, stop);
  for (int pass = 1; pass < p.enhancement_passes; ++pass) {
    WHORL_TRY(go_on(stop));
    flow = orientation_field(enhanced, mask, p);
    enhanced = enhance(normalised, flow, period, mask, p, stop);
  }
  sink.stage("orientation_cos2", flow.cos2);
  sink.stage("orientation_sin2", flow.sin2);
  sink.stage("enhanced", enhanced);
  WHORL_TRY(go_on(stop));
  const PixelMap binary = binarise(enhanced, mask);
  sink.stage("binary", binary);
  const PixelMap skeleton = thin(binary, stop);
  sink.stage("skeleton", skeleton);
  WHORL_TRY(go_on(stop));
  const GridMap trusted = reliability(normalised, enhanced, mask, p);
  sink.stage("reliability", trusted);

  Extraction out;
  out.report.ridge_period_px500 = period_px500;
  FingerprintTemplate& print = out.fingerprint;
  print.width_px500 = image.width;
  print.height_px500 = image.height;
  print.minutiae = find_minutiae(skeleton, flow, trusted, mask, p, stop);
  WHORL_TRY(go_on(stop));
  print.flow = summarise_flow(flow, period, mask, image.width, image.height);
  print.ridges = summarise_ridges(enhanced, mask);
  print.quality = overall_quality(trusted, mask, print.minutiae);
  return out;
}

Result<FingerprintTemplate> extract(const image::GreyImage& image, const ExtractParameters& p, TraceSink* trace) {
  WHORL_ASSIGN(Extraction found, extract_and_report(image, p, trace));
  return std::move(found.fingerprint);
}

}  // namespace whorl::fingerprint
