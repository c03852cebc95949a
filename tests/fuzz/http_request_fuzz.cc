// Any request target and body: refused as invalid input that names its reason, or an engine request within its bounds;
// and what an encounter keeps is given back as it came. Input: one byte (the method), the target up to a line feed, the
// body.
#include <algorithm>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "server/json/json_parser.h"
#include "server/osia/encounter_json.h"
#include "server/osia/search.h"
#include "server/routes.h"
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

void check_samples(const std::vector<Sample>& samples) {
  require(!samples.empty() && samples.size() <= limits::kFingers + 1);
  for (const Sample& sample : samples) require(!sample.bytes.empty() && sample.format != Format::kUnstated);
}

void check_encounter(const engine::EnrolRequest& request, std::string_view body) {
  check_samples(request.samples);
  require(request.client_data.size() + request.biographic_data.size() + request.contextual_data.size() <=
              limits::kClientDataBytes &&
          !request.galleries.empty());
  engine::EncounterView view;
  view.encounter_id = "e";
  view.encounter_type = request.encounter_type;
  view.galleries = request.galleries;
  for (const Sample& sample : request.samples) {
    view.samples.push_back({sample.modality, sample.position, 1, 1, {}, sample.capture});
  }
  view.missing = request.missing;
  view.biographic_data = request.biographic_data;
  view.contextual_data = request.contextual_data;
  view.client_data = request.client_data;
  const auto told = server::parse_json(server::encounter_reply({view, {}}, {}, {})->body);
  const auto asked = server::parse_json(body);
  require(asked.ok() && told.ok());
  const auto& answer = told->as_object();
  for (const char* name : {"contextualData", "biographicData", "clientData", "encounterType", "galleries"}) {
    const auto* in = asked->as_object().if_contains(name);
    const auto* out = answer.if_contains(name);
    if (in != nullptr && in->is_string() && in->get_string().empty()) in = nullptr;  // no client data
    require((in == nullptr) == (out == nullptr) && (in == nullptr || *in == *out));
  }
}

void check_query(std::string_view target, std::span<const server::Parameter> declared) {
  const auto query = server::Query::parse(target, declared);
  if (!query.ok()) check_error(query.error());
}

// The body as each operation would read it, with the query of the target where that is one of the operation's.
void check_searches(std::string_view target, std::string_view body) {
  for (const server::Route& route : server::search_routes()) {
    const auto parsed = server::Query::parse(target, route.query);
    if (!parsed.ok()) check_error(parsed.error());
    const server::Query query = parsed.ok() ? *parsed : server::Query();
    if (route.path.starts_with("/v1/identify/")) {
      const auto identify = server::read_identify(body, "g", query, {});
      if (!identify.ok()) {
        check_error(identify.error());
        continue;
      }
      check_samples(identify->request.samples);
      require(identify->request.max_candidates >= 1 && identify->request.target_fpir > 0);
    } else if (const auto verify = server::read_verify(body, "g", "p", query, {}); verify.ok()) {
      check_samples(verify->request.samples);
    } else {
      check_error(verify.error());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  const auto line = std::min(text.find('\n'), text.size());
  const std::string_view target = text.substr(0, line);
  const std::string_view body = text.substr(std::min(line + 1, text.size()));
  const auto match = server::served_routes().match(data[0] % 2 == 0 ? "POST" : "GET", target);
  require(match.route == nullptr || match.allow.empty());
  if (match.route != nullptr) check_query(target, match.route->query);
  if (const auto enrol = server::read_enrol(body, "", "", {}); enrol.ok()) {
    check_encounter(enrol->request, body);
  } else {
    check_error(enrol.error());
  }
  check_searches(target, body);
  return 0;
}
