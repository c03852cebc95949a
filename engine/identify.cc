// decode -> normalise -> extract -> quality -> candidates -> compare exactly -> fuse -> decide -> answer
#include <algorithm>

#include "engine/decision.h"
#include "engine/engine_impl.h"
#include "engine/ranking.h"
#include "engine/samples.h"
#include "engine/validate.h"
#include "index/search/candidates.h"

namespace whorl::engine {
namespace {

index::CandidateRule candidates_for(Accuracy accuracy) {
  switch (accuracy) {
    case Accuracy::kFast: return index::kFastCandidates;
    case Accuracy::kDefault: return index::kDefaultCandidates;
    case Accuracy::kExhaustive: break;
  }
  return {};
}

// candidates -> compare exactly -> fuse
Result<index::SearchResult> search(const Call& call, const IdentifyRequest& request, const Probe& probe,
                                   const EngineConfig& config, const index::Gallery& gallery, World& world) {
  const auto fingers = probe.fingers();
  index::SearchRequest search;
  search.gallery_id = request.gallery_id;
  search.probe = fingers;
  search.face = probe.probe_face();
  search.candidates = candidates_for(request.accuracy).for_fingers(fingers.size());
  search.max_results = static_cast<std::size_t>(request.max_candidates);
  search.rank = fused_ranker(probe, calibrations_of(config));
  search.expired = expiry(call, world);
  return gallery.search(search);
}

Status require_complete(const Receipt& receipt, bool partial_ok) {
  if (receipt.complete() || partial_ok) return {};
  return unavailable("only " + std::to_string(receipt.searched) + " of " + std::to_string(receipt.gallery_size) +
                     " persons (" + std::to_string(receipt.shards_ok) + " of " + std::to_string(receipt.shards_total) +
                     " shards) could be searched: no answer can be given; try again, or ask for a partial one");
}

FaceRules face_rules(const Probe& probe, const EngineConfig& config, const std::string& gallery_id) {
  const auto& alone = config.face_alone_galleries;
  FaceRules rules;
  rules.face = probe.face.has_value();
  rules.fingers = !probe.quality.empty();
  rules.calibrated = config.face_calibration.has_value();
  rules.alone_matches = std::find(alone.begin(), alone.end(), gallery_id) != alone.end();
  return rules;
}

IdentifyAnswer make_answer(const IdentifyRequest& request, const Probe& probe, const EngineConfig& config,
                           const FaceRules& rules, const index::SearchResult& found) {
  IdentifyAnswer answer;
  answer.target_fpir = request.target_fpir;
  answer.threshold_db = request.threshold_db.value_or(identify_threshold_db(request.target_fpir, found.searched));
  answer.review_db = std::max(0.0, answer.threshold_db - config.review_band_db);
  answer.probe = probe.quality;
  answer.probe_face = probe.face_quality();
  answer.receipt = {found.gallery_size, found.searched, found.shards_ok, found.shards_total, found.comparable_persons};
  answer.compared = found.compared;
  for (const index::PersonScore& person : found.persons) {
    auto fused = fuse_person(person, probe, calibrations_of(config));
    const Decision decision = classify_person(fused.score_db, fused.fingers_db, !person.pairs.empty(),
                                              answer.threshold_db, answer.review_db, rules);
    answer.candidates.push_back({person.person_id, static_cast<int>(answer.candidates.size()) + 1, fused.score_db,
                                 decision, std::move(fused.fingers), std::move(fused.face)});
  }
  return answer;
}

// Whether finding the person unlike would say anything.
bool can_rule_out(const index::PersonScore& person, const Probe& probe) {
  if (probe.face_decisive && !person.faces.empty()) return true;
  if (person.pairs.empty()) return probe.usable;
  return std::any_of(person.pairs.begin(), person.pairs.end(),
                     [&](const index::PairScore& pair) { return probe.decisive[pair.probe]; });
}

}  // namespace

Result<IdentifyAnswer> Engine::identify(const Call& call, const IdentifyRequest& request) {
  const auto& [config, world, gallery] = *parts_;
  const auto started = world.ticks();
  WHORL_TRY(validate(request));
  WHORL_ASSIGN(const Probe probe, read_probe(request.fingers, request.face, config, *gallery));
  WHORL_ASSIGN(const index::SearchResult found, search(call, request, probe, config, *gallery, world));
  const FaceRules rules = face_rules(probe, config, request.gallery_id);
  IdentifyAnswer answer = make_answer(request, probe, config, rules, found);
  WHORL_TRY(require_complete(answer.receipt, request.partial_ok));
  decide(probe.usable, answer);
  apply(rules, answer);
  answer.elapsed_ms = std::chrono::duration<double, std::milli>(world.ticks() - started).count();
  return answer;
}

Result<VerifyAnswer> Engine::verify(const Call& call, const VerifyRequest& request) {
  const auto& [config, world, gallery] = *parts_;
  WHORL_TRY(validate(request));
  WHORL_ASSIGN(const Probe probe, read_probe(request.fingers, request.face, config, *gallery));
  WHORL_ASSIGN(const index::PersonScore person, gallery->compare(request.gallery_id, request.person_id, probe.fingers(),
                                                                 expiry(call, world), probe.probe_face()));
  VerifyAnswer answer;
  answer.threshold_db = request.threshold_db.value_or(verify_threshold_db(request.target_fmr));
  answer.probe = probe.quality;
  answer.probe_face = probe.face_quality();
  auto fused = fuse_person(person, probe, calibrations_of(config));
  answer.score_db = fused.score_db;
  answer.fingers = std::move(fused.fingers);
  answer.face = std::move(fused.face);
  const double review_db = std::max(0.0, answer.threshold_db - config.review_band_db);
  const FaceRules rules = face_rules(probe, config, request.gallery_id);
  const bool compared = !person.pairs.empty() || (rules.calibrated && !person.faces.empty());
  decide(can_rule_out(person, probe), compared, review_db, answer);
  apply(
      rules,
      classify_person(answer.score_db, fused.fingers_db, !person.pairs.empty(), answer.threshold_db, review_db, rules),
      answer);
  return answer;
}

}  // namespace whorl::engine
