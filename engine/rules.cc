// Configuration and captures as the verdict needs them.
#include "engine/rules.h"

#include <algorithm>

#include "engine/known_position.h"

namespace whorl::engine {
namespace {

// The least of what the calibrations in use counted. A fused score is supported no further than a single one: fused
// claims were counted as far, not farther (docs/accuracy.md).
double supported_db(const EngineConfig& config, const Probe& probe) {
  double out = config.calibration.measured_db();
  const auto stated = [](const ProbeFinger& f) { return f.position != FingerPosition::kUnknown; };
  if (std::any_of(probe.fingers.begin(), probe.fingers.end(), stated)) out = known_position_db(out);
  if (!probe.face || !config.face_calibration) return out;
  const double face = config.face_calibration->measured_db();
  return probe.fingers.empty() ? face : std::min(out, face);
}

}  // namespace

Rules rules_of(const EngineConfig& config, const std::string& gallery_id, double threshold_db, const Probe& probe) {
  const auto& alone = config.face_alone_galleries;
  Rules rules;
  rules.threshold_db = threshold_db;
  rules.review_db = std::max(0.0, threshold_db - config.review_band_db);
  rules.supported_db = supported_db(config, probe);
  rules.face.calibrated = config.face_calibration.has_value();
  rules.face.alone_matches = std::find(alone.begin(), alone.end(), gallery_id) != alone.end();
  return rules;
}

Evidence::Captured captured(const ReadProbe& read) {
  const auto has = [&](Modality modality) { return first_of(read.qualities, modality) != nullptr; };
  return {read.usable(), has(Modality::kFinger), has(Modality::kFace), read.resolution_doubtful};
}

}  // namespace whorl::engine
