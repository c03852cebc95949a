// Configuration and captures as the verdict needs them.
#include "engine/rules.h"

#include <algorithm>

namespace whorl::engine {

Rules rules_of(const EngineConfig& config, const std::string& gallery_id, double threshold_db) {
  const auto& alone = config.face_alone_galleries;
  Rules rules;
  rules.threshold_db = threshold_db;
  rules.review_db = std::max(0.0, threshold_db - config.review_band_db);
  rules.face.calibrated = config.face_calibration.has_value();
  rules.face.alone_matches = std::find(alone.begin(), alone.end(), gallery_id) != alone.end();
  return rules;
}

Evidence::Captured captured(const ReadProbe& read) {
  return {read.usable(), !read.fingers.empty(), read.face.has_value(), read.resolution_doubtful};
}

}  // namespace whorl::engine
