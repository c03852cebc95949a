#include "server/osia/error_words.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

namespace whorl::server {
namespace {

using Renaming = std::pair<std::string_view, std::string_view>;
constexpr Renaming kMembers[] = {{"resolution_ppi", "resolution"},
                                 {"position", "biometricSubType"},
                                 {"format", "templateFormat"},
                                 {"reason", "missing"}};
constexpr Renaming kImage[] = {{"bytes", "image"}};
constexpr Renaming kTemplate[] = {{"bytes", "template"}};
constexpr Renaming kFields[] = {{"person_id", "personId"},
                                {"encounter_id", "encounterId"},
                                {"gallery_id", "galleryId"},
                                {"case_id", "caseId"},
                                {"contextual_data", "contextualData"},
                                {"other_person_id", "otherPersonId"},
                                {"samples", "biometricData"},
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

// The item of biometricData from which the engine's list entry was read, and what its bytes are called there.
struct ItemWords {
  std::size_t number = 0;
  std::span<const Renaming> bytes;
};

std::optional<ItemWords> item_of(const FieldPath::Step& step, const Biometrics& biometrics) {
  if (!step.index) return std::nullopt;
  if (step.name == "samples" && *step.index < biometrics.sample_items.size()) {
    const Biometrics::Item& item = biometrics.sample_items[*step.index];
    return ItemWords{item.number, item.image ? kImage : kTemplate};
  }
  if (step.name == "missing" && *step.index < biometrics.missing_items.size()) {
    return ItemWords{biometrics.missing_items[*step.index], {}};
  }
  return std::nullopt;
}

}  // namespace

Error in_osia_words(Error error, const Biometrics& biometrics) {
  std::vector<FieldPath::Step> steps = error.field.steps();
  if (steps.empty()) return error;
  if (const auto item = item_of(steps[0], biometrics)) {
    steps[0] = {"biometricData", item->number};
    for (std::size_t i = 1; i < steps.size(); ++i) {
      steps[i] = renamed(renamed(std::move(steps[i]), item->bytes), kMembers);
    }
  } else if (!steps[0].index) {
    steps[0] = renamed(std::move(steps[0]), kFields);
  }
  error.field = FieldPath(std::move(steps));
  return error;
}

}  // namespace whorl::server
