#include "server/osia/search.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>
#include <vector>

#include "base/catalogue.h"
#include "base/identifier.h"
#include "base/limits.h"
#include "engine/access/scopes.h"
#include "engine/work.h"
#include "server/analyst/thresholds.h"
#include "server/cases/cases.h"
#include "server/http/accept.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/data_blocks.h"
#include "server/osia/error_words.h"
#include "server/osia/explain_json.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/parameters.h"
#include "server/osia/search_answer.h"
#include "server/wording.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr NumberValue kThreshold_db{10.0, 300.0};
constexpr NumberValue kRate{1e-12, 0.5};
constexpr IntegerValue kServiceLevel{0, 9};  // a hint that changes nothing
constexpr std::string_view kAccuracies[] = {"fast", "default", "exhaustive"};

constexpr std::string_view kIdentifyKnown[] = {"filter", "biometricData", "showAll", "encryption", "integrity"};
constexpr std::string_view kVerifyKnown[] = {"biometricData", "encryption", "integrity"};
constexpr std::string_view kVerifyFewKnown[] = {"personIds", "biometricData", "encryption", "integrity"};
constexpr std::string_view kCompareKnown[] = {"biometricData1", "biometricData2", "encryption", "integrity"};

// What is searched: the modalities that the filter names, or all.
using Wanted = std::vector<Modality>;

Wanted everything() {
  Wanted out;
  for (const ModalityRow& row : modalities()) out.push_back(row.modality);
  return out;
}

void want(std::string_view biometric_type, Wanted& out) {
  if (const auto modality = modality_named(biometric_type)) out.push_back(*modality);
}

Result<Wanted> read_types(const ObjectReader& filter) {
  const json::value* type = filter.find("biometricType");
  if (type == nullptr) return everything();
  Wanted out;
  if (type->is_string()) {
    WHORL_ASSIGN(const auto name, filter.one_of("biometricType", biometric_types()));
    want(*name, out);
    if (out.empty()) return filter.at("biometricType", failure(ErrorCode::kTypeNotSupported));
    return out;
  }
  WHORL_ASSIGN(const auto* names, filter.array("biometricType", biometric_types().size()));
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto* name = (*names)[i].if_string();
    if (name == nullptr || !is_one_of({name->data(), name->size()}, biometric_types())) {
      return failure(ErrorCode::kNotOneOf, filter.path_of("biometricType", i),
                     with<"allowed">(listed(biometric_types())));
    }
    want({name->data(), name->size()}, out);
  }
  if (out.empty()) return filter.at("biometricType", failure(ErrorCode::kTypeNotSupported));
  return out;
}

using Term = engine::Filter::Term;

// OSIA's own examples: nobody need have them for a filter to mean something.
constexpr std::string_view kWellKnown[] = {"dateOfBirth", "gender", "nationality", "enrollmentDate"};
constexpr std::size_t kMostTerms = 32;
constexpr std::size_t kMostValues = 64;
constexpr std::size_t kMostNameBytes = 128;

bool is_scalar(const json::value& value) { return value.is_string() || value.is_number() || value.is_bool(); }

// "xMin" and "xMax" are the ends of x; anything else is what x must be, or a list of what it may be.
Status read_term(std::string_view name, const json::value& value, const ObjectReader& filter, engine::Filter& out) {
  const auto wrong = [&] { return filter.at(name, failure(ErrorCode::kFilterValue)); };
  const bool least = name.size() > 3 && name.ends_with("Min");
  const bool most = name.size() > 3 && name.ends_with("Max");
  const std::string_view own = least || most ? name.substr(0, name.size() - 3) : name;
  if (name.empty() || name.size() > kMostNameBytes) return wrong();
  const auto same = [&](const Term& term) { return term.name == own; };
  auto at = std::find_if(out.terms.begin(), out.terms.end(), same);
  if (at == out.terms.end()) {
    out.terms.push_back({own == "encounterType", std::string(own), {}, {}, {}, is_one_of(own, kWellKnown)});
    at = out.terms.end() - 1;
  }
  if (least || most) {
    if (!is_scalar(value)) return wrong();
    (least ? at->least : at->most) = json_text(value);
    return {};
  }
  if (is_scalar(value)) {
    at->one_of = {json_text(value)};
    return {};
  }
  const auto* values = value.if_array();
  if (values == nullptr || values->empty() || values->size() > kMostValues) return wrong();
  for (const json::value& each : *values) {
    if (!is_scalar(each)) return wrong();
    at->one_of.push_back(json_text(each));
  }
  return {};
}

