#include "server/http/handlers.h"

#include <exception>
#include <new>

#include "server/http/query.h"
#include "server/osia/osia_reply.h"
#include "server/osia/osia_request.h"

namespace whorl::server {
namespace {

constexpr std::string_view kReadQuery[] = {"transactionId", "callback", "priority"};
constexpr std::string_view kEnrolQuery[] = {"transactionId", "callback", "priority", "algorithm"};
constexpr std::string_view kIdentifyQuery[] = {"transactionId", "callback",     "priority",
                                               "maxNbCand",     "threshold",    "targetFpir",
                                               "accuracyLevel", "serviceLevel", "partialOk"};
constexpr std::string_view kVerifyQuery[] = {"transactionId", "callback",      "priority",    "threshold",
                                             "targetFmr",     "accuracyLevel", "serviceLevel"};

std::span<const std::string_view> known_query(RouteId id) {
  switch (id) {
    case RouteId::kCreatePerson:
    case RouteId::kCreateEncounter:
    case RouteId::kCreateEncounterWithId: return kEnrolQuery;
    case RouteId::kIdentify: return kIdentifyQuery;
    case RouteId::kVerify: return kVerifyQuery;
    default: return kReadQuery;
  }
}

Status check_path(const RouteMatch& match) {
  const auto has = [&](std::string_view brace) { return match.route->path.find(brace) != std::string_view::npos; };
  if (has("{galleryId}")) WHORL_TRY(check_id(match.ids.gallery_id, "galleryId"));
  if (has("{personId}")) WHORL_TRY(check_id(match.ids.person_id, "personId"));
  if (has("{encounterId}")) WHORL_TRY(check_id(match.ids.encounter_id, "encounterId"));
  return {};
}

Result<Reply> enrol(engine::Service& service, const engine::Call& call, const RouteMatch& match,
                    const Request& request) {
  WHORL_ASSIGN(auto parsed, read_enrol(request.body, match.ids));
  // OSIA: an encounter for a person who does not exist makes the person.
  if (match.route->id != RouteId::kCreatePerson) parsed.request.person_rule = engine::PersonRule::kEither;
  const auto receipt = service.enrol(call, parsed.request);
  if (!receipt.ok()) return in_osia_words(receipt.error(), parsed.biometrics);
  return enrol_reply(*receipt);
}

Result<Reply> identify(engine::Service& service, const engine::Call& call, const RouteMatch& match,
                       const Request& request, const Query& query) {
  WHORL_TRY(query.integer("serviceLevel", 0, 9));
  WHORL_ASSIGN(auto parsed, read_identify(request.body, match.ids, query));
  const auto answer = service.identify(call, parsed.request);
  if (!answer.ok()) return in_osia_words(answer.error(), parsed.biometrics);
  return identify_reply(*answer, accepts(request.accept, kIdentifyType), parsed.request.partial_ok);
}

Result<Reply> verify(engine::Service& service, const engine::Call& call, const RouteMatch& match,
                     const Request& request, const Query& query) {
  WHORL_TRY(query.integer("serviceLevel", 0, 9));
  WHORL_ASSIGN(auto parsed, read_verify(request.body, match.ids, query));
  const auto answer = service.verify(call, parsed.request);
  if (!answer.ok()) return in_osia_words(answer.error(), parsed.biometrics);
  return verify_reply(*answer, accepts(request.accept, kVerifyType));
}

Reply no_content() {
  Reply reply;
  reply.status = 204;
  reply.content_type.clear();
  return reply;
}

Result<Reply> answer(engine::Service& service, const engine::Call& call, const RouteMatch& match,
                     const Request& request) {
  WHORL_ASSIGN(const auto query, Query::parse(request.target, known_query(match.route->id)));
  WHORL_TRY(check_common_query(query));
  WHORL_TRY(check_path(match));
  const PathIds& ids = match.ids;
  switch (match.route->id) {
    case RouteId::kCreatePerson:
    case RouteId::kCreateEncounter:
    case RouteId::kCreateEncounterWithId: return enrol(service, call, match, request);
    case RouteId::kIdentify: return identify(service, call, match, request, query);
    case RouteId::kVerify: return verify(service, call, match, request, query);
    case RouteId::kGalleries: return galleries_reply(service.galleries(call));
    case RouteId::kReadEncounters: {
      WHORL_ASSIGN(const auto views, service.encounters(call, ids.person_id));
      return encounters_reply(views);
    }
    case RouteId::kReadEncounter: {
      WHORL_ASSIGN(const auto view, service.encounter(call, ids.person_id, ids.encounter_id));
      return encounter_reply(view);
    }
    case RouteId::kDeleteEncounter: {
      WHORL_TRY(service.erase_encounter(call, ids.person_id, ids.encounter_id));
      return no_content();
    }
    case RouteId::kDeletePerson: {
      WHORL_TRY(service.erase_person(call, ids.person_id));
      return no_content();
    }
    case RouteId::kLivez:
    case RouteId::kReadyz:
    case RouteId::kMetrics: break;
  }
  return internal_error("route is not for the workers");
}

}  // namespace

Reply handle(engine::Service& service, const engine::Call& call, const RouteMatch& match, const Request& request) {
  try {
    auto reply = answer(service, call, match, request);
    if (reply.ok()) return std::move(reply).value();
    Error error = in_osia_words(reply.error(), {});
    return error_reply(error, request.id);
  } catch (const std::bad_alloc&) {
    return error_reply(503, "not enough memory for this request; try again");
  } catch (const std::exception& e) {
    return error_reply(internal_error(e.what()), request.id);
  } catch (...) {
    return error_reply(internal_error("unknown exception"), request.id);
  }
}

}  // namespace whorl::server
