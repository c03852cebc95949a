#include "server/osia/osia_request.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>

#include "base/base64.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/osia_names.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxIdBytes = 128;
constexpr std::size_t kMaxGalleries = 16;
constexpr std::size_t kMaxTypeBytes = 64;
constexpr double kMaxThreshold_db = 300.0;
constexpr double kSmallestRate = 1e-12;
constexpr double kLargestRate = 0.5;

constexpr std::string_view kEncounterKnown[] = {"encounterId",    "status",        "encounterType", "createdDate",
                                                "updatedDate",    "galleries",     "clientData",    "contextualData",
                                                "biographicData", "biometricData", "encryption",    "integrity"};
constexpr std::string_view kIdentifyKnown[] = {"filter", "biometricData", "encryption", "integrity"};
constexpr std::string_view kVerifyKnown[] = {"biometricData", "encryption", "integrity"};
constexpr std::string_view kFilterKnown[] = {"biometricType"};
constexpr std::string_view kUnsupported[] = {"encryption", "integrity"};
constexpr std::string_view kSetByServer[] = {"createdDate", "updatedDate"};
constexpr std::string_view kStatuses[] = {"ACTIVE", "INACTIVE"};

json::string_view key(std::string_view name) { return {name.data(), name.size()}; }

Result<std::vector<std::string>> read_galleries(const ObjectReader& body) {
  WHORL_ASSIGN(const auto* items, body.required_array("galleries", kMaxGalleries));
  if (items->empty()) return body.error("galleries", "must name at least one gallery");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* text = (*items)[i].if_string();
    const FieldPath path = body.path_of("galleries", i);
    if (text == nullptr) return invalid_input("must be a string", path);
    std::string id(text->data(), text->size());
    WHORL_TRY(check_id(id, path));
    if (id == "ALL") return invalid_input("ALL names every gallery in a search; nothing is enrolled into it", path);
    if (std::find(out.begin(), out.end(), id) != out.end()) return invalid_input("stands twice", path);
    out.push_back(std::move(id));
  }
  return out;
}

Status check_status(const ObjectReader& body) {
  WHORL_TRY(body.required_text("status", kMaxTypeBytes));
  WHORL_ASSIGN(const auto status, body.one_of("status", kStatuses));
  if (*status == "ACTIVE") return {};
  return body.error("status", "only ACTIVE is supported: every encounter that is kept is searched");
}

Status check_encounter_id(const ObjectReader& body, const PathIds& ids) {
  WHORL_ASSIGN(const auto id, body.text("encounterId", kMaxIdBytes));
  if (!id || *id == ids.encounter_id) return {};
  return body.error("encounterId", ids.encounter_id.empty() ? "is made by the server here; to choose it, POST to "
                                                              "/v1/persons/{personId}/encounters/{encounterId}"
                                                            : "differs from the one in the path");
}

Status keep_object(const ObjectReader& body, std::string_view name, json::object& out) {
  const json::value* value = body.find(name);
  if (value == nullptr) return {};
  if (!value->is_object()) return body.error(name, "must be a JSON object");
  out[key(name)] = *value;
  return {};
}

Result<std::string> pack_client_data(const ObjectReader& body, Biometrics& biometrics) {
  json::object out;
  out["osia"] = 1;
  WHORL_ASSIGN(const auto client, body.text("clientData", kMaxClientDataBytes));
  if (client && !decode_base64(*client)) {
    return body.error("clientData", "is not valid base64 (RFC 4648, padded, without line breaks)");
  }
  if (client) out["clientData"] = key(*client);
  WHORL_TRY(keep_object(body, "contextualData", out));
  WHORL_TRY(keep_object(body, "biographicData", out));
  out["biometricData"] = std::move(biometrics.descriptions);
  std::string text = json_text(out);
  if (text.size() <= kMaxClientDataBytes) return text;
  return body.error("contextualData, biographicData, clientData",
                    "together they exceed " + std::to_string(kMaxClientDataBytes) + " bytes");
}

// What is searched: what the filter names, or everything.
struct Wanted {
  bool fingers = true;
  bool face = true;
};

Result<Wanted> read_filter(const ObjectReader& body) {
  const json::value* value = body.find("filter");
  if (value == nullptr) return body.error("filter", "required property is missing; {} filters nothing");
  WHORL_ASSIGN(const auto filter, ObjectReader::of(*value, body.path_of("filter")));
  WHORL_TRY(filter.allow_only(kFilterKnown));
  const json::value* type = filter.find("biometricType");
  if (type == nullptr) return Wanted{};
  Wanted out{false, false};
  const auto want = [&out](std::string_view name) {
    out.fingers = out.fingers || name == "FINGER";
    out.face = out.face || name == "FACE";
  };
  if (type->is_string()) {
    WHORL_ASSIGN(const auto name, filter.one_of("biometricType", biometric_types()));
    want(*name);
    if (!out.fingers && !out.face) return filter.error("biometricType", "only FINGER and FACE are searched");
    return out;
  }
  WHORL_ASSIGN(const auto* names, filter.array("biometricType", biometric_types().size()));
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto* name = (*names)[i].if_string();
    if (name == nullptr || !is_one_of({name->data(), name->size()}, biometric_types())) {
      return invalid_input("must be one of " + listed(biometric_types()), filter.path_of("biometricType", i));
    }
    want({name->data(), name->size()});
  }
  if (!out.fingers && !out.face) return filter.error("biometricType", "only FINGER and FACE are searched");
  return out;
}

