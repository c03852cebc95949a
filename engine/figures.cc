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

std::string figures_of(const std::vector<FingerQuality>& fingers, const std::optional<FaceQuality>& face) {
  std::string out = std::to_string(fingers.size()) + " fingers";
  for (const FingerQuality& finger : fingers) {
    out += (&finger == &fingers.front() ? " of quality " : ", ") + std::to_string(finger.quality);
  }
  return face ? out + "; a face of quality " + std::to_string(face->quality) : out;
}

std::string figures_of(const Found& found) {
  return std::to_string(found.receipt.searched) + " of " + std::to_string(found.receipt.gallery_size) +
         " persons searched, " + std::to_string(found.compared) + " comparisons, " +
         std::to_string(found.persons.size()) + " persons scored";
}

std::string figures_of(const ScoredPerson& person) {
  return decibels(person.score_db) + ", " + std::to_string(person.fingers.size()) + " fingers paired";
}

std::string figures_elsewhere(const std::vector<ScoredPerson>& persons) {
  if (persons.empty() || !persons.front().fingers_compared) return "nothing compared at other positions";
  return "best at other positions " + decibels(persons.front().score_db);
}

std::string figures_of(const Verdict& verdict, const Rules& rules) {
  return std::string(name_of(verdict.decision)) + " (" + std::string(verdict.reason.code.name()) + "), threshold " +
         decibels(rules.threshold_db);
}

}  // namespace whorl::engine
