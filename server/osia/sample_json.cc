#include "server/osia/sample_json.h"

#include <boost/json/object.hpp>

#include "base/reason_json.h"
#include "server/json/json_text.h"
#include "server/osia/names.h"

namespace whorl::server {

namespace json = boost::json;

json::array quality_json(const std::vector<engine::FingerQuality>& fingers) {
  json::array out;
  for (const auto& finger : fingers) {
    out.push_back({{"biometricSubType", json_view(osia_name(finger.position))},
                   {"quality", finger.quality},
                   {"minutiae", finger.minutiae},
                   {"feedback", finger.feedback},
                   {"feedbackReasons", reasons_json(finger.why)}});
  }
  return out;
}

json::value face_json(const std::optional<engine::FaceQuality>& face) {
  if (!face) return nullptr;
  return json::object{
      {"quality", face->quality}, {"feedback", face->feedback}, {"feedbackReasons", reasons_json(face->why)}};
}

json::array scores_json(const std::vector<engine::FingerScore>& fingers, const std::optional<engine::FaceScore>& face) {
  json::array out;
  for (const auto& finger : fingers) {
    json::object detail{{"score", two_decimals(finger.score_db)}};
    if (!finger.encounter_id.empty()) detail["encounterId"] = finger.encounter_id;
    detail["biometricType"] = "FINGER";
    detail["biometricSubType"] = json_view(osia_name(finger.reference));
    detail["others"] = json::object{{"probeSubType", json_view(osia_name(finger.probe))}};
    out.emplace_back(std::move(detail));
  }
  if (face) {
    // Without a calibration a face is worth nothing.
    json::object detail{{"score", two_decimals(face->score_db.value_or(0.0))}, {"biometricType", "FACE"}};
    if (!face->encounter_id.empty()) detail["encounterId"] = face->encounter_id;
    detail["others"] = json::object{{"cosine", two_decimals(face->cosine)}, {"calibrated", face->score_db.has_value()}};
    out.emplace_back(std::move(detail));
  }
  return out;
}

}  // namespace whorl::server
