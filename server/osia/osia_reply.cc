#include "server/osia/osia_reply.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdio>

#include "base/world.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/osia_names.h"

namespace whorl::server {
namespace {

namespace json = boost::json;
using engine::Decision;

json::string_view text(std::string_view s) { return {s.data(), s.size()}; }

std::string decimal(double x) {
  char out[64];
  std::snprintf(out, sizeof out, "%.2f", x);
  return out;
}

Reply json_reply(const json::value& value, std::string_view type = kJsonType) {
  Reply reply;
  reply.content_type = type;
  reply.body = json_text(value);
  return reply;
}

json::array quality_json(const std::vector<engine::FingerQuality>& fingers) {
  json::array out;
  for (const auto& finger : fingers) {
    out.push_back({{"biometricSubType", text(osia_name(finger.position))},
                   {"quality", finger.quality},
                   {"minutiae", finger.minutiae},
                   {"feedback", finger.feedback}});
  }
  return out;
}

json::value face_json(const std::optional<engine::FaceQuality>& face) {
  if (!face) return nullptr;
  return json::object{{"quality", face->quality}, {"feedback", face->feedback}};
}

json::array scores_json(const std::vector<engine::FingerScore>& fingers, const std::optional<engine::FaceScore>& face) {
  json::array out;
  for (const auto& finger : fingers) {
    json::object detail{{"score", two_decimals(finger.score_db)}};
    if (!finger.encounter_id.empty()) detail["encounterId"] = finger.encounter_id;
    detail["biometricType"] = "FINGER";
    detail["biometricSubType"] = text(osia_name(finger.reference));
    detail["others"] = json::object{{"probeSubType", text(osia_name(finger.probe))}};
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

json::array candidates_json(const std::vector<engine::Candidate>& candidates) {
  json::array out;
  for (const auto& candidate : candidates) {
    out.push_back({{"personId", candidate.person_id},
                   {"rank", candidate.rank},
                   {"score", two_decimals(candidate.score_db)},
                   {"scores", scores_json(candidate.fingers, candidate.face)},
                   {"others", {{"decision", text(name_of(candidate.decision))}}}});
  }
  return out;
}

void add_decision_headers(Reply& reply, Decision decision, double threshold_db, std::string_view reason) {
  reply.headers.emplace_back("Whorl-Decision", name_of(decision));
  reply.headers.emplace_back("Whorl-Threshold-Db", decimal(threshold_db));
  reply.headers.emplace_back("Whorl-Reason", header_value(reason));
}

void add_receipt_headers(Reply& reply, const engine::Receipt& receipt) {
  reply.headers.emplace_back("Whorl-Gallery-Size", std::to_string(receipt.gallery_size));
  reply.headers.emplace_back("Whorl-Searched", std::to_string(receipt.searched));
  reply.headers.emplace_back("Whorl-Shards-Ok", std::to_string(receipt.shards_ok));
  reply.headers.emplace_back("Whorl-Shards-Total", std::to_string(receipt.shards_total));
  reply.headers.emplace_back("Whorl-Comparable", std::to_string(receipt.comparable));
}

json::object whole_identify(const engine::IdentifyAnswer& answer, Decision decision, std::string_view reason) {
  const auto& receipt = answer.receipt;
  return {{"decision", text(name_of(decision))},
          {"reason", text(reason)},
          {"thresholdDb", two_decimals(answer.threshold_db)},
          {"reviewDb", two_decimals(answer.review_db)},
          {"targetFpir", answer.target_fpir},
          {"receipt",
           {{"gallerySize", receipt.gallery_size},
            {"searched", receipt.searched},
            {"shardsOk", receipt.shards_ok},
            {"shardsTotal", receipt.shards_total},
            {"comparable", receipt.comparable},
            {"complete", receipt.complete()}}},
          {"candidates", candidates_json(answer.candidates)},
          {"probe", quality_json(answer.probe)},
          {"probeFace", face_json(answer.probe_face)},
          {"compared", answer.compared},
          {"elapsedMs", two_decimals(answer.elapsed_ms)}};
}

// What this server packed into client_data at enrolment; an empty object for anything else.
json::object unpacked_client_data(const std::string& client_data) {
  if (client_data.empty()) return {};
  const auto value = parse_json(client_data);
  if (!value.ok() || !value->is_object() || value->get_object().if_contains("osia") == nullptr) return {};
  return value->get_object();
}

bool is_of_face(const json::value& description) {
  const json::value* type = description.get_object().if_contains("biometricType");
  return type != nullptr && *type == "FACE";
}

json::object take_face_description(json::array& descriptions) {
  for (auto it = descriptions.begin(); it != descriptions.end(); ++it) {
    if (!it->is_object() || !is_of_face(*it)) continue;
    json::object found = std::move(it->get_object());
    descriptions.erase(it);
    return found;
  }
  return {};
}

// Takes out of `descriptions` the first one of this finger position.
json::object take_description(json::array& descriptions, FingerPosition position) {
  for (auto it = descriptions.begin(); it != descriptions.end(); ++it) {
    if (!it->is_object() || is_of_face(*it)) continue;
    const json::value* name = it->get_object().if_contains("biometricSubType");
    if (name == nullptr || *name != text(osia_name(position))) continue;
    json::object found = std::move(it->get_object());
    descriptions.erase(it);
    return found;
  }
  return {};
}

json::object missing_json(const engine::MissingFinger& missing) {
  const auto name = text(osia_name(missing.position));
  json::object entry{{"biometricSubType", name}};
  json::object out{{"biometricType", "FINGER"}, {"biometricSubType", name}};
  if (is_one_of(missing.reason, presences())) {
    entry["presence"] = missing.reason;
  } else if (!missing.reason.empty()) {
    out["comment"] = missing.reason;
  }
  out["missing"] = json::array{std::move(entry)};
  return out;
}

json::object encounter_json(const engine::EncounterView& view) {
  json::object kept = unpacked_client_data(view.client_data);
  json::object out{{"encounterId", view.encounter_id},
                   {"status", "ACTIVE"},
                   {"encounterType", view.encounter_type},
                   {"createdDate", rfc3339(view.created)}};
  json::array galleries(view.galleries.begin(), view.galleries.end());
  out["galleries"] = std::move(galleries);
  for (const json::string_view name : {"clientData", "contextualData", "biographicData"}) {
    if (const auto* value = kept.if_contains(name)) out[name] = *value;
  }
  json::array descriptions;
  if (auto* list = kept.if_contains("biometricData"); list != nullptr && list->is_array()) {
    descriptions = std::move(list->get_array());
  }
  json::array biometrics;
  for (const auto& finger : view.fingers) {
    json::object item{{"biometricType", "FINGER"},        {"biometricSubType", text(osia_name(finger.position))},
                      {"encounterId", view.encounter_id}, {"templateFormat", text(kNativeFormat)},
                      {"quality", finger.quality},        {"qualityFormat", text(kQualityFormat)}};
    const json::object description = take_description(descriptions, finger.position);
    for (const auto& each : description) item.emplace(each.key(), each.value());  // never over one of the above
    biometrics.emplace_back(std::move(item));
  }
  if (view.face) {
    json::object item{{"biometricType", "FACE"},
                      {"encounterId", view.encounter_id},
                      {"templateFormat", text(kNativeFaceFormat)},
                      {"quality", view.face->quality},
                      {"qualityFormat", text(kQualityFormat)}};
    const json::object description = take_face_description(descriptions);
    for (const auto& each : description) item.emplace(each.key(), each.value());
    biometrics.emplace_back(std::move(item));
  }
  for (const auto& missing : view.missing) biometrics.emplace_back(missing_json(missing));
  out["biometricData"] = std::move(biometrics);
  return out;
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool accepts(std::string_view header, std::string_view type) {
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    const std::string_view item = header.substr(0, comma);
    if (same_ignoring_case(trimmed(item.substr(0, item.find(';'))), type)) return true;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

Reply enrol_reply(const engine::EnrolReceipt& receipt) {
  return json_reply({{"personId", receipt.person_id},
                     {"encounterId", receipt.encounter_id},
                     {"others",
                      {{"sequence", receipt.sequence},
                       {"fingers", quality_json(receipt.fingers)},
                       {"face", face_json(receipt.face)}}}});
}

Reply encounter_reply(const engine::EncounterView& view) { return json_reply(encounter_json(view)); }

Reply encounters_reply(const std::vector<engine::EncounterView>& views) {
  json::array out;
  for (const auto& view : views) out.emplace_back(encounter_json(view));
  return json_reply(out);
}

Reply galleries_reply(const std::vector<engine::GalleryView>& galleries) {
  json::array out;
  for (const auto& gallery : galleries) out.emplace_back(gallery.gallery_id);
  return json_reply(out);
}

Reply identify_reply(const engine::IdentifyAnswer& answer, bool whole, bool partial_ok) {
  Decision decision = answer.decision;
  std::string reason = answer.reason;
  if (decision == Decision::kNoMatch && !answer.receipt.complete()) {
    if (!partial_ok) {
      return error_reply(503, "the search did not cover the whole gallery, so there is no answer; try again");
    }
    decision = Decision::kIndeterminate;
    reason = "The search did not cover the whole gallery; nobody was found in the part that was searched.";
  }
  Reply reply = whole ? json_reply(whole_identify(answer, decision, reason), kIdentifyType)
                      : json_reply(candidates_json(answer.candidates));
  add_decision_headers(reply, decision, answer.threshold_db, reason);
  add_receipt_headers(reply, answer.receipt);
  reply.decision = name_of(decision);
  return reply;
}

Reply verify_reply(const engine::VerifyAnswer& answer, bool whole) {
  Reply reply;
  if (whole) {
    reply = json_reply({{"decision", text(name_of(answer.decision))},
                        {"reason", answer.reason},
                        {"scoreDb", two_decimals(answer.score_db)},
                        {"thresholdDb", two_decimals(answer.threshold_db)},
                        {"scores", scores_json(answer.fingers, answer.face)},
                        {"probe", quality_json(answer.probe)},
                        {"probeFace", face_json(answer.probe_face)}},
                       kVerifyType);
  } else {
    reply = json_reply(
        {{"decision", answer.decision == Decision::kMatch}, {"scores", scores_json(answer.fingers, answer.face)}});
  }
  add_decision_headers(reply, answer.decision, answer.threshold_db, answer.reason);
  reply.headers.emplace_back("Whorl-Score-Db", decimal(answer.score_db));
  reply.decision = name_of(answer.decision);
  return reply;
}

}  // namespace whorl::server