struct ReadFilter {
  Wanted wanted;
  engine::Filter filter;
};

Result<ReadFilter> read_filter(const json::value& value, const FieldPath& path) {
  WHORL_ASSIGN(const auto filter, ObjectReader::of(value, path));
  ReadFilter out;
  WHORL_ASSIGN(out.wanted, read_types(filter));
  const json::object& members = value.get_object();
  if (members.size() > kMostTerms) return failure(ErrorCode::kTooManyItems, path, with<"most">(kMostTerms));
  for (const auto& member : members) {
    const std::string_view name(member.key().data(), member.key().size());
    if (name != "biometricType") WHORL_TRY(read_term(name, member.value(), filter, out.filter));
  }
  return out;
}

// Leaves the samples that are wanted, and where they came from.
void keep(const Wanted& wanted, Biometrics& biometrics) {
  Biometrics kept;
  for (std::size_t i = 0; i < biometrics.samples.size(); ++i) {
    if (std::find(wanted.begin(), wanted.end(), biometrics.samples[i].modality) == wanted.end()) continue;
    kept.samples.push_back(std::move(biometrics.samples[i]));
    kept.sample_items.push_back(biometrics.sample_items[i]);
  }
  biometrics.samples = std::move(kept.samples);
  biometrics.sample_items = std::move(kept.sample_items);
}

// An extension: OSIA has no such property. The query may say it too, as it says the other extensions.
Result<bool> read_show_all(const ObjectReader& body, const Query& query) {
  const bool in_query = query.boolean("showAll").value_or(false);
  WHORL_ASSIGN(const auto in_body, body.boolean("showAll"));
  return in_query || in_body.value_or(false);
}

// A threshold, or the rate it would be derived from, but not both.
Status read_threshold(const Query& query, std::string_view rate_name, std::optional<double>& threshold_db,
                      double& rate) {
  threshold_db = query.number("threshold");
  const auto given = query.number(rate_name);
  if (given && threshold_db) return failure(ErrorCode::kThresholdAndRate, rate_name);
  rate = given.value_or(rate);
  return {};
}

// The body's JSON, with what is encrypted or signed in it opened.
Result<json::value> opened(std::string_view text, const BlockBody& kind, const access::BlockKeys& keys) {
  WHORL_ASSIGN(json::value out, parse_json(text));
  WHORL_TRY(open_blocks(out, kind, keys));
  return out;
}

Result<ObjectReader> open_body(const json::value& value, std::span<const std::string_view> known) {
  WHORL_ASSIGN(auto body, ObjectReader::of(value));
  WHORL_TRY(body.allow_only(known));
  return body;
}

// An error of "others[2]" is one of biometricData2.
Result<engine::VerifyAnswer> in_words_of_both(Result<engine::VerifyAnswer> answer, const ParsedCompare& parsed) {
  if (answer.ok()) return answer;
  Error error = std::move(answer).error();
  std::vector<FieldPath::Step> steps = error.field.steps();
  const bool of_other = !steps.empty() && steps.front().name == "others";
  if (of_other) {
    steps.erase(steps.begin());
    if (steps.empty()) steps.push_back({"samples", std::nullopt});
    error.field = FieldPath(std::move(steps));
  }
  error = in_osia_words(std::move(error), of_other ? parsed.other : parsed.one);
  steps = error.field.steps();
  if (!steps.empty() && steps.front().name == "biometricData") {
    steps.front().name = of_other ? "biometricData2" : "biometricData1";
    error.field = FieldPath(std::move(steps));
  }
  return error;
}

