// Fingers as they come in -> prints ready to be compared.
#include "engine/read_finger.h"

#include <algorithm>

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/fingerprint/compare/prepared.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

// Of an image that can be read and holds no print, said to whoever enrols.
Error not_extracted(const SampleQuality& finger) {
  if (finger.why.empty()) return failure(ErrorCode::kNotExtracted, with<"detail">(finger.feedback));
  Reason reason = finger.why.front();
  reason.arguments.push_back({"instead", std::string(PhraseCode::kOrStateMissing.name())});
  std::string message = sentence(reason);
  return {ErrorKind::kInvalidInput, std::move(message), {}, std::move(reason)};
}

// A print without a single described neighbourhood resembles nothing, whatever quality it claims.
int quality_of(const PreparedContent& print) {
  const auto prepared = fingerprint::PreparedView::of_sound(print.prepared().bytes);
  return prepared.described() == 0 ? 0 : print.quality();
}

Result<ReadSample> read_content(const Sample& sample, codec::Template found, const EngineConfig& config) {
  PreparedContent print(std::move(found));
  const int quality = quality_of(print);
  const int minutiae = codec::features_of(print.content());
  const FingerFigures figures{quality, minutiae, print.minutiae_alone()};
  return ReadSample{0, std::move(print),
                    finger_quality(sample.position, quality, minutiae, finger_feedback(figures, config.min_quality)),
                    false};
}

// Says what the spacing of the ridges tells of the stated resolution.
void note_spacing(const fingerprint::ExtractionReport& report, ReadSample& finger) {
  finger.ridge_period_px500 = report.ridge_period_px500;
  const fingerprint::RidgeSpacing spacing = report.spacing();
  finger.resolution_doubtful = spacing == fingerprint::RidgeSpacing::kContradicts;
  const SampleQuality& found = finger.quality;
  const auto advise = [&](Reason advice) {
    finger.quality = finger_quality(found.position, found.quality, found.features, {std::move(advice)});
  };
  if (finger.resolution_doubtful) {
    advise(reason_of(FeedbackCode::kSpacingContradicts, with<"factor">(report.resolution_factor())));
  } else if (spacing == fingerprint::RidgeSpacing::kFine && found.why.empty()) {
    advise(reason_of(FeedbackCode::kRidgesFine));
  }
}

Result<image::GreyImage> decoded(const Sample& sample, const EngineConfig& config) {
  return image::decode_to_standard(sample.bytes, {sample.resolution_ppi, config.image_limits});
}

Result<ReadSample> read_image(const Sample& sample, const EngineConfig& config, const fingerprint::Stop& stop) {
  WHORL_ASSIGN(const image::GreyImage image, decoded(sample, config));
  auto extracted = fingerprint::extract_and_report(image, {}, nullptr, stop);
  if (extracted.ok()) {
    WHORL_ASSIGN(ReadSample finger, read_content(sample, std::move(extracted->fingerprint), config));
    note_spacing(extracted->report, finger);
    return finger;
  }
  if (extracted.error().kind != ErrorKind::kInvalidInput) return extracted.error();
  SampleQuality none{Modality::kFinger, sample.position, 0, 0, extracted.error().message};
  if (!extracted.error().reason.code.empty()) none.why = {extracted.error().reason};
  return ReadSample{0, std::nullopt, std::move(none), false};
}

Status pass_gate(const std::vector<const ReadSample*>& fingers, int min_quality) {
  int best = 0;
  for (const ReadSample* finger : fingers) {
    if (!finger->content) {
      return not_extracted(finger->quality).within("bytes").within({"samples", finger->sample});
    }
    best = std::max(best, finger->quality.quality);
  }
  if (best >= min_quality) return {};
  return failure(ErrorCode::kFingersTooPoor, "samples", with<"quality">(best), with<"needed">(min_quality));
}

}  // namespace

Result<codec::Template> read_without_enlarging(const Sample& image, const EngineConfig& config) {
  WHORL_ASSIGN(const image::GreyImage grey, decoded(image, config));
  WHORL_ASSIGN(fingerprint::FingerprintTemplate print, fingerprint::extract(grey, {.enlarge_below_period_px500 = 0}));
  return codec::Template(std::move(print));
}

SampleReader finger_reader() { return {Modality::kFinger, read_image, read_content, pass_gate}; }

}  // namespace whorl::engine
