// validate -> read -> ask parts -> merge -> verdict -> (before a no: the same at other positions) -> answer, of one
// claimed person
#include "base/catalogue.h"
#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/engine_state.h"
#include "engine/enrolled_probe.h"
#include "engine/figures.h"
#include "engine/merge.h"
#include "engine/other_positions.h"
#include "engine/other_resolution.h"
#include "engine/question.h"
#include "engine/read_probe.h"
#include "engine/rules.h"
#include "engine/threshold.h"
#include "engine/validate.h"
#include "engine/verdict.h"
#include "engine/verified.h"

namespace whorl::engine {
namespace {

Evidence evidence_of(const ReadProbe& read, ScoredPerson person, const VerifyRequest& request) {
  return {{}, {std::move(person)}, captured(read), request.person_id};
}

// Whether the person's fingers fit at other positions than those stated, put into the evidence.
Status look_elsewhere(EngineState& state, const Call& call, const VerifyRequest& request, const Probe& probe,
                      Evidence& evidence) {
  const auto elsewhere = at_other_positions(probe, probe.samples.size());
  if (!elsewhere) return {};
  WHORL_ASSIGN(ScoredPerson person, merge(ask_parts(state.parts, *elsewhere, request.gallery_id, request.person_id,
                                                    call.deadline, state.workers)));
  evidence.elsewhere.push_back(std::move(person));
  return {};
}

// Whether the person fits at a likelier resolution than the one stated, put into the evidence.
Status look_at_other_resolution(EngineState& state, const Call& call, const VerifyRequest& request, const Rules& rules,
                                ReadProbe& read, Evidence& evidence) {
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(const auto other, at_other_resolution(request.samples, read, state.config, state.workers, stop));
  if (!other) return {};
  WHORL_ASSIGN(const ScoredPerson person, merge(ask_parts(state.parts, other->probe, request.gallery_id,
                                                          request.person_id, call.deadline, state.workers)));
  evidence.fits_at_other_resolution = fits(person, rules);
  if (evidence.fits_at_other_resolution) advise(*other, read.qualities);
  return {};
}

VerifyAnswer answer_of(const Rules& rules, std::vector<SampleQuality> captured, Evidence evidence, Verdict verdict) {
  ScoredPerson& person = verdict.fit_elsewhere > 0 ? evidence.elsewhere.front() : evidence.persons.front();
  VerifyAnswer answer;
  answer.decision = verdict.decision;
  answer.reason = sentence(verdict.reason);
  answer.score_db = person.score_db;
  answer.threshold_db = rules.threshold_db;
  answer.supported_db = rules.supported_db;
  answer.scores = std::move(person.scores);
  answer.probe = std::move(captured);
  answer.why = std::move(verdict.reason);
  return answer;
}

Result<Verified> compared(EngineState& state, const Call& call, const VerifyRequest& request,
                          const CallRecord& record) {
  WHORL_TRY(validate(request));
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(ReadProbe read, read_probe(request.samples, state.config, state.workers, stop));
  record.stage("read", [&] { return figures_of(read.qualities); });
  auto replies =
      ask_parts(state.parts, read.probe, request.gallery_id, request.person_id, call.deadline, state.workers);
  record.stage("ask parts", [&] { return figures_of(replies); });
  WHORL_ASSIGN(ScoredPerson person, in_samples(merge(std::move(replies)), read.probe));
  record.stage("merge", [&] { return figures_of(person); });
  const double threshold_db = request.threshold_db.value_or(verify_threshold_db(request.target_fmr));
  const Rules rules = rules_of(state.config, request.gallery_id, threshold_db, state.config.review_band_db, read.probe);
  Evidence evidence = evidence_of(read, std::move(person), request);
  evidence.out_of_reach = claim_out_of_reach(state.config, read.probe, evidence.persons.front(), rules);
  Verdict decided = verdict(evidence, rules);
  if (worth_looking_elsewhere(decided)) {
    WHORL_TRY(look_elsewhere(state, call, request, read.probe, evidence));
    record.stage("look elsewhere", [&] { return figures_elsewhere(evidence.elsewhere); });
    decided = verdict(evidence, rules);
  }
  if (worth_another_resolution(decided)) {
    WHORL_TRY(look_at_other_resolution(state, call, request, rules, read, evidence));
    decided = verdict(evidence, rules);
  }
  record.stage("verdict", [&] { return figures_of(decided, rules); });
  VerifyAnswer answer = answer_of(rules, std::move(read.qualities), std::move(evidence), std::move(decided));
  return Verified{std::move(answer), std::move(read.probe)};
}

}  // namespace

Result<Verified> verified(EngineState& state, const Call& call, const VerifyRequest& request,
                          std::string_view operation) {
  const CallRecord record(call, operation, request.gallery_id);
  auto found = record.concluded(compared(state, call, request, record),
                                [](const Verified& given) { return name_of(given.answer.decision); });
  audit::Event question =
      question_of(request, found.ok() ? Result<VerifyAnswer>(found->answer) : Result<VerifyAnswer>(found.error()));
  return noted(state, call, std::move(question), request.person_id, std::move(found));
}

Result<VerifyAnswer> Engine::verify(const Call& call, const VerifyRequest& request) {
  WHORL_ASSIGN(Verified found, verified(*state_, call, request, "verify"));
  return std::move(found.answer);
}

Result<VerifyAnswer> Engine::verify_enrolled(const Call& call, const EnrolledProbe& probe,
                                             const VerifyRequest& request) {
  VerifyRequest asked = request;
  auto samples = probe.person_id == request.person_id
                     ? Result<std::vector<Sample>>(failure(ErrorCode::kSamePerson, "person_id"))
                     : samples_of(*state_, probe);
  // A question all the same: who is enrolled may be tried out so.
  if (!samples.ok()) {
    Result<VerifyAnswer> failed(samples.error());
    audit::Event question = question_of(request, failed);
    return noted(*state_, call, std::move(question), probe.person_id, std::move(failed));
  }
  asked.samples = std::move(*samples);
  WHORL_ASSIGN(Verified found, verified(*state_, call, asked, "verify"));
  return std::move(found.answer);
}

}  // namespace whorl::engine