// Whoever gives a threshold is told of nobody below it, unless everybody is asked for.
engine::IdentifyAnswer filtered(engine::IdentifyAnswer answer, const std::optional<double>& stated_db, bool show_all) {
  if (!stated_db || show_all) return answer;
  std::erase_if(answer.candidates, [&](const engine::Candidate& c) { return c.score_db < *stated_db; });
  int rank = 0;
  for (engine::Candidate& candidate : answer.candidates) candidate.rank = ++rank;
  return answer;
}

// The call with the purpose that the query states.
engine::Call call_of(const Exchange& exchange) {
  engine::Call call = exchange.call;
  call.purpose = exchange.query.text(kPurpose.name).value_or("");
  return call;
}

// A search as it was asked for, and by which setting where none was stated.
struct Asked {
  std::optional<double> stated_db;
  std::string change_id;
};
Asked asked_for(const Exchange& exchange, engine::IdentifyRequest& request) {
  const std::optional<double> stated_db = request.threshold_db;
  return {stated_db, go_by_setting(exchange, request)};
}

Reply answered(const Exchange& exchange, engine::IdentifyAnswer answer, const engine::IdentifyRequest& request,
               const Asked& asked) {
  Reply reply = identify_reply(filtered(std::move(answer), asked.stated_db, request.show_all),
                               prefers(exchange.request.accept, kIdentifyType, kJsonType), request.partial_ok);
  if (!asked.change_id.empty()) reply.headers.emplace_back("Whorl-Threshold-Setting", asked.change_id);
  return reply;
}

// Where the caller asks for it, what a person should look at is opened as a case, whose id stands in a header.
Result<Reply> with_case(Reply reply, const Result<std::optional<engine::CaseView>>& opened) {
  WHORL_ASSIGN(const auto view, in_osia_words(opened));
  if (view) reply.headers.emplace_back("Whorl-Case", view->case_id);
  return reply;
}

bool wants_case(const Exchange& exchange) { return exchange.query.boolean("openCase").value_or(false); }

engine::CaseTerms case_terms(const Exchange& exchange) {
  return {exchange.query.text(kTransactionId.name).value_or("").substr(0, engine::kMostCaseReferenceBytes), 0};
}

Result<Reply> identify(const Exchange& exchange) {
  WHORL_ASSIGN(auto parsed, read_identify(exchange.request.body, exchange.path.at("galleryId"), exchange.query,
                                          exchange.block_keys));
  engine::IdentifyRequest& request = parsed.request;
  if (exchange.postponed(engine::pixels_to_read(request.samples))) return Reply{};
  const Asked asked = asked_for(exchange, request);
  WHORL_ASSIGN(auto answer, in_osia_words(exchange.service.identify(call_of(exchange), request), parsed.biometrics));
  if (!wants_case(exchange) || answer.decision != engine::Decision::kIndeterminate) {
    return answered(exchange, std::move(answer), request, asked);
  }
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  const auto opened = desk->open_search(call_of(exchange), request, answer, case_terms(exchange));
  return with_case(answered(exchange, std::move(answer), request, asked), opened);
}

// Whoever an enrolled person is like may be the same person, enrolled twice.
Result<std::optional<engine::CaseView>> pair_case(const Exchange& exchange, const engine::EnrolledProbe& probe,
                                                  const std::string& gallery_id, const engine::Candidate& other) {
  WHORL_ASSIGN(engine::CaseDesk * desk, case_desk_of(exchange));
  const engine::CasePair pair{gallery_id, probe, {other.person_id, {}}, other.score_db};
  WHORL_ASSIGN(engine::CaseView view, desk->open_pair(call_of(exchange), pair, case_terms(exchange)));
  return std::optional(std::move(view));
}

Result<Reply> identify_enrolled(const Exchange& exchange, std::optional<std::string> encounter_id) {
  WHORL_ASSIGN(auto request,
               read_identify_enrolled(exchange.request.body, exchange.path.at("galleryId"), exchange.query));
  if (exchange.only_checking()) return Reply{};
  const engine::EnrolledProbe probe{exchange.path.at("personId"), std::move(encounter_id)};
  const Asked asked = asked_for(exchange, request);
  WHORL_ASSIGN(auto answer, in_osia_words(exchange.service.identify_enrolled(call_of(exchange), probe, request)));
  const bool near = answer.decision != engine::Decision::kNoMatch && !answer.candidates.empty();
  if (!wants_case(exchange) || !near) return answered(exchange, std::move(answer), request, asked);
  const auto opened = pair_case(exchange, probe, request.gallery_id, answer.candidates.front());
  return with_case(answered(exchange, std::move(answer), request, asked), opened);
}

