#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/reason_json.h"
#include "engine/access/scopes.h"
#include "engine/work.h"
#include "server/json/json_parser.h"
#include "server/json/json_text.h"
#include "server/osia/biometric_data.h"
#include "server/osia/error_words.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/parameters.h"
#include "server/osia/picture_json.h"
#include "server/web/me.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kKnown[] = {"biometricData"};

std::string_view sub_type_of(const engine::SampleQuality& sample) {
  if (sample.modality == Modality::kFinger) return osia_name(static_cast<FingerPosition>(sample.position));
  return sample.position == kFacePortrait ? kPortrait : "UNKNOWN";
}

json::object assessment_json(const engine::SampleAssessment& sample) {
  return {{"biometricType", json_view(type_name(sample.quality.modality))},
          {"biometricSubType", json_view(sub_type_of(sample.quality))},
          {"quality", sample.quality.quality},
          {"minutiae", sample.quality.features},
          {"usable", sample.usable},
          {"resolutionDoubtful", sample.resolution_doubtful},
          {"feedback", sample.quality.feedback},
          {"feedbackReasons", reasons_json(sample.quality.why)},
          {"preview", picture_json(sample.preview)}};
}

Result<Reply> assess(const Exchange& exchange) {
  WHORL_ASSIGN(const auto value, parse_json(exchange.request.body));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(kKnown));
  WHORL_ASSIGN(auto biometrics, read_biometrics(body));
  if (exchange.postponed(engine::pixels_to_read(biometrics.samples))) return Reply{};
  engine::AssessRequest request{std::move(biometrics.samples)};
  WHORL_ASSIGN(const auto answer, in_osia_words(exchange.service.assess(exchange.call, request), biometrics));
  json::array samples;
  for (const auto& sample : answer.samples) samples.emplace_back(assessment_json(sample));
  return json_reply(json::object{{"samples", std::move(samples)}});
}

constexpr Parameter kParameters[] = {{"transactionId", TextValue{1, 256}}};

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/v1/assess",
     .query = kParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kSampleAssess,
     .handler = assess},
};

}  // namespace

std::span<const Route> assess_routes() { return kRoutes; }

}  // namespace whorl::server
