#include "engine/samples.h"

#include <algorithm>
#include <exception>
#include <numeric>

#include "engine/fusion.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

constexpr int kGoodQuality = 40;
constexpr int kFewMinutiae = 12;

Error in_field(const Error& error, std::size_t i, const FieldPath& field) {
  const FieldPath finger("fingers", i);
  return error.field.empty() ? error.within(field).within(finger) : error.within(finger);
}

ReadFinger finger_of(FingerPosition position, fingerprint::FingerprintTemplate found) {
  // A template without a single neighbourhood resembles nothing, whatever quality it claims.
  const int claimed =
      fingerprint::PreparedTemplate(found, {}, fingerprint::RidgeForm::kNone).described() == 0 ? 0 : found.quality;
  const FingerQuality quality{position, claimed, static_cast<int>(found.minutiae.size()), {}};
  return {position, std::move(found), quality};
}

Result<ReadFinger> read_image(const FingerSample& sample, std::size_t i, const image::ImageLimits& limits) {
  const auto image = image::decode_to_standard(sample.image, {sample.image_ppi, limits});
  if (!image.ok()) return in_field(image.error(), i, "image");
  auto extracted = fingerprint::extract(*image);
  if (extracted.ok()) return finger_of(sample.position, std::move(extracted).value());
  if (extracted.error().kind != ErrorKind::kInvalidInput) return extracted.error();
  return ReadFinger{sample.position, std::nullopt, {sample.position, 0, 0, extracted.error().message}};
}

Result<ReadFinger> read_sample(const FingerSample& sample, std::size_t i, const image::ImageLimits& limits) {
  if (!sample.image.empty()) return read_image(sample, i, limits);
  auto decoded = codec::decode_native(sample.native_template);
  if (!decoded.ok()) return in_field(decoded.error(), i, "native_template");
  return finger_of(sample.position, std::move(decoded).value());
}

// Finds probe fingers that are one physical finger, also under two names: fingers are mixed up when captured.
std::vector<std::uint32_t> group_fingers(const Probe& probe, const Calibration& calibration) {
  std::vector<std::uint32_t> group(probe.prepared.size());
  std::iota(group.begin(), group.end(), 0U);
  for (std::size_t a = 0; a < group.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (group[a] == group[b]) continue;
      const double db = calibration.db(fingerprint::compare(probe.prepared[a], probe.prepared[b]).score);
      if (db >= kSameFingerDb) std::replace(group.begin(), group.end(), group[a], group[b]);
    }
  }
  return group;
}

}  // namespace

Result<std::vector<ReadFinger>> read_fingers(const std::vector<FingerSample>& samples, const image::ImageLimits& limits,
                                             const index::Gallery& gallery) {
  std::vector<Result<ReadFinger>> results(samples.size(), internal_error("the finger was not read"));
  gallery.parallel(samples.size(), [&](std::size_t i) {
    try {
      results[i] = read_sample(samples[i], i, limits);
    } catch (const std::exception& e) {
      results[i] = internal_error(std::string("reading a finger: ") + e.what());
    }
  });
  std::vector<ReadFinger> out;
  for (auto& result : results) {
    if (!result.ok()) return result.error();
    out.push_back(std::move(result).value());
  }
  return out;
}

std::string feedback(int quality, int minutiae, int usable) {
  if (minutiae == 0) return "no ridge detail seen: place the fingertip flat on the sensor and capture again";
  if (quality < usable) return "too poor to use: clean the finger and the sensor, press evenly, and capture again";
  if (minutiae < kFewMinutiae) {
    return "little of the finger seen: centre the whole fingertip on the sensor and capture again";
  }
  if (quality < kGoodQuality) {
    return "faint or smudged: moisten a dry finger or wipe a wet one, press evenly, and capture again if there is time";
  }
  return {};
}

std::vector<FingerQuality> qualities(const std::vector<ReadFinger>& fingers, int usable) {
  std::vector<FingerQuality> out;
  for (const ReadFinger& finger : fingers) {
    FingerQuality quality = finger.quality;
    if (finger.fingerprint) quality.feedback = feedback(quality.quality, quality.minutiae, usable);
    out.push_back(std::move(quality));
  }
  return out;
}

Status require_quality(const std::vector<ReadFinger>& fingers, int min_quality) {
  int best = 0;
  for (std::size_t i = 0; i < fingers.size(); ++i) {
    if (!fingers[i].fingerprint) {
      return in_field(
          invalid_input(fingers[i].quality.feedback + " (capture the finger again, or state it as missing)"), i,
          "image");
    }
    best = std::max(best, fingers[i].quality.quality);
  }
  if (best >= min_quality) return {};
  return invalid_input("every finger is too poor to be found again (best quality " + std::to_string(best) + ", " +
                           std::to_string(min_quality) +
                           " needed): clean the finger and the sensor, press evenly, "
                           "and capture again",
                       "fingers");
}

std::vector<index::ProbeFinger> Probe::fingers() const {
  std::vector<index::ProbeFinger> out;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    out.push_back({positions[i], &prepared[i], decisive[i]});
  }
  return out;
}

std::optional<index::ProbeFace> Probe::probe_face() const {
  return face ? std::optional(index::ProbeFace{&face->face, face_decisive}) : std::nullopt;
}

std::optional<FaceQuality> Probe::face_quality() const { return face ? std::optional(face->quality) : std::nullopt; }

Result<Probe> read_probe(const std::vector<FingerSample>& samples, const std::optional<FaceSample>& face,
                         const EngineConfig& config, const index::Gallery& gallery) {
  WHORL_ASSIGN(const auto fingers, read_fingers(samples, config.image_limits, gallery));
  Probe probe;
  probe.quality = qualities(fingers, config.min_quality);
  for (const ReadFinger& finger : fingers) {
    if (!finger.fingerprint) continue;
    probe.prepared.emplace_back(*finger.fingerprint);
    probe.positions.push_back(finger.position);
    probe.decisive.push_back(finger.quality.quality >= config.min_quality);
    probe.usable = probe.usable || probe.decisive.back();
  }
  probe.group = group_fingers(probe, config.calibration);
  if (!face) return probe;
  WHORL_ASSIGN(probe.face, read_face(*face, config));
  probe.face_decisive = config.face_calibration && probe.face->quality.quality >= config.min_quality;
  probe.usable = probe.usable || probe.face_decisive;
  return probe;
}

}  // namespace whorl::engine
