#include "templates/fingerprint/extract/extract.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <string>

#include "templates/fingerprint/extract/stages.h"

namespace whorl::fingerprint {
namespace {

constexpr double kMmPerPx500 = 25.4 / image::kStandardPpi;

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
  return {};
}

double foreground_mm2(const GridMap& mask) { return cv::countNonZero(mask) * std::pow(kGrid * kMmPerPx500, 2.0); }

}  // namespace

Result<FingerprintTemplate> extract(const image::GreyImage& image, const ExtractParameters& p, TraceSink* trace) {
  WHORL_TRY(check(image));
  TraceSink silent;
  TraceSink& sink = trace != nullptr ? *trace : silent;
  const PixelMap grey(cv::Mat(image.height, image.width, CV_8U, const_cast<std::uint8_t*>(image.pixels.data())));

  const GridMap mask = segment(grey, p);
  sink.stage("segmentation", mask);
  if (const double area = foreground_mm2(mask); area < p.min_foreground_mm2) {
    return invalid_input("no fingerprint found: " + std::to_string(static_cast<int>(area)) +
                             " mm2 of ridge pattern, at least " +
                             std::to_string(static_cast<int>(p.min_foreground_mm2)) + " needed; capture it again",
                         "image");
  }
  const PixelMap normalised = normalise(grey, p);
  sink.stage("normalised", normalised);
  Orientation flow = orientation_field(normalised, mask, p);
  const GridMap period = ridge_period(normalised, flow, mask, p);
  sink.stage("period", period);
  PixelMap enhanced = enhance(normalised, flow, period, mask, p);
  for (int pass = 1; pass < p.enhancement_passes; ++pass) {
    flow = orientation_field(enhanced, mask, p);
    enhanced = enhance(normalised, flow, period, mask, p);
  }
  sink.stage("orientation_cos2", flow.cos2);
  sink.stage("orientation_sin2", flow.sin2);
  sink.stage("enhanced", enhanced);
  const PixelMap binary = binarise(enhanced, mask);
  sink.stage("binary", binary);
  const PixelMap skeleton = thin(binary);
  sink.stage("skeleton", skeleton);
  const GridMap trusted = reliability(normalised, enhanced, mask, p);
  sink.stage("reliability", trusted);

  FingerprintTemplate out;
  out.width_px500 = image.width;
  out.height_px500 = image.height;
  out.minutiae = find_minutiae(skeleton, flow, trusted, mask, p);
  out.flow = summarise_flow(flow, period, mask, image.width, image.height);
  out.ridges = summarise_ridges(enhanced, mask);
  out.quality = overall_quality(trusted, mask, out.minutiae);
  return out;
}

}  // namespace whorl::fingerprint
