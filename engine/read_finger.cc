// Fingers as they come in -> prints ready to be compared.
#include "engine/read_finger.h"

#include <algorithm>
#include <exception>

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

// A print without a single described neighbourhood resembles nothing, whatever quality it claims.
int quality_of(const PreparedPrint& print) { return print.prepared().described() == 0 ? 0 : print.print().quality; }

ReadFinger finger_of(FingerPosition position, fingerprint::FingerprintTemplate found, int usable) {
  PreparedPrint print(std::move(found));
  const int quality = quality_of(print);
  const int minutiae = static_cast<int>(print.print().minutiae.size());
  return {position, std::move(print), {position, quality, minutiae, finger_feedback(quality, minutiae, usable)}, false};
}

// Says what the spacing of the ridges tells of the stated resolution.
void note_spacing(const fingerprint::ExtractionReport& report, ReadFinger& finger) {
  const fingerprint::RidgeSpacing spacing = report.spacing();
  finger.resolution_doubtful = spacing == fingerprint::RidgeSpacing::kContradicts;
  std::string& feedback = finger.quality.feedback;
  if (finger.resolution_doubtful) {
    feedback = spacing_feedback(report.resolution_factor());
  } else if (spacing == fingerprint::RidgeSpacing::kFine && feedback.empty()) {
    feedback = "ridges as fine as a child's: if this is an adult, check the resolution";
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
  return ReadFinger{sample.position, std::nullopt, {sample.position, 0, 0, extracted.error().message}, false};
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
      return in_field(invalid_input(quality.feedback + " (capture the finger again, or state it as missing)"), i,
                      "image");
    }
    best = std::max(best, quality.quality);
  }
  if (best >= min_quality) return {};
  return invalid_input("every finger is too poor to be found again (best quality " + std::to_string(best) + ", " +
                           std::to_string(min_quality) +
                           " needed): clean the finger and the sensor, press evenly, and capture again",
                       "fingers");
}

}  // namespace whorl::engine
