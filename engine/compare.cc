// validate -> read both -> compare every comparable pair -> fuse -> verdict -> answer: two captures of people who need
// not be enrolled
#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/engine_state.h"
#include "engine/other_resolution.h"
#include "engine/person_fusion.h"
#include "engine/question.h"
#include "engine/read_probe.h"
#include "engine/rules.h"
#include "engine/threshold.h"
#include "engine/validate.h"
#include "engine/verdict.h"

namespace whorl::engine {
namespace {

// Nobody is enrolled under what the other capture is called in the evidence.
constexpr const char* kOther = "the other capture";

// As the index compares a probe with a person of one encounter.
index::PersonScore compared(const Probe& probe, const Probe& other) {
  index::PersonScore out;
  out.person_id = kOther;
  out.encounter_ids = {std::string()};
  ByModality<std::uint32_t> number = {};
  for (const ProbeSample& kept : other.samples) {
    const std::uint32_t k = number[kept.modality()]++;
    for (std::uint32_t p = 0; p < probe.samples.size(); ++p) {
      const ProbeSample& each = probe.samples[p];
      if (each.modality() != kept.modality() || !index::comparable(each.position, kept.position)) continue;
      const auto& a = each.content.prepared();
      const auto& b = kept.content.prepared();
      if (a.space != b.space) continue;
      out.pairs.push_back({p, 0, k, each.modality(), kept.position, index::compare_prepared(a, b)});
    }
  }
  return out;
}

Result<VerifyAnswer> answered(EngineState& state, const Call& call, const CompareRequest& request) {
  WHORL_TRY(validate(request));
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(ReadProbe read, read_probe(request.samples, state.config, state.workers, stop));
  auto others = read_probe(request.others, state.config, state.workers, stop);
  if (!others.ok()) return others.error().within("others");
  WHORL_TRY(require_time(call, state.world));
  const Calibrations calibrations = calibrations_of(state.config);
  ScoredPerson person = scored_person(compared(read.probe, others->probe), read.probe, calibrations);
  const double threshold_db = request.threshold_db.value_or(verify_threshold_db(request.target_fmr));
  const Rules rules =
      rules_of(state.config, std::string(index::kAllGalleries), threshold_db, state.config.review_band_db, read.probe);
  Evidence evidence{{}, {std::move(person)}, captured(read), std::string(kOther)};
  evidence.out_of_reach = claim_out_of_reach(state.config, read.probe, evidence.persons.front(), rules);
  Verdict decided = verdict(evidence, rules);
  if (worth_another_resolution(decided)) {
    const auto fit = [&](const Probe& a, const Probe& b) {
      return fits(scored_person(compared(a, b), a, calibrations), rules);
    };
    WHORL_ASSIGN(const auto other, at_other_resolution(request.samples, read, state.config, state.workers, stop));
    WHORL_ASSIGN(const auto of_others, at_other_resolution(request.others, *others, state.config, state.workers, stop));
    evidence.fits_at_other_resolution =
        (other && fit(other->probe, others->probe)) || (of_others && fit(read.probe, of_others->probe));
    if (evidence.fits_at_other_resolution && other) advise(*other, read.qualities);
    decided = verdict(evidence, rules);
  }
  VerifyAnswer answer;
  answer.decision = decided.decision;
  answer.reason = sentence(decided.reason);
  answer.score_db = evidence.persons.front().score_db;
  answer.threshold_db = rules.threshold_db;
  answer.supported_db = rules.supported_db;
  answer.scores = evidence.persons.front().scores;
  answer.probe = std::move(read.qualities);
  answer.why = std::move(decided.reason);
  return answer;
}

}  // namespace

Result<VerifyAnswer> Engine::compare(const Call& call, const CompareRequest& request) {
  const CallRecord record(call, "compare", "");
  auto answer = record.concluded(answered(*state_, call, request),
                                 [](const VerifyAnswer& given) { return name_of(given.decision); });
  audit::Event question = question_of(request, answer);
  return noted(*state_, call, std::move(question), "", std::move(answer));
}

}  // namespace whorl::engine
