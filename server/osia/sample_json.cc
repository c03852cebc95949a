#include "server/osia/sample_json.h"

#include <boost/json/object.hpp>

#include "base/reason_json.h"
#include "server/json/json_text.h"
#include "server/osia/names.h"

namespace whorl::server {

namespace json = boost::json;

namespace {

std::string_view finger_name(std::uint8_t position) { return osia_name(static_cast<FingerPosition>(position)); }

// What every modality's quality has.
void put_feedback(const engine::SampleQuality& sample, json::object& out) {
  out["feedback"] = sample.feedback;
  out["feedbackReasons"] = reasons_json(sample.why);
}

json::object others_of(const engine::SampleScore& score) {
  if (score.modality == Modality::kFinger) return {{"probeSubType", json_view(finger_name(score.probe))}};
  return {{"cosine", two_decimals(score.cosine)}, {"calibrated", score.score_db.has_value()}};
}

}  // namespace

json::array quality_json(const std::vector<engine::SampleQuality>& samples) {
  json::array out;
  for (const auto& sample : samples) {
    if (sample.modality != Modality::kFinger) continue;
    json::object finger{{"biometricSubType", json_view(finger_name(sample.position))},
                        {"quality", sample.quality},
                        {"minutiae", sample.features}};
    put_feedback(sample, finger);
    out.emplace_back(std::move(finger));
  }
  return out;
}

json::value face_json(const std::vector<engine::SampleQuality>& samples) {
  const engine::SampleQuality* face = first_of(samples, Modality::kFace);
  if (face == nullptr) return nullptr;
  json::object out{{"quality", face->quality}};
  put_feedback(*face, out);
  return out;
}

json::array scores_json(const std::vector<engine::SampleScore>& scores) {
  json::array out;
  for (const auto& score : scores) {
    // Without a calibration a face is worth nothing.
    json::object detail{{"score", two_decimals(score.score_db.value_or(0.0))}};
    if (!score.encounter_id.empty()) detail["encounterId"] = score.encounter_id;
    if (!score.galleries.empty()) {
      detail["galleries"] = json::array(score.galleries.begin(), score.galleries.end());
    }
    detail["biometricType"] = json_view(type_name(score.modality));
    if (score.modality == Modality::kFinger) detail["biometricSubType"] = json_view(finger_name(score.reference));
    detail["others"] = others_of(score);
    out.emplace_back(std::move(detail));
  }
  return out;
}

}  // namespace whorl::server