Result<Reply> identify_person(const Exchange& exchange) { return identify_enrolled(exchange, {}); }

Result<Reply> identify_encounter(const Exchange& exchange) {
  return identify_enrolled(exchange, exchange.path.at("encounterId"));
}

Result<Reply> explain(const Exchange& exchange) {
  WHORL_ASSIGN(const auto parsed, read_verify(exchange.request.body, exchange.path.at("galleryId"),
                                              exchange.path.at("personId"), exchange.query, exchange.block_keys));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  WHORL_ASSIGN(const auto explanation,
               in_osia_words(exchange.service.explain(call_of(exchange), parsed.request), parsed.biometrics));
  return explain_reply(explanation);
}

Result<Reply> compare(const Exchange& exchange) {
  WHORL_ASSIGN(const auto parsed, read_compare(exchange.request.body, exchange.query, exchange.block_keys));
  const auto pixels = engine::pixels_to_read(parsed.request.samples) + engine::pixels_to_read(parsed.request.others);
  if (exchange.postponed(pixels)) return Reply{};
  WHORL_ASSIGN(const auto answer,
               in_words_of_both(exchange.service.compare(call_of(exchange), parsed.request), parsed));
  return verify_reply(answer, prefers(exchange.request.accept, kVerifyType, kJsonType));
}

Result<Reply> verify(const Exchange& exchange) {
  WHORL_ASSIGN(const auto parsed, read_verify(exchange.request.body, exchange.path.at("galleryId"),
                                              exchange.path.at("personId"), exchange.query, exchange.block_keys));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  WHORL_ASSIGN(const auto answer,
               in_osia_words(exchange.service.verify(call_of(exchange), parsed.request), parsed.biometrics));
  return verify_reply(answer, prefers(exchange.request.accept, kVerifyType, kJsonType));
}

// What is kept of one person with another.
Result<Reply> verify_enrolled(const Exchange& exchange) {
  engine::VerifyRequest request;
  request.gallery_id = exchange.path.at("galleryId");
  request.person_id = exchange.path.at("personId");
  WHORL_TRY(read_threshold(exchange.query, "targetFmr", request.threshold_db, request.target_fmr));
  const engine::EnrolledProbe probe{exchange.path.at("personIdOther"), {}};
  WHORL_ASSIGN(const auto answer, in_osia_words(exchange.service.verify_enrolled(call_of(exchange), probe, request)));
  return verify_reply(answer, prefers(exchange.request.accept, kVerifyType, kJsonType));
}

// Each claim is a verification of its own; one that cannot be answered is the error of all.
Result<Reply> verify_few(const Exchange& exchange) {
  WHORL_ASSIGN(auto parsed, read_verify_few(exchange.request.body, exchange.path.at("galleryId"), exchange.query,
                                            exchange.block_keys));
  if (exchange.postponed(parsed.persons.size() * engine::pixels_to_read(parsed.one.request.samples))) return Reply{};
  json::array out;
  for (std::size_t i = 0; i < parsed.persons.size(); ++i) {
    parsed.one.request.person_id = parsed.persons[i];
    const auto answer =
        in_osia_words(exchange.service.verify(call_of(exchange), parsed.one.request), parsed.one.biometrics);
    if (!answer.ok() && answer.error().kind == ErrorKind::kNotFound) {
      Error unknown = answer.error();
      unknown.field = FieldPath("personIds", i);
      return unknown;
    }
    WHORL_TRY(answer);
    json::object each = verify_json(*answer);
    each["personId"] = parsed.persons[i];
    out.push_back(std::move(each));
  }
  return json_reply(out);
}

