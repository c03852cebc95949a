#include "engine/ranking.h"

namespace whorl::engine {
namespace {

std::uint32_t reference_group(const index::PairScore& pair) {
  if (pair.reference != FingerPosition::kUnknown) return static_cast<std::uint32_t>(pair.reference);
  constexpr std::uint32_t kFirstUnknown = 16;
  return kFirstUnknown + pair.encounter * kFirstUnknown + pair.finger;
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

index::Ranker fused_ranker(const Probe& probe, const Calibration& calibration) {
  return [&](std::span<const index::PairScore> pairs) { return fuse(scored_pairs(pairs, probe, calibration)).db; };
}

PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, const Calibration& calibration) {
  const auto scored = scored_pairs(person.pairs, probe, calibration);
  const Fused fused = fuse(scored);
  PersonFusion out;
  out.score_db = fused.db;
  for (const std::size_t i : fused.used) {
    const index::PairScore& pair = person.pairs[i];
    out.fingers.push_back(
        {person.encounter_ids[pair.encounter], probe.positions[pair.probe], pair.reference, scored[i].db});
  }
  return out;
}

}  // namespace whorl::engine
