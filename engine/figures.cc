// The lines that traces hear.
#include "engine/figures.h"

#include <cstdio>

namespace whorl::engine {
namespace {

std::string decibels(double db) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f dB", db);
  return text;
}

}  // namespace

std::string figures_of(const std::vector<SampleQuality>& samples) {
  const auto fingers =
      std::count_if(samples.begin(), samples.end(), [](const auto& s) { return s.modality == Modality::kFinger; });
  std::string out = std::to_string(fingers) + " fingers";
  std::string other;
  bool first = true;
  for (const SampleQuality& sample : samples) {
    const std::string quality = std::to_string(sample.quality);
    if (sample.modality != Modality::kFinger) {
      other += "; a " + std::string(row_of(sample.modality).name) + " of quality " + quality;
      continue;
    }
    out += (first ? " of quality " : ", ") + quality;
    first = false;
  }
  return out + other;
}

std::string figures_of(const Found& found) {
  return std::to_string(found.receipt.searched) + " of " + std::to_string(found.receipt.gallery_size) +
         " persons searched, " + std::to_string(found.compared) + " comparisons, " +
         std::to_string(found.persons.size()) + " persons scored";
}

std::string figures_of(const ScoredPerson& person) {
  return decibels(person.score_db) + ", " + std::to_string(person.scores.size()) + " samples paired";
}

std::string figures_elsewhere(const std::vector<ScoredPerson>& persons) {
  if (persons.empty() || !persons.front().by_modality[Modality::kFinger].compared)
    return "nothing compared at other positions";
  return "best at other positions " + decibels(persons.front().score_db);
}

std::string figures_of(const Verdict& verdict, const Rules& rules) {
  return std::string(name_of(verdict.decision)) + " (" + std::string(verdict.reason.code.name()) + "), threshold " +
         decibels(rules.threshold_db);
}

}  // namespace whorl::engine
