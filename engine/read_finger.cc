// Fingers as they come in -> prints ready to be compared.
#include "engine/read_finger.h"

#include <algorithm>
#include <exception>

#include "base/catalogue.h"
#include "engine/feedback.h"
#include "templates/codec/codec.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

Error in_bytes(const Error& error, std::size_t i) {
  const FieldPath sample("samples", i);
  return error.field.empty() ? error.within("bytes").within(sample) : error.within(sample);
}

// Of an image that can be read and holds no print, said to whoever enrols.
Error not_extracted(const SampleQuality& finger) {
  if (finger.why.empty()) return failure(ErrorCode::kNotExtracted, with<"detail">(finger.feedback));
  Reason reason = finger.why.front();
  reason.arguments.push_back({"instead", std::string(PhraseCode::kOrStateMissing.name())});
  std::string message = sentence(reason);
  return {ErrorKind::kInvalidInput, std::move(message), {}, std::move(reason)};
}

// A print without a single described neighbourhood resembles nothing, whatever quality it claims.
int quality_of(const PreparedPrint& print) { return print.prepared().described() == 0 ? 0 : print.print().quality; }

ReadFinger finger_of(const Sample& sample, std::size_t i, fingerprint::FingerprintTemplate found, int usable) {
  PreparedPrint print(std::move(found));
  const int quality = quality_of(print);
  const int minutiae = static_cast<int>(print.print().minutiae.size());
  return {i, static_cast<FingerPosition>(sample.position), std::move(print),
          finger_quality(sample.position, quality, minutiae, finger_feedback(quality, minutiae, usable)), false};
}

// Says what the spacing of the ridges tells of the stated resolution.
void note_spacing(const fingerprint::ExtractionReport& report, ReadFinger& finger) {
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

Result<ReadFinger> read_image(const Sample& sample, std::size_t i, const EngineConfig& config,
                              const fingerprint::Stop& stop) {
  const auto image = image::decode_to_standard(sample.bytes, {sample.resolution_ppi, config.image_limits});
  if (!image.ok()) return in_bytes(image.error(), i);
  auto extracted = fingerprint::extract_and_report(*image, {}, nullptr, stop);
  if (extracted.ok()) {
    ReadFinger finger = finger_of(sample, i, std::move(extracted->fingerprint), config.min_quality);
    note_spacing(extracted->report, finger);
    return finger;
  }
  if (extracted.error().kind != ErrorKind::kInvalidInput) return extracted.error();
  SampleQuality none{Modality::kFinger, sample.position, 0, 0, extracted.error().message};
  if (!extracted.error().reason.code.empty()) none.why = {extracted.error().reason};
  return ReadFinger{i, static_cast<FingerPosition>(sample.position), std::nullopt, std::move(none), false};
}

Result<ReadFinger> read_sample(const Sample& sample, std::size_t i, const EngineConfig& config,
                               const fingerprint::Stop& stop) {
  const auto codec = codec::codec_of(sample);
  if (!codec.ok()) return in_bytes(codec.error(), i);
  if ((*codec)->is_image()) return read_image(sample, i, config, stop);
  auto decoded = codec::read_finger_template(sample);
  if (!decoded.ok()) return in_bytes(decoded.error(), i);
  return finger_of(sample, i, std::move(decoded).value(), config.min_quality);
}

}  // namespace

Result<std::vector<ReadFinger>> read_fingers(const std::vector<Sample>& samples, const EngineConfig& config,
                                             const Workers& workers, const fingerprint::Stop& stop) {
  std::vector<std::size_t> fingers;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].modality == Modality::kFinger) fingers.push_back(i);
  }
  std::vector<Result<ReadFinger>> results(fingers.size(), internal_error("the finger was not read"));
  workers.each(fingers.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      try {
        results[k] = read_sample(samples[fingers[k]], fingers[k], config, stop);
      } catch (const std::exception& e) {
        results[k] = internal_error(std::string("reading a finger: ") + e.what());
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

Status require_quality(const std::vector<ReadFinger>& fingers, int min_quality) {
  int best = 0;
  for (const ReadFinger& finger : fingers) {
    if (!finger.print) return in_bytes(not_extracted(finger.quality), finger.sample);
    best = std::max(best, finger.quality.quality);
  }
  if (best >= min_quality) return {};
  return failure(ErrorCode::kFingersTooPoor, "samples", with<"quality">(best), with<"needed">(min_quality));
}

}  // namespace whorl::engine
