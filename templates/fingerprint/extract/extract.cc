#include "templates/fingerprint/extract/extract.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "base/catalogue.h"
#include "templates/fingerprint/extract/stages.h"

namespace whorl::fingerprint {
namespace {

constexpr double kLeastPeriod_px500 = 5.4;  // the adult's divided by 1.7
constexpr double kMostPeriod_px500 = 12.2;  // 1 of 1,679 prints of nine sensors is wider

Status check(const image::GreyImage& image) {
  if (std::abs(image.ppi - image::kStandardPpi) > 0.01 * image::kStandardPpi) {
    return failure(ErrorCode::kNotAtStandard, "image", with<"ppi">(image.ppi));
  }
  const auto expected = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.width < 2 * kFlowBlock_px500 || image.height < 2 * kFlowBlock_px500 || image.width > kMaxSide_px500 ||
      image.height > kMaxSide_px500 || image.pixels.size() != expected) {
    return failure(ErrorCode::kSidesOutOfRange, "image", with<"width">(image.width), with<"height">(image.height),
                   with<"least_side">(2 * kFlowBlock_px500), with<"most_side">(kMaxSide_px500));
  }
  if (std::int64_t{image.width} * image.height > image::ImageLimits{}.max_standard_pixels) {
    return failure(ErrorCode::kLargerThanFinger, "image", with<"width">(static_cast<double>(image.width)),
                   with<"height">(static_cast<double>(image.height)));
  }
  return {};
}

Error several_fingers() { return failure(ErrorCode::kSeveralFingers, "image"); }

// Which way the ridges run and how far apart they are, while this is still being found out.
struct Ridges {
  Orientation flow;  // by gradients, until the network has been asked
  GridMap period;
  Orientation by_network;   // empty without one
  double disagreement = 0;  // of the two at first
};

// With the network: its flow, and between its period and that which is measured along its flow the mean.
void find_ridges(Ridges& ridges, const PixelMap& normalised, const GridMap& mask, const ExtractParameters& p,
                 const StopLatch& stop) {
  if (!p.flow_by_network) {
    ridges.period = ridge_period(normalised, ridges.flow, mask, p, stop);
    return;
  }
  const FlowNet& net = p.flow_net != nullptr ? *p.flow_net : shipped_flow_net();
  FlowEstimate estimate = net.estimate(normalised, mask.size(), stop);
  ridges.disagreement = disagreement(ridges.flow, estimate.flow, mask);
  ridges.flow = ridges.by_network = std::move(estimate.flow);
  ridges.period = ridge_period(normalised, ridges.flow, mask, p, stop);
  cv::Mat mean;
  cv::sqrt(ridges.period.mul(estimate.period), mean);
  ridges.period = GridMap(cv::max(cv::min(mean, p.max_period_px500), p.min_period_px500));
}

// Filtered ridges show more of the flow; the network's has its say by how sure it is.
void measure_flow_again(Ridges& ridges, const PixelMap& enhanced, const GridMap& mask, const ExtractParameters& p) {
  ridges.flow = orientation_field(enhanced, mask, p);
  const Orientation& learnt = ridges.by_network;
  if (learnt.cos2.empty()) return;
  const cv::Mat weight = p.network_share * (learnt.cos2.mul(learnt.cos2) + learnt.sin2.mul(learnt.sin2));
  const cv::Mat whole = 1.0F + weight;
  ridges.flow.cos2 = GridMap((ridges.flow.cos2 + weight.mul(learnt.cos2)) / whole);
  ridges.flow.sin2 = GridMap((ridges.flow.sin2 + weight.mul(learnt.sin2)) / whole);
}

// By all stages that follow the first flow.
Result<Reading> read(const PixelMap& normalised, Orientation first_flow, const GridMap& mask,
                     const ExtractParameters& p, TraceSink& sink, const StopLatch& stop) {
  Ridges ridges;
  ridges.flow = std::move(first_flow);
  find_ridges(ridges, normalised, mask, p, stop);
  WHORL_TRY(go_on(stop));
  if (p.require_one_finger && !ridges.by_network.cos2.empty() &&
      shows_cores_of_several_fingers(find_cores(ridges.by_network, mask))) {
    return several_fingers();
  }
  const GridMap& period = ridges.period;
  const Orientation& flow = ridges.flow;
  sink.stage("period", period);
  PixelMap enhanced = enhance(normalised, flow, period, mask, p, stop);
  for (int pass = 1; pass < p.enhancement_passes; ++pass) {
    WHORL_TRY(go_on(stop));
    measure_flow_again(ridges, enhanced, mask, p);
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
  const GridMap trusted = reliability(normalised, enhanced, p);
  sink.stage("reliability", trusted);
  std::vector<Minutia> minutiae = find_minutiae(skeleton, flow, trusted, mask, p, stop);
  WHORL_TRY(go_on(stop));
  return Reading{std::move(minutiae), flow, period, enhanced, ridges.disagreement};
}

FingerprintTemplate template_of(Reading reading, const GridMap& mask, const cv::Size& pixels) {
  FingerprintTemplate out;
  out.width_px500 = pixels.width;
  out.height_px500 = pixels.height;
  out.minutiae = std::move(reading.minutiae);
  out.flow = summarise_flow(reading.flow, reading.period, mask, pixels.width, pixels.height);
  out.ridges = summarise_ridges(reading.enhanced, mask);
  out.quality = overall_quality(out.minutiae, reading.disagreement);
  return out;
}

// The part of the picture that shows the print, so many times larger.
Result<FingerprintTemplate> read_enlarged(const PixelMap& grey, const Part& part, double scale,
                                          const ExtractParameters& p, TraceSink& sink, const StopLatch& stop) {
  const PixelMap larger = scaled(PixelMap(grey(part.at)), scale);
  const GridMap mask = enlarged_to(part.mask, larger);
  const PixelMap normalised = normalise(larger, p);
  WHORL_ASSIGN(Reading reading, read(normalised, orientation_field(normalised, mask, p), mask, p, sink, stop));
  FingerprintTemplate out =
      template_of(brought_back(std::move(reading), part.at.size(), part.mask.size()), part.mask, part.at.size());
  place(out, part.at, grey.cols, grey.rows);
  return out;
}

// Of the picture's part that shows the print. `several`: it shows prints of several fingers.
Result<Extraction> extract_part(const PixelMap& grey, const GridMap& mask, bool several, const ExtractParameters& p,
                                TraceSink& sink, const StopLatch& stop) {
  const PixelMap normalised = normalise(grey, p);
  sink.stage("normalised", normalised);
  const Orientation flow = orientation_field(normalised, mask, p);
  WHORL_ASSIGN(const double period_px500, require_ridges(grey, normalised, flow, mask, p, stop));
  WHORL_TRY(go_on(stop));
  if (several) return several_fingers();
  Extraction out;
  out.report.ridge_period_px500 = period_px500;
  const Part print = part_around(mask, grey.size());
  if (const double scale = enlargement(period_px500, print.at.size(), p); scale > 1) {
    WHORL_ASSIGN(out.fingerprint, read_enlarged(grey, print, scale, p, sink, stop));
    return out;
  }
  WHORL_ASSIGN(Reading reading, read(normalised, flow, mask, p, sink, stop));
  out.fingerprint = template_of(std::move(reading), mask, grey.size());
  return out;
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
  const PixelMap whole(cv::Mat(image.height, image.width, CV_8U, const_cast<std::uint8_t*>(image.pixels.data())));
  const GridMap foreground = segment(whole, p);
  sink.stage("segmentation", foreground);
  WHORL_TRY(check_foreground(foreground, p));
  WHORL_TRY(go_on(stop));
  // A large picture that shows several fingers gets no longer look; of others the better reason is given below.
  const bool large = image.pixels.size() > kWholePixels;
  const bool several = p.require_one_finger && shows_several_fingers(foreground);
  if (large && several) return several_fingers();
  WHORL_ASSIGN(const Part part, part_of(foreground, whole.size(), p));
  WHORL_ASSIGN(Extraction out, extract_part(PixelMap(whole(part.at)), part.mask, several, p, sink, stop));
  place(out.fingerprint, part.at, image.width, image.height);
  return out;
}

Result<FingerprintTemplate> extract(const image::GreyImage& image, const ExtractParameters& p, TraceSink* trace) {
  WHORL_ASSIGN(Extraction found, extract_and_report(image, p, trace));
  return std::move(found.fingerprint);
}

}  // namespace whorl::fingerprint
