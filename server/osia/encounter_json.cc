#include "server/osia/encounter_json.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>

#include "base/base64.h"
#include "base/catalogue.h"
#include "base/identifier.h"
#include "base/limits.h"
#include "base/rfc3339.h"
#include "base/world.h"
#include "engine/formats.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"
#include "server/json/json_text.h"
#include "server/osia/capture_json.h"
#include "server/osia/data_about.h"
#include "server/osia/data_blocks.h"
#include "server/osia/json_reply.h"
#include "server/osia/names.h"
#include "server/osia/sample_json.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kKnown[] = {"encounterId",    "status",        "encounterType", "createdDate",
                                       "updatedDate",    "galleries",     "clientData",    "contextualData",
                                       "biographicData", "biometricData", "encryption",    "integrity"};
constexpr std::string_view kRequired[] = {"status", "encounterType", "galleries", "biometricData"};
constexpr std::string_view kSetByServer[] = {"createdDate", "updatedDate"};
constexpr std::string_view kStatuses[] = {"ACTIVE", "INACTIVE"};

Result<std::vector<std::string>> galleries_in(const json::array& items) {
  if (items.empty() || items.size() > limits::kGalleriesOfEncounter) {
    return failure(ErrorCode::kGalleryCount, "galleries", with<"most">(limits::kGalleriesOfEncounter));
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto* text = items[i].if_string();
    const FieldPath path("galleries", i);
    if (text == nullptr) return failure(ErrorCode::kWrongType, path, with<"type">(PhraseCode::kString));
    std::string id(text->data(), text->size());
    WHORL_TRY(check_id(id, path));
    if (id == "ALL") return failure(ErrorCode::kNoGalleryOfAll, path);
    if (std::find(out.begin(), out.end(), id) != out.end()) return failure(ErrorCode::kGalleryTwice, path);
    out.push_back(std::move(id));
  }
  return out;
}

Result<bool> read_status(const ObjectReader& body) {
  WHORL_TRY(body.required_text("status", limits::kEncounterTypeBytes));
  WHORL_ASSIGN(const auto status, body.one_of("status", kStatuses));
  return *status == "ACTIVE";
}

Status check_encounter_id(const ObjectReader& body, const std::string& of_path) {
  WHORL_ASSIGN(const auto id, body.text("encounterId", limits::kIdBytes));
  if (!id || *id == of_path) return {};
  return body.at("encounterId",
                 of_path.empty() ? failure(ErrorCode::kEncounterIdMadeHere) : failure(ErrorCode::kEncounterIdDiffers));
}

Status check_properties(const ObjectReader& body, const std::string& encounter_id, bool of_change) {
  WHORL_TRY(body.allow_only(kKnown));
  for (const auto name : kSetByServer) {
    if (!of_change && body.find(name) != nullptr) return body.at(name, failure(ErrorCode::kSetByServer));
    WHORL_ASSIGN(const auto date, body.text(name, capture_limits::kDateBytes));
    if (date && !is_rfc3339(*date)) return body.at(name, failure(ErrorCode::kNotADateTime));
  }
  return check_encounter_id(body, encounter_id);
}

json::object sample_item(const engine::EncounterView& view, const engine::SampleView& sample) {
  const bool face = sample.modality == Modality::kFace;
  json::object out{{"biometricType", json_view(type_name(sample.modality))},
                   {"encounterId", view.encounter_id},
                   {"templateFormat", json_view(engine::template_name(sample.format))},
                   {"quality", sample.quality},
                   {"qualityFormat", json_view(kQualityFormat)}};
  if (!face) {
    out["biometricSubType"] = json_view(osia_name(static_cast<FingerPosition>(sample.position)));
  } else if (sample.position == kFacePortrait) {
    out["biometricSubType"] = json_view(kPortrait);
  }
  put_capture(sample.capture, out);
  return out;
}

json::object missing_item(const engine::MissingFinger& missing) {
  const auto name = json_view(osia_name(missing.position));
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

}  // namespace

