// Any request target and body: refused as invalid input that names its reason, or an engine request within
// its bounds; and what an encounter keeps is given back as it came. Input: one byte (which route), the target
// up to a line feed, the body.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>

#include "server/json/json_reader.h"
#include "server/osia/osia_reply.h"
#include "server/osia/osia_request.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using fuzz::require;

void check_error(const Error& error) {
  require(error.kind == ErrorKind::kInvalidInput && !error.message.empty());
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  const std::string field = error.field.text();
  require(std::all_of(field.begin(), field.end(), printable));
}

void check_samples(const std::vector<engine::FingerSample>& fingers, const std::optional<engine::FaceSample>& face) {
  require((!fingers.empty() || face) && fingers.size() <= server::kMaxFingers);
  if (face) require(face->image.empty() != face->native_template.empty());
  for (const auto& finger : fingers) require(finger.image.empty() != finger.native_template.empty());
}

void check_encounter(const engine::EnrolRequest& request, std::string_view body) {
  check_samples(request.fingers, request.face);
  require(request.client_data.size() <= server::kMaxClientDataBytes && !request.galleries.empty());
  engine::EncounterView view;
  view.encounter_id = "e";
  view.encounter_type = request.encounter_type;
  view.galleries = request.galleries;
  for (const auto& finger : request.fingers) view.fingers.push_back({finger.position, 1, 1, ""});
  if (request.face) view.face = engine::FaceQuality{1, ""};
  view.missing = request.missing;
  view.client_data = request.client_data;
  const auto answer = boost::json::parse(server::encounter_reply(view).body).as_object();
  const auto asked = server::parse_json(body);
  require(asked.ok());
  for (const char* name : {"contextualData", "biographicData", "clientData", "encounterType", "galleries"}) {
    const auto* in = asked->as_object().if_contains(name);
    const auto* out = answer.if_contains(name);
    require((in == nullptr) == (out == nullptr) && (in == nullptr || *in == *out));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  const auto line = std::min(text.find('\n'), text.size());
  const std::string_view target = text.substr(0, line);
  const std::string_view body = text.substr(std::min(line + 1, text.size()));
  static constexpr std::string_view kKnown[] = {"transactionId", "maxNbCand",     "threshold", "targetFpir",
                                                "targetFmr",     "accuracyLevel", "partialOk", "priority"};
  const auto match = server::match_route(data[0] % 2 == 0 ? "POST" : "GET", target);
  require(match.route == nullptr || match.allow.empty());
  const auto query = server::Query::parse(target, kKnown);
  if (!query.ok()) {
    check_error(query.error());
    return 0;
  }
  if (const auto status = server::check_common_query(*query); !status.ok()) check_error(status.error());
  if (const auto enrol = server::read_enrol(body, match.ids); enrol.ok()) {
    check_encounter(enrol->request, body);
  } else {
    check_error(enrol.error());
  }
  if (const auto identify = server::read_identify(body, match.ids, *query); identify.ok()) {
    check_samples(identify->request.fingers, identify->request.face);
    require(identify->request.max_candidates >= 1 && identify->request.target_fpir > 0);
  } else {
    check_error(identify.error());
  }
  if (const auto verify = server::read_verify(body, match.ids, *query); verify.ok()) {
    check_samples(verify->request.fingers, verify->request.face);
  } else {
    check_error(verify.error());
  }
  return 0;
}
