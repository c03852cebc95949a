// Fingers as they come in -> prints ready to be compared.
#include "engine/read_finger.h"

#include <algorithm>
#include <exception>

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

Error in_field(const Error& error, std::size_t i, const FieldPath& field) {
  const FieldPath finger("fingers", i);
  return error.field.empty() ? error.within(field).within(finger) : error.within(finger);
}

// Of an image that can be read and holds no print, said to whoever enrols.
Error not_extracted(const FingerQuality& finger) {
  if (finger.why.empty()) return invalid_input(finger.feedback);
  Reason reason = finger.why.front();
  reason.arguments.push_back({"instead", std::string(PhraseCode::kOrStateMissing.name())});
  std::string message = sentence(reason);
  return {ErrorKind::kInvalidInput, std::move(message), {}, std::move(reason)};
}

// A print without a single described neighbourhood resembles nothing, whatever quality it claims.
int quality_of(const PreparedPrint& print) { return print.prepared().described() == 0 ? 0 : print.print().quality; }

ReadFinger finger_of(FingerPosition position, fingerprint::FingerprintTemplate found, int usable) {
  PreparedPrint print(std::move(found));
  const int quality = quality_of(print);
  const int minutiae = static_cast<int>(print.print().minutiae.size());
  return {position, std::move(print),
          finger_quality(position, quality, minutiae, finger_feedback(quality, minutiae, usable)), false};
}

// Says what the spacing of the ridges tells of the stated resolution.
void note_spacing(const fingerprint::ExtractionReport& report, ReadFinger& finger) {
  const fingerprint::RidgeSpacing spacing = report.spacing();
  finger.resolution_doubtful = spacing == fingerprint::RidgeSpacing::kContradicts;
  const FingerQuality& found = finger.quality;
  const auto advise = [&](Reason advice) {
    finger.quality = finger_quality(found.position, found.quality, found.minutiae, {std::move(advice)});
  };
  if (finger.resolution_doubtful) {
    advise(reason_of(FeedbackCode::kSpacingContradicts, with<"factor">(report.resolution_factor())));
  } else if (spacing == fingerprint::RidgeSpacing::kFine && found.why.empty()) {
    advise(reason_of(FeedbackCode::kRidgesFine));
  }
}

Result<ReadFinger> read_image(const FingerSample& sample, std::size_t i, const EngineConfig& config,
                              const fingerprint::Stop& stop) {
  const auto image = image::decode_to_standard(sample.image, {sample.image_ppi, config.image_limits});
  if (!image.ok()) return in_field(image.error(), i, "image");
  auto extracted = fingerprint::extract_and_report(*image, {}, nullptr, stop);
  if (extracted.ok()) {
    ReadFinger finger = finger_of(sample.position, std::move(extracted->fingerprint), config.min_quality);
    note_spacing(extracted->report, finger);
    return finger;
  }
  if (extracted.error().kind != ErrorKind::kInvalidInput) return extracted.error();
  FingerQuality none{sample.position, 0, 0, extracted.error().message};
  if (!extracted.error().reason.code.empty()) none.why = {extracted.error().reason};
  return ReadFinger{sample.position, std::nullopt, std::move(none), false};
}

Result<ReadFinger> read_sample(const FingerSample& sample, std::size_t i, const EngineConfig& config,
                               const fingerprint::Stop& stop) {
  if (!sample.image.empty()) return read_image(sample, i, config, stop);
  auto decoded = codec::decode_native(sample.native_template);
  if (!decoded.ok()) return in_field(decoded.error(), i, "native_template");
  return finger_of(sample.position, std::move(decoded).value(), config.min_quality);
}

}  // namespace

Result<std::vector<ReadFinger>> read_fingers(const std::vector<FingerSample>& samples, const EngineConfig& config,
                                             const Workers& workers, const fingerprint::Stop& stop) {
  std::vector<Result<ReadFinger>> results(samples.size(), internal_error("the finger was not read"));
  workers.each(samples.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      try {
        results[i] = read_sample(samples[i], i, config, stop);
      } catch (const std::exception& e) {
        results[i] = internal_error(std::string("reading a finger: ") + e.what());
      }
    }
  });
  std::vector<ReadFinger> out;
  for (auto& result : results) {
    if (!result.ok()) return result.error();
    out.push_back(std::move(result).value());
  }
  return out;
}

std::vector<FingerQuality> qualities(const std::vector<ReadFinger>& fingers) {
  std::vector<FingerQuality> out;
  for (const ReadFinger& finger : fingers) out.push_back(finger.quality);
  return out;
}

Status require_quality(const std::vector<ReadFinger>& fingers, int min_quality) {
  int best = 0;
  for (std::size_t i = 0; i < fingers.size(); ++i) {
    const FingerQuality& quality = fingers[i].quality;
    if (!fingers[i].print) {
      return in_field(not_extracted(quality), i, "image");
    }
    best = std::max(best, quality.quality);
  }
  if (best >= min_quality) return {};
  return failure(ErrorCode::kFingersTooPoor, "fingers", with<"quality">(best), with<"needed">(min_quality));
}

}  // namespace whorl::engine
