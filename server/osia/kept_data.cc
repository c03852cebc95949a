#include "server/osia/kept_data.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/base64.h"
#include "base/catalogue.h"
#include "base/limits.h"
#include "server/json/json_parser.h"
#include "server/json/json_text.h"
#include "server/osia/names.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

// Says that client_data is this server's own, and in which shape.
constexpr std::string_view kMark = "osia";
constexpr std::string_view kObjects[] = {"contextualData", "biographicData"};

bool is_of_face(const json::object& description) {
  const json::value* type = description.if_contains("biometricType");
  return type != nullptr && *type == "FACE";
}

bool is_of_finger(const json::object& description, FingerPosition position) {
  const json::value* name = description.if_contains("biometricSubType");
  return !is_of_face(description) && name != nullptr && *name == json_view(osia_name(position));
}

// Moves the first description for which `is_meant` holds into `item`.
template <class Meant>
void describe(json::array& descriptions, const Meant& is_meant, json::object& item) {
  const auto found = std::find_if(descriptions.begin(), descriptions.end(), [&](const json::value& each) {
    return each.is_object() && is_meant(each.get_object());
  });
  if (found == descriptions.end()) return;
  for (const auto& each : found->get_object()) item.emplace(each.key(), each.value());
  descriptions.erase(found);
}

}  // namespace

Result<std::string> pack_kept_data(const ObjectReader& body, json::array descriptions) {
  json::object out;
  out[json_view(kMark)] = 1;
  WHORL_ASSIGN(const auto client, body.text("clientData", limits::kClientDataBytes));
  if (client && !decode_base64(*client)) {
    return body.at("clientData", failure(ErrorCode::kNotBase64));
  }
  if (client) out["clientData"] = json_view(*client);
  for (const auto name : kObjects) {
    const json::value* value = body.find(name);
    if (value == nullptr) continue;
    if (!value->is_object()) return body.at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kObject)));
    out[json_view(name)] = *value;
  }
  out["biometricData"] = std::move(descriptions);
  std::string text = json_text(out);
  if (text.size() <= limits::kClientDataBytes) return text;
  return body.error("contextualData, biographicData, clientData",
                    "together they exceed " + std::to_string(limits::kClientDataBytes) + " bytes");
}

KeptData::KeptData(const std::string& client_data) {
  if (client_data.empty()) return;
  auto value = parse_json(client_data);
  if (!value.ok() || !value->is_object() || value->get_object().if_contains(json_view(kMark)) == nullptr) return;
  kept_ = std::move(value->get_object());
  auto* descriptions = kept_.if_contains("biometricData");
  if (descriptions != nullptr && descriptions->is_array()) descriptions_ = std::move(descriptions->get_array());
}

void KeptData::put_into(json::object& encounter) const {
  for (const json::string_view name : {"clientData", "contextualData", "biographicData"}) {
    if (const auto* value = kept_.if_contains(name)) encounter[name] = *value;
  }
}

void KeptData::describe_finger(FingerPosition position, json::object& item) {
  describe(
      descriptions_, [&](const json::object& each) { return is_of_finger(each, position); }, item);
}

void KeptData::describe_face(json::object& item) { describe(descriptions_, is_of_face, item); }

}  // namespace whorl::server
