// Calibrates, fuses and names one person's pairs.
#include "engine/person_fusion.h"

#include <algorithm>
#include <map>

#include "engine/finger_agreement.h"
#include "engine/known_position.h"

namespace whorl::engine {
namespace {

std::uint32_t reference_group(const index::PairScore& pair) {
  if (pair.reference != FingerPosition::kUnknown) return static_cast<std::uint32_t>(pair.reference);
  constexpr std::uint32_t kFirstUnknown = 16;
  return kFirstUnknown + pair.encounter * kFirstUnknown + pair.finger;
}

double db_of(const index::PairScore& pair, const Probe& probe, const Calibration& calibration) {
  const double db = calibration.db(pair.score);
  const FingerPosition position = probe.fingers[pair.probe].position;
  return position != FingerPosition::kUnknown && position == pair.reference ? known_position_db(db) : db;
}

std::vector<ScoredPair> scored_pairs(std::span<const index::PairScore> pairs, const Probe& probe,
                                     const Calibration& calibration) {
  std::vector<ScoredPair> out;
  out.reserve(pairs.size());
  for (const index::PairScore& pair : pairs) {
    out.push_back({probe.fingers[pair.probe].group, reference_group(pair), db_of(pair, probe, calibration)});
  }
  return out;
}

std::optional<std::size_t> most_alike(const std::vector<index::FaceScore>& faces) {
  if (faces.empty()) return {};
  const auto at =
      std::max_element(faces.begin(), faces.end(), [](const auto& a, const auto& b) { return a.cosine < b.cosine; });
  return static_cast<std::size_t>(at - faces.begin());
}

std::vector<FingerEvidence> by_finger(const std::vector<ScoredPair>& pairs, const Probe& probe) {
  std::map<std::uint32_t, std::pair<double, std::size_t>> groups;  // the best, and how many tries
  for (const ScoredPair& pair : pairs) {
    auto& [best, tries] = groups[pair.probe_group];
    best = std::max(best, pair.db);
    ++tries;
  }
  std::vector<FingerEvidence> out;
  for (const auto& each : groups) {
    const std::uint32_t group = each.first;
    const auto& [best, tries] = each.second;
    const auto of_group = [group](const ProbeFinger& f) { return f.group == group; };
    const auto finger = std::find_if(probe.fingers.begin(), probe.fingers.end(), of_group);
    const bool good = std::any_of(probe.fingers.begin(), probe.fingers.end(), [&](const ProbeFinger& f) {
      return of_group(f) && f.print.print().quality >= kGoodQuality;
    });
    out.push_back({finger->position, group, best_of_db(best, tries), good});
  }
  return out;
}

bool conclusive(const index::PersonScore& person, const Probe& probe) {
  if (probe.face && probe.face->decisive && !person.faces.empty()) return true;
  return std::any_of(person.pairs.begin(), person.pairs.end(),
                     [&](const index::PairScore& pair) { return probe.fingers[pair.probe].decisive; });
}

}  // namespace

std::vector<SampleScore> take_scores(ScoredPerson& person) {
  std::vector<SampleScore> out;
  for (FingerScore& finger : person.fingers) {
    out.push_back({Modality::kFinger, std::move(finger.encounter_id), static_cast<std::uint8_t>(finger.probe),
                   static_cast<std::uint8_t>(finger.reference), finger.score_db});
  }
  if (person.face) {
    out.push_back(
        {Modality::kFace, std::move(person.face->encounter_id), 0, 0, person.face->score_db, person.face->cosine});
  }
  return out;
}

PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, Calibrations calibrations) {
  PersonFusion out;
  out.pairs = scored_pairs(person.pairs, probe, calibrations.fingers);
  out.best_face = most_alike(person.faces);
  if (out.best_face && calibrations.face != nullptr) {
    out.face_db = best_of_db(calibrations.face->db(person.faces[*out.best_face].cosine), person.faces.size());
  }
  out.fused = fuse(out.pairs, out.face_db);
  out.order = out.fused.db;
  // Where faces have no calibration, likeness orders persons of (nearly) equal decibels.
  constexpr double kNearlyEqual_db = 1e-3;
  if (out.best_face && calibrations.face == nullptr) {
    out.order += kNearlyEqual_db * (1 + person.faces[*out.best_face].cosine);
  }
  return out;
}

ScoredPerson scored_person(const index::PersonScore& person, const Probe& probe, Calibrations calibrations) {
  const PersonFusion fusion = fuse_person(person, probe, calibrations);
  ScoredPerson out;
  out.person_id = person.person_id;
  out.order = fusion.order;
  out.score_db = fusion.fused.db;
  out.fingers_db = fusion.fused.fingers_db;
  out.fingers_compared = !person.pairs.empty();
  out.conclusive = conclusive(person, probe);
  out.by_finger = by_finger(fusion.pairs, probe);
  for (const std::size_t i : fusion.fused.used) {
    const index::PairScore& pair = person.pairs[i];
    out.fingers.push_back(
        {person.encounter_ids[pair.encounter], probe.fingers[pair.probe].position, pair.reference, fusion.pairs[i].db});
  }
  if (fusion.best_face) {
    const index::FaceScore& face = person.faces[*fusion.best_face];
    out.face = FaceScore{person.encounter_ids[face.encounter], face.cosine, fusion.face_db};
  }
  return out;
}

}  // namespace whorl::engine