json::object encounter_json(const engine::EncounterView& view) {
  json::object out{{"encounterId", view.encounter_id},
                   {"status", view.active ? "ACTIVE" : "INACTIVE"},
                   {"encounterType", view.encounter_type},
                   {"createdDate", rfc3339(view.created)},
                   {"galleries", json::array(view.galleries.begin(), view.galleries.end())}};
  if (view.updated) out["updatedDate"] = rfc3339(*view.updated);
  put_data_about(view, out);
  json::array biometrics;
  for (const auto& sample : view.samples) biometrics.emplace_back(sample_item(view, sample));
  for (const auto& missing : view.missing) biometrics.emplace_back(missing_item(missing));
  out["biometricData"] = std::move(biometrics);
  return out;
}

namespace {

// What the sender said of it stays as it was said.
void put_image(const engine::KeptImageView& image, json::object& item) {
  item["image"] = encode_base64(image.bytes);
  if (!item.contains("mimeType")) item["mimeType"] = json_view(image.media_type);
  if (image.resolution_ppi && !item.contains("resolution")) item["resolution"] = std::llround(*image.resolution_ppi);
}

json::object with_images(const engine::EncounterWithImages& found) {
  json::object out = encounter_json(found.encounter);
  json::array& items = out.at("biometricData").as_array();
  for (const engine::KeptImageView& image : found.images) put_image(image, items.at(image.sample).as_object());
  return out;
}

}  // namespace

Result<Parsed<engine::EnrolRequest>> read_enrol(std::string_view text, const std::string& person_id,
                                                const std::string& encounter_id, const access::BlockKeys& keys,
                                                const KeptSample& kept) {
  WHORL_ASSIGN(auto value, parse_json(text));
  WHORL_TRY(open_blocks(value, {.required = kRequired, .names_encounter = !encounter_id.empty()}, keys));
  WHORL_ASSIGN(const auto body, ObjectReader::of(value));
  WHORL_TRY(check_properties(body, encounter_id, static_cast<bool>(kept)));
  Parsed<engine::EnrolRequest> out;
  WHORL_ASSIGN(const auto type, body.required_text("encounterType", limits::kEncounterTypeBytes));
  if (type.empty()) return body.at("encounterType", failure(ErrorCode::kEmpty));
  out.request.encounter_type = type;
  WHORL_ASSIGN(const auto* galleries, body.required_array("galleries", limits::kGalleriesOfEncounter));
  WHORL_ASSIGN(out.request.galleries, galleries_in(*galleries));
  WHORL_ASSIGN(out.request.active, read_status(body));
  WHORL_ASSIGN(out.biometrics, read_biometrics(body, "biometricData", kept));
  WHORL_TRY(read_data_about(body, out.request));
  out.request.person_id = person_id;
  out.request.encounter_id = encounter_id;
  out.request.samples = std::move(out.biometrics.samples);
  out.request.missing = std::move(out.biometrics.missing);
  return out;
}

Result<std::vector<std::string>> read_galleries(std::string_view text) {
  WHORL_ASSIGN(const auto value, parse_json(text));
  const auto* items = value.if_array();
  if (items == nullptr) return failure(ErrorCode::kWrongType, "galleries", with<"type">(PhraseCode::kArray));
  return galleries_in(*items);
}

Reply enrol_reply(const engine::EnrolReceipt& receipt) {
  json::object others;
  if (receipt.sequence > 0) others["sequence"] = receipt.sequence;
  others["fingers"] = quality_json(receipt.samples);
  others["face"] = face_json(receipt.samples);
  return json_reply(
      {{"personId", receipt.person_id}, {"encounterId", receipt.encounter_id}, {"others", std::move(others)}});
}

Result<Reply> encounter_reply(const engine::EncounterWithImages& found, const AnswerBlocks& blocks,
                              const access::BlockKeys& keys) {
  json::object out = with_images(found);
  WHORL_TRY(put_blocks(blocks, keys, out));
  return json_reply(out);
}

Result<Reply> encounters_reply(const std::vector<engine::EncounterWithImages>& all, const AnswerBlocks& blocks,
                               const access::BlockKeys& keys) {
  json::array out;
  for (const auto& found : all) {
    json::object one = with_images(found);
    WHORL_TRY(put_blocks(blocks, keys, one));
    out.emplace_back(std::move(one));
  }
  return json_reply(out);
}

}  // namespace whorl::server
