// Calibrates, fuses and names one person's pairs.
#include "engine/person_fusion.h"

#include <algorithm>
#include <map>

#include "engine/finger_agreement.h"
#include "engine/known_position.h"

namespace whorl::engine {
namespace {

std::uint32_t reference_group(const index::PairScore& pair) {
  if (pair.reference != 0) return pair.reference;
  constexpr std::uint32_t kFirstUnknown = 16;
  return kFirstUnknown + pair.encounter * kFirstUnknown + pair.sample;
}

double db_of(const index::PairScore& pair, const ProbeSample& probe, const Calibration& calibration) {
  const double db = calibration.db(pair.score);
  const bool known_finger = pair.modality == Modality::kFinger && probe.position != 0;
  return known_finger && probe.position == pair.reference ? known_position_db(db) : db;
}

std::vector<FingerEvidence> by_finger(const std::vector<ScoredPair>& pairs, const Probe& probe) {
  std::map<std::uint32_t, std::pair<double, std::size_t>> groups;  // the best, and how many tries
  for (const ScoredPair& pair : pairs) {
    if (pair.modality != Modality::kFinger) continue;
    auto& [best, tries] = groups[pair.probe_group];
    best = std::max(best, pair.db);
    ++tries;
  }
  const auto fingers = probe.of(Modality::kFinger);
  std::vector<FingerEvidence> out;
  for (const auto& each : groups) {
    const std::uint32_t group = each.first;
    const auto& [best, tries] = each.second;
    const auto of_group = [group](const ProbeSample* f) { return f->group == group; };
    const auto finger = std::find_if(fingers.begin(), fingers.end(), of_group);
    const bool good = std::any_of(fingers.begin(), fingers.end(),
                                  [&](const ProbeSample* f) { return of_group(f) && is_good_capture(f->content); });
    out.push_back({(*finger)->finger(), group, best_of_db(best, tries), good});
  }
  return out;
}

bool conclusive(const index::PersonScore& person, const Probe& probe) {
  return std::any_of(person.pairs.begin(), person.pairs.end(),
                     [&](const index::PairScore& pair) { return probe.samples[pair.probe].decisive; });
}

// Without the decibels.
SampleScore named(const index::PersonScore& person, const index::PairScore& pair, const Probe& probe) {
  SampleScore out;
  out.modality = pair.modality;
  out.encounter_id = person.encounter_ids[pair.encounter];
  if (pair.modality == Modality::kFace) {
    out.cosine = pair.score;
  } else {
    out.probe = probe.samples[pair.probe].position;
    out.reference = pair.reference;
  }
  return out;
}

// How many kept samples each physical sample of the probe was tried against.
std::size_t tries_of(const std::vector<ScoredPair>& pairs, const ScoredPair& of) {
  return static_cast<std::size_t>(std::count_if(pairs.begin(), pairs.end(), [&](const ScoredPair& pair) {
    return pair.modality == of.modality && pair.probe_group == of.probe_group;
  }));
}

std::vector<SampleScore> named_scores(const index::PersonScore& person, const PersonFusion& fusion,
                                      const Probe& probe) {
  std::vector<SampleScore> out;
  for (const std::size_t i : fusion.fused.used) {
    const ScoredPair& pair = fusion.pairs[i];
    out.push_back(named(person, person.pairs[fusion.of[i]], probe));
    // Of a finger this pair alone; of others, the best of the kept ones.
    const bool finger = pair.modality == Modality::kFinger;
    out.back().score_db = finger ? pair.db : best_of_db(pair.db, tries_of(fusion.pairs, pair));
  }
  for (const ModalityRow& row : modalities()) {
    if (const auto& best = fusion.uncalibrated[row.modality]) out.push_back(named(person, person.pairs[*best], probe));
  }
  return out;
}

}  // namespace

PersonFusion fuse_person(const index::PersonScore& person, const Probe& probe, const Calibrations& calibrations) {
  PersonFusion out;
  out.pairs.reserve(person.pairs.size());
  for (std::size_t i = 0; i < person.pairs.size(); ++i) {
    const index::PairScore& pair = person.pairs[i];
    const Calibration* calibration = calibrations[pair.modality];
    if (calibration == nullptr) {
      auto& best = out.uncalibrated[pair.modality];
      if (!best || pair.score > person.pairs[*best].score) best = i;
      continue;
    }
    const ProbeSample& sample = probe.samples[pair.probe];
    out.pairs.push_back(
        {sample.group, reference_group(pair), db_of(pair, sample, *calibration), pair.score, pair.modality});
    out.of.push_back(i);
  }
  out.fused = fuse(out.pairs);
  out.order = out.fused.db;
  // Without a calibration, likeness orders persons of (nearly) equal decibels.
  constexpr double kNearlyEqual_db = 1e-3;
  for (const ModalityRow& row : modalities()) {
    if (const auto& best = out.uncalibrated[row.modality]) {
      out.order += kNearlyEqual_db * (1 + person.pairs[*best].score);
    }
  }
  return out;
}

ScoredPerson scored_person(const index::PersonScore& person, const Probe& probe, const Calibrations& calibrations) {
  const PersonFusion fusion = fuse_person(person, probe, calibrations);
  ScoredPerson out;
  out.person_id = person.person_id;
  out.order = fusion.order;
  out.score_db = fusion.fused.db;
  for (const index::PairScore& pair : person.pairs) out.by_modality[pair.modality].compared = true;
  for (const ModalityRow& row : modalities()) out.by_modality[row.modality].db = fusion.fused.alone[row.modality];
  out.conclusive = conclusive(person, probe);
  out.scores = named_scores(person, fusion, probe);
  out.by_finger = by_finger(fusion.pairs, probe);
  return out;
}

}  // namespace whorl::engine