constexpr Parameter kIdentifyParameters[] = {kTransactionId,
                                             kCallback,
                                             kPriority,
                                             kPurpose,
                                             {"maxNbCand", IntegerValue{1, limits::kCandidates}},
                                             {"threshold", kThreshold_db},
                                             {"targetFpir", kRate},
                                             {"accuracyLevel", OneOfValue{kAccuracies}},
                                             {"serviceLevel", kServiceLevel},
                                             {"partialOk", BooleanValue{}},
                                             {"showAll", BooleanValue{}},
                                             {"openCase", BooleanValue{}}};
constexpr Parameter kVerifyParameters[] = {kTransactionId,
                                           kCallback,
                                           kPriority,
                                           kPurpose,
                                           {"threshold", kThreshold_db},
                                           {"targetFmr", kRate},
                                           {"accuracyLevel", OneOfValue{kAccuracies}},
                                           {"serviceLevel", kServiceLevel}};
constexpr Parameter kExplainParameters[] = {
    kTransactionId, kPurpose, {"threshold", kThreshold_db}, {"targetFmr", kRate}};
constexpr std::string_view kIdentifyAnswers[] = {kJsonType, kIdentifyType};
constexpr std::string_view kVerifyAnswers[] = {kJsonType, kVerifyType};

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "/v1/identify/{galleryId}",
     .query = kIdentifyParameters,
     .body = json_body(),
     .answers = kIdentifyAnswers,
     .scope = access::scope::kIdentify,
     .handler = identify},
    {.method = "POST",
     .path = "/v1/identify/{galleryId}/{personId}",
     .query = kIdentifyParameters,
     .body = optional_json_body(),
     .answers = kIdentifyAnswers,
     .scope = access::scope::kIdentify,
     .handler = identify_person},
    {.method = "POST",
     .path = "/v1/identify/{galleryId}/{personId}/encounters/{encounterId}",
     .query = kIdentifyParameters,
     .body = optional_json_body(),
     .answers = kIdentifyAnswers,
     .scope = access::scope::kIdentify,
     .handler = identify_encounter},
    {.method = "POST",
     .path = "/v1/verify",
     .query = kVerifyParameters,
     .body = json_body(),
     .answers = kVerifyAnswers,
     .scope = access::scope::kVerify,
     .handler = compare},
    {.method = "POST",
     .path = "/v1/verify/{galleryId}",
     .query = kVerifyParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kVerify,
     .handler = verify_few},
    {.method = "POST",
     .path = "/v1/verify/{galleryId}/{personId}/with/{personIdOther}",
     .query = kVerifyParameters,
     .answers = kVerifyAnswers,
     .scope = access::scope::kVerify,
     .handler = verify_enrolled},
    {.method = "POST",
     .path = "/v1/verify/{galleryId}/{personId}",
     .query = kVerifyParameters,
     .body = json_body(),
     .answers = kVerifyAnswers,
     .scope = access::scope::kVerify,
     .handler = verify},
    {.method = "POST",
     .path = "/v1/explain/{galleryId}/{personId}",
     .query = kExplainParameters,
     .body = json_body(),
     .answers = kJsonAnswer,
     .scope = access::scope::kExplain,
     .handler = explain},
};

}  // namespace

std::span<const Route> search_routes() { return kRoutes; }

engine::Accuracy accuracy_of(const Query& query, engine::Accuracy usual) {
  const auto level = query.text("accuracyLevel");
  if (!level) return usual;
  if (*level == "fast") return engine::Accuracy::kFast;
  return *level == "exhaustive" ? engine::Accuracy::kExhaustive : engine::Accuracy::kDefault;
}

namespace {

Result<engine::IdentifyRequest> asked_of(const std::string& gallery_id, const Query& query) {
  engine::IdentifyRequest out;
  out.gallery_id = gallery_id;
  if (const auto most = query.integer("maxNbCand")) out.max_candidates = static_cast<int>(*most);
  WHORL_TRY(read_threshold(query, "targetFpir", out.threshold_db, out.target_fpir));
  out.accuracy = accuracy_of(query, engine::Accuracy::kDefault);
  out.partial_ok = query.boolean("partialOk").value_or(false);
  out.show_all = query.boolean("showAll").value_or(false);
  return out;
}

}  // namespace