Result<engine::Accuracy> read_accuracy(const Query& query) {
  const std::string* level = query.find("accuracyLevel");
  if (level == nullptr || *level == "default") return engine::Accuracy::kDefault;
  if (*level == "fast") return engine::Accuracy::kFast;
  if (*level == "exhaustive") return engine::Accuracy::kExhaustive;
  return invalid_input("must be fast, default or exhaustive", "accuracyLevel");
}

// A threshold, or the rate it would be derived from, but not both.
Status read_threshold(const Query& query, std::string_view rate_name, std::optional<double>& threshold_db,
                      double& rate) {
  WHORL_ASSIGN(threshold_db, query.number("threshold", 0.0, kMaxThreshold_db));
  WHORL_ASSIGN(const auto given, query.number(rate_name, kSmallestRate, kLargestRate));
  if (given && threshold_db) {
    return invalid_input("give this or threshold, not both", std::string(rate_name));
  }
  if (given) rate = *given;
  return {};
}

Result<ObjectReader> open_body(const json::value& value, std::span<const std::string_view> known) {
  WHORL_ASSIGN(auto body, ObjectReader::of(value));
  WHORL_TRY(body.refuse(kUnsupported));
  WHORL_TRY(body.allow_only(known));
  return body;
}

}  // namespace

Status check_id(std::string_view id, const FieldPath& field) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == ':' || c == '-';
  };
  if (!id.empty() && id.size() <= kMaxIdBytes && std::all_of(id.begin(), id.end(), allowed)) return {};
  return invalid_input("must be 1 to 128 letters, digits, '.', '_', ':' or '-'", field);
}

Result<Parsed<engine::EnrolRequest>> read_enrol(std::string_view text, const PathIds& ids) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, open_body(value, kEncounterKnown));
  for (const auto name : kSetByServer) {
    if (body.find(name) != nullptr) return body.error(name, "is set by the server; leave it out");
  }
  WHORL_TRY(check_encounter_id(body, ids));
  WHORL_TRY(check_status(body));
  Parsed<engine::EnrolRequest> out;
  WHORL_ASSIGN(const auto type, body.required_text("encounterType", kMaxTypeBytes));
  if (type.empty()) return body.error("encounterType", "is empty");
  out.request.encounter_type = type;
  WHORL_ASSIGN(out.request.galleries, read_galleries(body));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  WHORL_ASSIGN(out.request.client_data, pack_client_data(body, out.biometrics));
  out.request.person_id = ids.person_id;
  out.request.encounter_id = ids.encounter_id;
  out.request.fingers = std::move(out.biometrics.fingers);
  out.request.missing = std::move(out.biometrics.missing);
  out.request.face = std::move(out.biometrics.face);
  return out;
}

Result<Parsed<engine::IdentifyRequest>> read_identify(std::string_view text, const PathIds& ids, const Query& query) {
  constexpr std::int64_t kMostCandidates = 1000;
  Parsed<engine::IdentifyRequest> out;
  out.request.gallery_id = ids.gallery_id;
  WHORL_ASSIGN(const auto candidates, query.integer("maxNbCand", 1, kMostCandidates));
  if (candidates) out.request.max_candidates = static_cast<int>(*candidates);
  WHORL_TRY(read_threshold(query, "targetFpir", out.request.threshold_db, out.request.target_fpir));
  WHORL_ASSIGN(out.request.accuracy, read_accuracy(query));
  WHORL_ASSIGN(const auto partial, query.boolean("partialOk"));
  out.request.partial_ok = partial.value_or(false);
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, open_body(value, kIdentifyKnown));
  WHORL_ASSIGN(const Wanted wanted, read_filter(body));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  if (wanted.fingers) out.request.fingers = std::move(out.biometrics.fingers);
  if (wanted.face) out.request.face = std::move(out.biometrics.face);
  if (out.request.fingers.empty() && !out.request.face) {
    return invalid_input("biometricData holds nothing of this type", "filter.biometricType");
  }
  return out;
}

Result<Parsed<engine::VerifyRequest>> read_verify(std::string_view text, const PathIds& ids, const Query& query) {
  Parsed<engine::VerifyRequest> out;
  out.request.gallery_id = ids.gallery_id;
  out.request.person_id = ids.person_id;
  WHORL_TRY(read_threshold(query, "targetFmr", out.request.threshold_db, out.request.target_fmr));
  WHORL_TRY(read_accuracy(query));
  WHORL_ASSIGN(const auto value, parse_json(text));
  WHORL_ASSIGN(const auto body, open_body(value, kVerifyKnown));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body));
  out.request.fingers = std::move(out.biometrics.fingers);
  out.request.face = std::move(out.biometrics.face);
  return out;
}

}  // namespace whorl::server
