#include "server/osia/data_about.h"

#include <boost/json/value.hpp>

#include "base/base64.h"
#include "base/catalogue.h"
#include "base/limits.h"
#include "server/json/json_parser.h"
#include "server/json/json_text.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

Result<std::string> read_object(const ObjectReader& body, std::string_view name) {
  const json::value* value = body.find(name);
  if (value == nullptr) return std::string();
  if (!value->is_object()) return body.at(name, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kObject)));
  return json_text(*value);
}

// Of an object that read_object has made; anything else is not shown.
void put_object(std::string_view name, const std::string& text, json::object& encounter) {
  if (text.empty()) return;
  auto value = parse_json(text);
  if (value.ok() && value->is_object()) encounter[json_view(name)] = std::move(*value);
}

}  // namespace

Status read_data_about(const ObjectReader& body, engine::EnrolRequest& request) {
  WHORL_ASSIGN(const auto client, body.text("clientData", base64_size(limits::kClientDataBytes)));
  if (client) {
    const auto bytes = decode_base64(*client);
    if (!bytes) return body.at("clientData", failure(ErrorCode::kNotBase64));
    request.client_data = as_text(*bytes);
  }
  WHORL_ASSIGN(request.contextual_data, read_object(body, "contextualData"));
  WHORL_ASSIGN(request.biographic_data, read_object(body, "biographicData"));
  const std::size_t bytes =
      request.client_data.size() + request.contextual_data.size() + request.biographic_data.size();
  if (bytes <= limits::kClientDataBytes) return {};
  return body.at("contextualData, biographicData, clientData",
                 failure(ErrorCode::kClientDataTooLong, with<"most_bytes">(limits::kClientDataBytes)));
}

void put_data_about(const engine::EncounterView& view, json::object& encounter) {
  if (!view.client_data.empty()) encounter["clientData"] = encode_base64(as_bytes(view.client_data));
  put_object("contextualData", view.contextual_data, encounter);
  put_object("biographicData", view.biographic_data, encounter);
}

}  // namespace whorl::server
