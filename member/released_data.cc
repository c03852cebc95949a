#include "member/released_data.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "base/world.h"

namespace whorl::member {
namespace {

namespace json = boost::json;
using engine::EncounterView;
using exchange::Item;

json::value parsed(const std::string& text) {
  json::error_code error;
  json::value out = json::parse(text, error);
  return error ? json::value(nullptr) : out;
}

bool is_of_document(std::string_view name) {
  std::string low(name);
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return std::tolower(c); });
  return low.starts_with("document") || low.starts_with("passport");
}

json::object biographic(const std::vector<EncounterView>& encounters, bool of_document) {
  json::object out;
  const EncounterView* last = nullptr;
  for (const EncounterView& each : encounters) {
    if (!each.biographic_data.empty() && (last == nullptr || each.created > last->created)) last = &each;
  }
  if (last == nullptr) return out;
  const json::value all = parsed(last->biographic_data);
  if (!all.is_object()) return out;
  for (const auto& [name, value] : all.get_object()) {
    if (is_of_document(name) == of_document) out[name] = value;
  }
  return out;
}

json::array met(const std::vector<EncounterView>& encounters) {
  json::array out;
  for (const EncounterView& each : encounters)
    out.push_back(json::object{{"encounterType", each.encounter_type},
                               {"created", rfc3339(each.created)},
                               {"contextualData", parsed(each.contextual_data)}});
  return out;
}

json::array statuses(const std::vector<EncounterView>& encounters) {
  json::array out;
  for (const EncounterView& each : encounters) {
    json::array galleries;
    for (const std::string& gallery : each.galleries) galleries.emplace_back(gallery);
    out.push_back(json::object{{"status", each.active ? "ACTIVE" : "INACTIVE"}, {"galleries", std::move(galleries)}});
  }
  return out;
}

}  // namespace

bool can_be_released(Item item) { return item != Item::kFaceImage && item != Item::kFingerImages; }

Result<std::string> released_data(const std::vector<EncounterView>& encounters, const std::vector<Item>& items) {
  if (encounters.empty()) return internal_error("nothing is kept of a person whose data are released");
  json::object out;
  for (const Item item : items) {
    json::value& value = out[exchange::name_of(item)];
    switch (item) {
      case Item::kIdentity: value = biographic(encounters, false); break;
      case Item::kDocument: value = biographic(encounters, true); break;
      case Item::kEncounter: value = met(encounters); break;
      case Item::kStatus: value = statuses(encounters); break;
      case Item::kFaceImage:
      case Item::kFingerImages: return internal_error("images are not released");
    }
  }
  return json::serialize(out);
}

}  // namespace whorl::member
