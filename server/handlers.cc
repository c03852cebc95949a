#include "server/handlers.h"

#include <exception>
#include <new>

#include "server/osia_reply.h"
#include "server/osia_request.h"
#include "server/query.h"

namespace whorl::server {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

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

// OSIA: an encounter for a person who does not exist makes the person. The engine keeps the two apart, so it
// is told which of them this is; when another request makes or erases the person in between, the other one is
// tried.
Result<engine::EnrolReceipt> enrol_for(Service& service, engine::EnrolRequest& request) {
  const auto known = service.encounters(request.person_id);
  if (!known.ok() && known.error().kind != ErrorKind::kNotFound) return known.error();
  request.new_person = !known.ok();
  auto receipt = service.enrol(request);
  const ErrorKind raced = request.new_person ? ErrorKind::kAlreadyExists : ErrorKind::kNotFound;
  if (receipt.ok() || receipt.error().kind != raced) return receipt;
  request.new_person = !request.new_person;
  return service.enrol(request);
}

Result<Reply> enrol(Service& service, const RouteMatch& match, const Request& request) {
  WHORL_ASSIGN(auto parsed, read_enrol(request.body, match.ids));
  const bool anonymous = match.route->id == RouteId::kCreatePerson;
  const auto receipt = anonymous ? service.enrol(parsed.request) : enrol_for(service, parsed.request);
  if (!receipt.ok()) return in_osia_words(receipt.error(), parsed.biometrics);
  return enrol_reply(*receipt);
}

Result<Reply> identify(Service& service, const RouteMatch& match, const Request& request, const Query& query,
                       Deadline deadline) {
  WHORL_TRY(query.integer("serviceLevel", 0, 9));
  WHORL_ASSIGN(auto parsed, read_identify(request.body, match.ids, query));
  parsed.request.deadline = deadline;
  const auto answer = service.identify(parsed.request);
  if (!answer.ok()) return in_osia_words(answer.error(), parsed.biometrics);
  return identify_reply(*answer, accepts(request.accept, kIdentifyType), parsed.request.partial_ok);
}

Result<Reply> verify(Service& service, const RouteMatch& match, const Request& request, const Query& query,
                     Deadline deadline) {
  WHORL_TRY(query.integer("serviceLevel", 0, 9));
  WHORL_ASSIGN(auto parsed, read_verify(request.body, match.ids, query));
  parsed.request.deadline = deadline;
  const auto answer = service.verify(parsed.request);
  if (!answer.ok()) return in_osia_words(answer.error(), parsed.biometrics);
  return verify_reply(*answer, accepts(request.accept, kVerifyType));
}

Reply no_content() {
  Reply reply;
  reply.status = 204;
  reply.content_type.clear();
  return reply;
}

Result<Reply> answer(Service& service, const RouteMatch& match, const Request& request, Deadline deadline) {
  WHORL_ASSIGN(const auto query, Query::parse(request.target, known_query(match.route->id)));
  WHORL_TRY(check_common_query(query));
  WHORL_TRY(check_path(match));
  const PathIds& ids = match.ids;
  switch (match.route->id) {
    case RouteId::kCreatePerson:
    case RouteId::kCreateEncounter:
    case RouteId::kCreateEncounterWithId: return enrol(service, match, request);
    case RouteId::kIdentify: return identify(service, match, request, query, deadline);
    case RouteId::kVerify: return verify(service, match, request, query, deadline);
    case RouteId::kGalleries: return galleries_reply(service.galleries());
    case RouteId::kReadEncounters: {
      WHORL_ASSIGN(const auto views, service.encounters(ids.person_id));
      return encounters_reply(views);
    }
    case RouteId::kReadEncounter: {
      WHORL_ASSIGN(const auto view, service.encounter(ids.person_id, ids.encounter_id));
      return encounter_reply(view);
    }
    case RouteId::kDeleteEncounter: {
      WHORL_TRY(service.erase_encounter(ids.person_id, ids.encounter_id));
      return no_content();
    }
    case RouteId::kDeletePerson: {
      WHORL_TRY(service.erase_person(ids.person_id));
      return no_content();
    }
    case RouteId::kLivez:
    case RouteId::kReadyz:
    case RouteId::kMetrics: break;
  }
  return internal_error("route is not for the workers");
}

}  // namespace

Reply handle(Service& service, const RouteMatch& match, const Request& request, Deadline deadline) {
  try {
    auto reply = answer(service, match, request, deadline);
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
