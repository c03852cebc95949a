#include "engine/ranking.h"

#include <algorithm>

namespace whorl::engine {
namespace {

std::uint32_t reference_group(const index::PairScore& pair) {
  if (pair.reference != FingerPosition::kUnknown) return static_cast<std::uint32_t>(pair.reference);
  constexpr std::uint32_t kFirstUnknown = 16;
  return kFirstUnknown + pair.encounter * kFirstUnknown + pair.finger;
}

// The most alike of the person's faces; null when there is none.
const index::FaceScore* best_face(const index::PersonScore& person) {
  const auto it = std::max_element(person.faces.begin(), person.faces.end(),
                                   [](const auto& a, const auto& b) { return a.cosine < b.cosine; });
  return it == person.faces.end() ? nullptr : &*it;
}

std::optional<double> face_db(const index::PersonScore& person, const Calibration* calibration) {
  const index::FaceScore* best = best_face(person);
  if (best == nullptr || calibration == nullptr) return {};
  return best_of_db(calibration->db(best->cosine), person.faces.size());
}

}  // namespace

std::vector<ScoredPair> scored_pairs(std::span<const index::PairScore> pairs, const Probe& probe,
                                     const Calibration& calibration) {
  std::vector<ScoredPair> out;
  out.reserve(pairs.size());
  for (const index::PairScore& pair : pairs) {
    out.push_back({probe.group[pair.probe], reference_group(pair), calibration.db(pair.score)});
  }
  return out;
}

Calibrations calibrations_of(const EngineConfig& config) {
  return {config.calibration, config.face_calibration ? &*config.face_calibration : nullptr};
}

index::Ranker fused_ranker(const Probe& probe, Calibrations calibrations) {
  return [&probe, calibrations](const index::PersonScore& person) {
    const auto pairs = scored_pairs(person.pairs, probe, calibrations.fingers);
    const double db = fuse(pairs, face_db(person, calibrations.face)).db;
    constexpr double kNearlyEqual_db = 1e-3;
    const index::FaceScore* face = calibrations.face == nullptr ? best_face(person) : nullptr;
    return face == nullptr ? db : db + kNearlyEqual_db * (1 + face->cosine);
  };
}

PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, Calibrations calibrations) {
  const auto scored = scored_pairs(person.pairs, probe, calibrations.fingers);
  const auto of_face = face_db(person, calibrations.face);
  const Fused fused = fuse(scored, of_face);
  PersonFusion out;
  out.score_db = fused.db;
  out.fingers_db = fused.fingers_db;
  for (const std::size_t i : fused.used) {
    const index::PairScore& pair = person.pairs[i];
    out.fingers.push_back(
        {person.encounter_ids[pair.encounter], probe.positions[pair.probe], pair.reference, scored[i].db});
  }
  if (const index::FaceScore* face = best_face(person)) {
    out.face = FaceScore{person.encounter_ids[face->encounter], face->cosine, of_face};
  }
  return out;
}

}  // namespace whorl::engine
