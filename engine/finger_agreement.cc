// Who is pointed to, and by which finger.
#include "engine/finger_agreement.h"

#include <algorithm>
#include <vector>

#include "engine/fusion.h"

namespace whorl::engine {
namespace {

struct Pointer {
  const ScoredPerson* person = nullptr;
  const FingerEvidence* finger = nullptr;
};

std::vector<Pointer> pointers(std::span<const ScoredPerson> persons, double line_db) {
  std::vector<Pointer> out;
  for (const ScoredPerson& person : persons) {
    for (const FingerEvidence& finger : person.by_finger) {
      if (finger.score_db >= line_db) out.push_back({&person, &finger});
    }
  }
  return out;
}

// What the person scores with this finger of the probe; nothing where they have none to compare.
std::optional<double> score_of(const ScoredPerson& person, std::uint32_t group) {
  const auto at = std::find_if(person.by_finger.begin(), person.by_finger.end(),
                               [&](const FingerEvidence& finger) { return finger.group == group; });
  return at == person.by_finger.end() ? std::nullopt : std::optional(at->score_db);
}

// The second finger was compared with the first's person and does not point to them; nor does the first to the second's
// person, or they have none to compare.
bool disagree(const Pointer& a, const Pointer& b) {
  if (a.person == b.person || a.finger->group == b.finger->group) return false;
  const auto of_first = score_of(*a.person, b.finger->group);
  const auto of_second = score_of(*b.person, a.finger->group);
  return of_first && *of_first < kPoints_db && of_second.value_or(0) < kPoints_db;
}

}  // namespace

std::optional<Disagreement> disagreement(std::span<const ScoredPerson> persons, double line_db) {
  const std::vector<Pointer> all = pointers(persons, std::max(line_db, kPoints_db));
  for (const Pointer& a : all) {
    for (const Pointer& b : all) {
      if (disagree(a, b)) return Disagreement{a.person, *a.finger, b.person, *b.finger};
    }
  }
  return {};
}

std::optional<FingerEvidence> lone_finger(const ScoredPerson& person, double line_db) {
  const bool others = std::any_of(person.scores.begin(), person.scores.end(),
                                  [](const SampleScore& score) { return score.modality != Modality::kFinger; });
  if (person.by_finger.size() < 2 && !others) return {};
  const auto best =
      std::max_element(person.by_finger.begin(), person.by_finger.end(),
                       [](const FingerEvidence& a, const FingerEvidence& b) { return a.score_db < b.score_db; });
  if (best == person.by_finger.end()) return {};
  FingerEvidence out = *best;
  out.score_db = best_of_db(out.score_db, person.by_finger.size());
  return out.score_db >= line_db ? std::optional(out) : std::nullopt;
}

std::optional<Doubt> doubt(const ScoredPerson& person, double line_db) {
  const auto& fingers = person.by_finger;
  const auto points = [&](const FingerEvidence& f) { return f.score_db >= std::max(line_db, kPoints_db); };
  const auto unlike = [](const FingerEvidence& f) { return f.good && f.score_db < kNothingAlike_db; };
  const auto pointing = std::find_if(fingers.begin(), fingers.end(), points);
  const auto other = std::find_if(fingers.begin(), fingers.end(), unlike);
  if (pointing == fingers.end() || other == fingers.end()) return {};
  if (std::count_if(fingers.begin(), fingers.end(), unlike) < std::count_if(fingers.begin(), fingers.end(), points)) {
    return {};
  }
  return Doubt{*pointing, *other};
}

}  // namespace whorl::engine
