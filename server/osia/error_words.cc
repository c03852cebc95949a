#include "server/osia/error_words.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace whorl::server {
namespace {

using Renaming = std::pair<std::string_view, std::string_view>;
constexpr Renaming kMembers[] = {{"image_ppi", "resolution"},
                                 {"native_template", "template"},
                                 {"position", "biometricSubType"},
                                 {"reason", "missing"}};
constexpr Renaming kFields[] = {{"person_id", "personId"},
                                {"encounter_id", "encounterId"},
                                {"gallery_id", "galleryId"},
                                {"fingers", "biometricData"},
                                {"missing", "biometricData"},
                                {"encounter_type", "encounterType"},
                                {"max_candidates", "maxNbCand"},
                                {"target_fpir", "targetFpir"},
                                {"target_fmr", "targetFmr"},
                                {"threshold_db", "threshold"},
                                {"client_data", "contextualData, biographicData, clientData"}};

FieldPath::Step renamed(FieldPath::Step step, std::span<const Renaming> table) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const Renaming& r) { return r.first == step.name; });
  if (at != table.end()) step.name = at->second;
  return step;
}

// The item of biometricData from which the engine's list entry, or face, was read.
std::optional<std::size_t> item_of(const FieldPath::Step& step, const Biometrics& biometrics) {
  if (step.name == "face" && biometrics.face) return biometrics.face_item;
  if (!step.index) return std::nullopt;
  const auto of = [&](const std::vector<std::size_t>& items) {
    return *step.index < items.size() ? std::optional(items[*step.index]) : std::nullopt;
  };
  if (step.name == "fingers") return of(biometrics.finger_items);
  return step.name == "missing" ? of(biometrics.missing_items) : std::nullopt;
}

}  // namespace

Error in_osia_words(Error error, const Biometrics& biometrics) {
  std::vector<FieldPath::Step> steps = error.field.steps();
  if (steps.empty()) return error;
  if (const auto item = item_of(steps[0], biometrics)) {
    steps[0] = {"biometricData", *item};
    for (std::size_t i = 1; i < steps.size(); ++i) steps[i] = renamed(std::move(steps[i]), kMembers);
  } else if (!steps[0].index) {
    steps[0] = renamed(std::move(steps[0]), kFields);
  }
  error.field = FieldPath(std::move(steps));
  return error;
}

}  // namespace whorl::server
