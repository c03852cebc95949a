#include "server/osia/explain_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <numbers>

#include "server/json/json_text.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/picture_json.h"
#include "server/osia/search_answer.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

double one_decimal(float x) { return std::round(static_cast<double>(x) * 10) / 10; }

json::array minutiae_json(const std::vector<fingerprint::Minutia>& minutiae) {
  constexpr double kDegrees = 180 / std::numbers::pi;
  json::array out;
  for (const fingerprint::Minutia& each : minutiae) {
    const bool ending = each.type == fingerprint::MinutiaType::kEnding;
    out.push_back({{"x", one_decimal(each.x_px500)},
                   {"y", one_decimal(each.y_px500)},
                   {"direction", std::lround(static_cast<double>(each.direction_rad) * kDegrees) % 360},
                   {"type", ending ? "ending" : "bifurcation"},
                   {"quality", each.quality}});
  }
  return out;
}

json::object drawing_json(const engine::FingerDrawing& drawing) {
  return {{"biometricSubType", json_view(osia_name(drawing.position))},
          {"quality", drawing.quality},
          {"width", drawing.width_px500},
          {"height", drawing.height_px500},
          {"minutiae", minutiae_json(drawing.minutiae)},
          {"ridges", picture_json(drawing.ridges)},
          {"image", picture_json(drawing.image)}};
}

}  // namespace

json::object finger_json(const engine::FingerExplained& finger) {
  json::array pairs;
  for (const auto& pair : finger.pairs) pairs.push_back({{"probe", pair.probe}, {"reference", pair.reference}});
  return {{"encounterId", finger.encounter_id},
          {"score", two_decimals(finger.score_db)},
          {"probe", drawing_json(finger.probe)},
          {"reference", drawing_json(finger.reference)},
          {"pairs", std::move(pairs)}};
}

json::object explain_json(const engine::Explanation& explanation) {
  json::object out = verify_json(explanation.verified);
  json::array fingers;
  for (const auto& finger : explanation.fingers) fingers.emplace_back(finger_json(finger));
  out["fingers"] = std::move(fingers);
  out["leastShownDb"] = engine::kLeastShown_db;
  return out;
}

Reply explain_reply(const engine::Explanation& explanation) {
  Reply reply = json_reply(explain_json(explanation));
  reply.decision = name_of(explanation.verified.decision);
  return reply;
}

}  // namespace whorl::server
