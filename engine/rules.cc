// Configuration and captures as the verdict needs them.
#include "engine/rules.h"

#include <algorithm>

#include "engine/known_position.h"
#include "engine/reach.h"

namespace whorl::engine {
namespace {

// The least of what the calibrations in use counted. A fused score is supported no further than a single one: fused
// claims were counted as far, not farther (docs/accuracy.md).
double supported_db(const EngineConfig& config, const Probe& probe) {
  std::optional<double> out;
  for (const ProbeSample& each : probe.samples) {
    const auto& calibration = config.calibrations[each.modality()];
    if (!calibration) continue;
    const bool known_finger = each.modality() == Modality::kFinger && each.position != 0;
    const double counted = known_finger ? known_position_db(calibration->measured_db()) : calibration->measured_db();
    out = std::min(out.value_or(counted), counted);
  }
  return out.value_or(config.calibrations[Modality::kFinger]->measured_db());
}

}  // namespace

Rules rules_of(const EngineConfig& config, const std::string& gallery_id, double threshold_db, double band_db,
               const Probe& probe) {
  const auto& alone = config.face_alone_galleries;
  Rules rules;
  rules.threshold_db = threshold_db;
  rules.review_db = std::max(0.0, threshold_db - band_db);
  rules.supported_db = supported_db(config, probe);
  for (const ModalityRow& row : modalities()) {
    rules.of[row.modality] = {config.calibrations[row.modality].has_value(), row.modality != Modality::kFace};
  }
  rules.of[Modality::kFace].alone_matches = std::find(alone.begin(), alone.end(), gallery_id) != alone.end();
  return rules;
}

Evidence::Captured captured(const ReadProbe& read) {
  Evidence::Captured out;
  out.usable = read.usable();
  for (const SampleQuality& each : read.qualities) out.given[each.modality] = true;
  out.resolution_doubtful = read.resolution_doubtful;
  return out;
}

Calibrations calibrations_of(const EngineConfig& config) {
  Calibrations out;
  for (const ModalityRow& row : modalities()) {
    const auto& calibration = config.calibrations[row.modality];
    out[row.modality] = calibration ? &*calibration : nullptr;
  }
  return out;
}

std::optional<OutOfReach> claim_out_of_reach(const EngineConfig& config, const Probe& probe, const ScoredPerson& person,
                                             const Rules& rules) {
  Receipt one;
  one.searched = one.comparable = one.compared = 1;
  const std::uint64_t pairs = probe.of(Modality::kFinger).size();  // one try each is known of
  return out_of_reach(probe, calibrations_of(config), {one, pairs, {&person, 1}}, rules);
}

}  // namespace whorl::engine
