// validate -> read -> ask parts -> merge -> verdict -> answer
#include <algorithm>

#include "engine/call_record.h"
#include "engine/engine_state.h"
#include "engine/figures.h"
#include "engine/merge.h"
#include "engine/read_probe.h"
#include "engine/rules.h"
#include "engine/threshold.h"
#include "engine/validate.h"
#include "engine/verdict.h"

namespace whorl::engine {
namespace {

Query query_of(const IdentifyRequest& request) {
  return {request.gallery_id, request.accuracy, static_cast<std::size_t>(request.max_candidates)};
}

// By default the threshold follows from how many people were searched.
double threshold_of(const IdentifyRequest& request, const Receipt& receipt) {
  return request.threshold_db.value_or(identify_threshold_db(request.target_fpir, receipt.searched));
}

Evidence evidence_of(const ReadProbe& read, Found found) {
  return {std::move(found.receipt), std::move(found.persons), captured(read), {}};
}

std::vector<Candidate> candidates_of(std::vector<ScoredPerson> persons, const std::vector<Decision>& decisions) {
  std::vector<Candidate> out;
  for (ScoredPerson& person : persons) {
    const std::size_t i = out.size();
    out.push_back({std::move(person.person_id), static_cast<int>(i) + 1, person.score_db, decisions[i],
                   std::move(person.fingers), std::move(person.face)});
  }
  return out;
}

IdentifyAnswer answer_of(const IdentifyRequest& request, const Rules& rules, ReadProbe read, Evidence evidence,
                         Verdict verdict) {
  IdentifyAnswer answer;
  answer.decision = verdict.decision;
  answer.reason = sentence(verdict.reason);
  answer.threshold_db = rules.threshold_db;
  answer.review_db = rules.review_db;
  answer.target_fpir = request.target_fpir;
  answer.candidates = candidates_of(std::move(evidence.persons), verdict.persons);
  answer.probe = std::move(read.fingers);
  answer.receipt = std::move(evidence.receipt);
  answer.probe_face = std::move(read.face);
  answer.why = std::move(verdict.reason);
  return answer;
}

Result<IdentifyAnswer> identified(EngineState& state, const Call& call, const IdentifyRequest& request,
                                  const CallRecord& record) {
  const auto started = state.world.ticks();
  WHORL_TRY(validate(request));
  const auto stop = past_deadline(call, state.world);
  WHORL_ASSIGN(ReadProbe read, read_probe(request.fingers, request.face, state.config, state.workers, stop));
  record.stage("read", [&] { return figures_of(read.fingers, read.face); });
  auto replies = ask_parts(state.parts, read.probe, query_of(request), call.deadline, state.workers);
  record.stage("ask parts", [&] { return figures_of(replies); });
  WHORL_ASSIGN(Found found, merge(std::move(replies), query_of(request).max_candidates));
  record.stage("merge", [&] { return figures_of(found); });
  WHORL_TRY(require_complete(found.receipt, request.partial_ok));
  const std::uint64_t compared = found.compared;
  const Rules rules = rules_of(state.config, request.gallery_id, threshold_of(request, found.receipt));
  Evidence evidence = evidence_of(read, std::move(found));
  Verdict decided = verdict(evidence, rules);
  record.stage("verdict", [&] { return figures_of(decided, rules); });
  IdentifyAnswer answer = answer_of(request, rules, std::move(read), std::move(evidence), std::move(decided));
  answer.compared = compared;
  answer.elapsed_ms = std::chrono::duration<double, std::milli>(state.world.ticks() - started).count();
  return answer;
}

}  // namespace

Result<IdentifyAnswer> Engine::identify(const Call& call, const IdentifyRequest& request) {
  const CallRecord record(call, "identify", request.gallery_id);
  return record.concluded(identified(*state_, call, request, record),
                          [](const IdentifyAnswer& answer) { return name_of(answer.decision); });
}

}  // namespace whorl::engine