Result<Parsed<engine::IdentifyRequest>> read_identify(std::string_view text, const std::string& gallery_id,
                                                      const Query& query, const access::BlockKeys& keys) {
  Parsed<engine::IdentifyRequest> out;
  WHORL_ASSIGN(out.request, asked_of(gallery_id, query));
  WHORL_ASSIGN(const auto value, opened(text, {.required = kOneList}, keys));
  WHORL_ASSIGN(const auto body, open_body(value, kIdentifyKnown));
  const json::value* const given = body.find("filter");
  if (given == nullptr) return body.at("filter", failure(ErrorCode::kFilterMissing));
  WHORL_ASSIGN(auto filter, read_filter(*given, body.path_of("filter")));
  WHORL_ASSIGN(out.request.show_all, read_show_all(body, query));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  keep(filter.wanted, out.biometrics);
  out.request.filter = std::move(filter.filter);
  if (out.biometrics.samples.empty()) {
    return failure(ErrorCode::kNothingOfType, "filter.biometricType");
  }
  out.request.samples = std::move(out.biometrics.samples);
  return out;
}

Result<Parsed<engine::VerifyRequest>> read_verify(std::string_view text, const std::string& gallery_id,
                                                  const std::string& person_id, const Query& query,
                                                  const access::BlockKeys& keys) {
  Parsed<engine::VerifyRequest> out;
  out.request.gallery_id = gallery_id;
  out.request.person_id = person_id;
  WHORL_TRY(read_threshold(query, "targetFmr", out.request.threshold_db, out.request.target_fmr));
  WHORL_ASSIGN(const auto value, opened(text, {.required = kOneList}, keys));
  WHORL_ASSIGN(const auto body, open_body(value, kVerifyKnown));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  out.request.samples = std::move(out.biometrics.samples);
  return out;
}

Result<ParsedFew> read_verify_few(std::string_view text, const std::string& gallery_id, const Query& query,
                                  const access::BlockKeys& keys) {
  ParsedFew out;
  out.one.request.gallery_id = gallery_id;
  WHORL_TRY(read_threshold(query, "targetFmr", out.one.request.threshold_db, out.one.request.target_fmr));
  WHORL_ASSIGN(const auto value, opened(text, {.required = kOneList}, keys));
  WHORL_ASSIGN(const auto body, open_body(value, kVerifyFewKnown));
  WHORL_ASSIGN(const json::array* ids, body.required_array("personIds", kMostClaims));
  if (ids->empty()) return body.at("personIds", failure(ErrorCode::kEmpty));
  for (std::size_t i = 0; i < ids->size(); ++i) {
    const FieldPath field("personIds", i);
    const auto* id = (*ids)[i].if_string();
    if (id == nullptr) return failure(ErrorCode::kWrongType, field, with<"type">(PhraseCode::kString));
    WHORL_TRY(check_id({id->data(), id->size()}, field));
    out.persons.emplace_back(id->data(), id->size());
  }
  WHORL_ASSIGN(out.one.biometrics, read_biometrics(body));
  out.one.request.samples = std::move(out.one.biometrics.samples);
  return out;
}

Result<engine::IdentifyRequest> read_identify_enrolled(std::string_view text, const std::string& gallery_id,
                                                       const Query& query) {
  WHORL_ASSIGN(engine::IdentifyRequest out, asked_of(gallery_id, query));
  if (text.empty()) return out;
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(auto filter, read_filter(value, {}));
  out.modalities = std::move(filter.wanted);
  out.filter = std::move(filter.filter);
  return out;
}

Result<ParsedCompare> read_compare(std::string_view text, const Query& query, const access::BlockKeys& keys) {
  ParsedCompare out;
  WHORL_TRY(read_threshold(query, "targetFmr", out.request.threshold_db, out.request.target_fmr));
  WHORL_ASSIGN(const auto value, opened(text, {.lists = kTwoLists, .required = kTwoLists}, keys));
  WHORL_ASSIGN(const auto body, open_body(value, kCompareKnown));
  WHORL_ASSIGN(out.one, read_biometrics(body, "biometricData1"));
  WHORL_ASSIGN(out.other, read_biometrics(body, "biometricData2"));
  out.request.samples = std::move(out.one.samples);
  out.request.others = std::move(out.other.samples);
  return out;
}

}  // namespace whorl::server
