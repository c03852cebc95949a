#include "server/osia/search.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>
#include <vector>

#include "base/catalogue.h"
#include "base/limits.h"
#include "engine/access/scopes.h"
#include "engine/work.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/osia/error_words.h"
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
constexpr std::string_view kFilterKnown[] = {"biometricType"};
constexpr std::string_view kUnsupported[] = {"encryption", "integrity"};

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

Result<Wanted> read_filter(const ObjectReader& body) {
  const json::value* value = body.find("filter");
  if (value == nullptr) return body.at("filter", failure(ErrorCode::kFilterMissing));
  WHORL_ASSIGN(const auto filter, ObjectReader::of(*value, body.path_of("filter")));
  WHORL_TRY(filter.allow_only(kFilterKnown));
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
  const json::value* value = body.find("showAll");
  if (value == nullptr) return in_query;
  if (!value->is_bool()) return body.at("showAll", failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kBoolean)));
  return in_query || value->get_bool();
}

engine::Accuracy accuracy_of(const Query& query) {
  const auto level = query.text("accuracyLevel");
  if (level == "fast") return engine::Accuracy::kFast;
  return level == "exhaustive" ? engine::Accuracy::kExhaustive : engine::Accuracy::kDefault;
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

Result<ObjectReader> open_body(const json::value& value, std::span<const std::string_view> known) {
  WHORL_ASSIGN(auto body, ObjectReader::of(value));
  WHORL_TRY(body.refuse(kUnsupported));
  WHORL_TRY(body.allow_only(known));
  return body;
}

Result<Reply> identify(const Exchange& exchange) {
  WHORL_ASSIGN(const auto parsed, read_identify(exchange.request.body, exchange.path.at("galleryId"), exchange.query));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  WHORL_ASSIGN(auto answer, in_osia_words(exchange.service.identify(exchange.call, parsed.request), parsed.biometrics));
  return identify_reply(std::move(answer), names_type(exchange.request.accept, kIdentifyType),
                        parsed.request.partial_ok);
}

Result<Reply> verify(const Exchange& exchange) {
  WHORL_ASSIGN(const auto parsed, read_verify(exchange.request.body, exchange.path.at("galleryId"),
                                              exchange.path.at("personId"), exchange.query));
  if (exchange.postponed(engine::pixels_to_read(parsed.request.samples))) return Reply{};
  WHORL_ASSIGN(const auto answer,
               in_osia_words(exchange.service.verify(exchange.call, parsed.request), parsed.biometrics));
  return verify_reply(answer, names_type(exchange.request.accept, kVerifyType));
}

constexpr Parameter kIdentifyParameters[] = {kTransactionId,
                                             kCallback,
                                             kPriority,
                                             {"maxNbCand", IntegerValue{1, limits::kCandidates}},
                                             {"threshold", kThreshold_db},
                                             {"targetFpir", kRate},
                                             {"accuracyLevel", OneOfValue{kAccuracies}},
                                             {"serviceLevel", kServiceLevel},
                                             {"partialOk", BooleanValue{}},
                                             {"showAll", BooleanValue{}}};
constexpr Parameter kVerifyParameters[] = {kTransactionId,
                                           kCallback,
                                           kPriority,
                                           {"threshold", kThreshold_db},
                                           {"targetFmr", kRate},
                                           {"accuracyLevel", OneOfValue{kAccuracies}},
                                           {"serviceLevel", kServiceLevel}};
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
     .path = "/v1/verify/{galleryId}/{personId}",
     .query = kVerifyParameters,
     .body = json_body(),
     .answers = kVerifyAnswers,
     .scope = access::scope::kVerify,
     .handler = verify},
};

}  // namespace

std::span<const Route> search_routes() { return kRoutes; }

Result<Parsed<engine::IdentifyRequest>> read_identify(std::string_view text, const std::string& gallery_id,
                                                      const Query& query) {
  Parsed<engine::IdentifyRequest> out;
  out.request.gallery_id = gallery_id;
  if (const auto most = query.integer("maxNbCand")) out.request.max_candidates = static_cast<int>(*most);
  WHORL_TRY(read_threshold(query, "targetFpir", out.request.threshold_db, out.request.target_fpir));
  out.request.accuracy = accuracy_of(query);
  out.request.partial_ok = query.boolean("partialOk").value_or(false);
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, open_body(value, kIdentifyKnown));
  WHORL_ASSIGN(const Wanted wanted, read_filter(body));
  WHORL_ASSIGN(out.request.show_all, read_show_all(body, query));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  keep(wanted, out.biometrics);
  if (out.biometrics.samples.empty()) {
    return failure(ErrorCode::kNothingOfType, "filter.biometricType");
  }
  out.request.samples = std::move(out.biometrics.samples);
  return out;
}

Result<Parsed<engine::VerifyRequest>> read_verify(std::string_view text, const std::string& gallery_id,
                                                  const std::string& person_id, const Query& query) {
  Parsed<engine::VerifyRequest> out;
  out.request.gallery_id = gallery_id;
  out.request.person_id = person_id;
  WHORL_TRY(read_threshold(query, "targetFmr", out.request.threshold_db, out.request.target_fmr));
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, open_body(value, kVerifyKnown));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  out.request.samples = std::move(out.biometrics.samples);
  return out;
}

}  // namespace whorl::server
