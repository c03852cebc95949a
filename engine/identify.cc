// validate -> read -> ask parts -> merge -> verdict -> (before a no: the same at other positions) -> answer
#include <algorithm>

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
#include "engine/reach.h"
#include "engine/read_probe.h"
#include "engine/rules.h"
#include "engine/threshold.h"
#include "engine/validate.h"
#include "engine/verdict.h"

namespace whorl::engine {
namespace {

// Fewer candidates than this say too little of who else fits, however few are wanted in the answer.
constexpr int kLeastPersons = 10;
// All parts together are asked for so many at least, so that who matches is counted, and not who is wanted in the
// answer; of several each for its share, and so many more, since more of those may be its own.
constexpr std::size_t kLeastCounted = 100;
constexpr std::size_t kLeastCountedBeside = 25;
// Of a search that hides people: so many more may stand before the first who is shown.
constexpr std::size_t kMostHidden = 200;

// Whom the verdict looks at.
std::size_t persons_of(const IdentifyRequest& request) {
  return static_cast<std::size_t>(std::max(request.max_candidates, kLeastPersons)) +
         (request.except_person.empty() ? 0 : 1) + (request.hides ? kMostHidden : 0);
}

Query query_of(const IdentifyRequest& request) {
  return {request.gallery_id, request.accuracy, persons_of(request), request.filter};
}

Query counting(Query query, std::size_t parts) {
  const std::size_t counted = parts <= 1 ? kLeastCounted : kLeastCounted / parts + kLeastCountedBeside;
  query.max_candidates = std::max(query.max_candidates, counted);
  return query;
}

// By default the threshold follows from how many people were searched.
double threshold_of(const IdentifyRequest& request, const Receipt& receipt) {
  return request.threshold_db.value_or(identify_threshold_db(request.target_fpir, receipt.searched));
}

Evidence evidence_of(const ReadProbe& read, Found found) {
  Evidence out{std::move(found.receipt), std::move(found.persons), captured(read), {}};
  out.others = std::move(found.others);
  out.unlisted_db = found.unlisted_db;
  return out;
}

// As quick as may be: whoever fits is only shown.
Query query_elsewhere(const IdentifyRequest& request) {
  Query query = query_of(request);
  if (query.accuracy != Accuracy::kExhaustive) query.accuracy = Accuracy::kFast;
  return query;
}

// The probe's own person is nobody's answer, nor is anybody who is hidden.
void leave_out(const IdentifyRequest& request, std::vector<ScoredPerson>& persons) {
  std::erase_if(persons, [&](const ScoredPerson& person) {
    return (!request.except_person.empty() && person.person_id == request.except_person) ||
           (request.hides && request.hides(person.person_id, person.score_db));
  });
}

// In a search of all galleries, in which ones each score's encounter is.
void name_galleries(const index::Gallery& gallery, std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    for (SampleScore& score : candidate.scores) {
      auto record = gallery.galleries_of(candidate.person_id, score.encounter_id);
      if (record.ok()) score.galleries = std::move(record).value();
    }
  }
}

// Who fits at other positions than those stated, put into the evidence; nothing where no position is stated. A look
// that could not reach everybody leaves the search as incomplete as it is itself. Gives the comparisons made.
Result<std::uint64_t> look_elsewhere(EngineState& state, const Call& call, const IdentifyRequest& request,
                                     const Probe& probe, Evidence& evidence) {
  const auto elsewhere = at_other_positions(probe, kFingersLookedFor);
  if (!elsewhere) return std::uint64_t{0};
  const Query query = query_elsewhere(request);
  WHORL_ASSIGN(Found found,
               merge(ask_parts(state.parts, *elsewhere, query, call.deadline, state.workers), query.max_candidates));
  WHORL_TRY(require_complete(found.receipt, request.partial_ok));
  if (!found.receipt.complete()) evidence.receipt = std::move(found.receipt);
  leave_out(request, found.persons);
  evidence.elsewhere = std::move(found.persons);
  return found.compared;
}

// Whether the probe fits anybody at a likelier resolution than the one stated, put into the evidence; whoever it is, is
// not named. Gives the comparisons made.
Result<std::uint64_t> look_at_other_resolution(EngineState& state, const Call& call, const IdentifyRequest& request,
                                               const Rules& rules, ReadProbe& read, Evidence& evidence) {
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(const auto other, at_other_resolution(request.samples, read, state.config, state.workers, stop));
  if (!other) return std::uint64_t{0};
  const Query query = query_of(request);
  WHORL_ASSIGN(Found found,
               merge(ask_parts(state.parts, other->probe, query, call.deadline, state.workers), query.max_candidates));
  WHORL_TRY(require_complete(found.receipt, request.partial_ok));
  if (!found.receipt.complete()) evidence.receipt = std::move(found.receipt);
  leave_out(request, found.persons);
  evidence.fits_at_other_resolution = !found.persons.empty() && fits(found.persons.front(), rules);
  if (evidence.fits_at_other_resolution) advise(*other, read.qualities);
  return found.compared;
}

// Those who fit at other positions, then those found at the stated ones.
std::vector<Candidate> candidates_of(Evidence& evidence, const Verdict& verdict, const IdentifyRequest& request) {
  std::vector<Candidate> out;
  const auto add = [&](ScoredPerson& person, Decision decision) {
    const auto same = [&](const Candidate& c) { return c.person_id == person.person_id; };
    if (out.size() == static_cast<std::size_t>(request.max_candidates) || std::any_of(out.begin(), out.end(), same))
      return;
    out.push_back({std::move(person.person_id), static_cast<int>(out.size()) + 1, person.score_db, decision,
                   std::move(person.scores)});
  };
  for (std::size_t i = 0; i < verdict.fit_elsewhere; ++i) add(evidence.elsewhere[i], Decision::kIndeterminate);
  for (std::size_t i = 0; i < evidence.persons.size(); ++i) {
    if (request.show_all || verdict.named[i]) add(evidence.persons[i], verdict.persons[i]);
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
  answer.supported_db = rules.supported_db;
  answer.target_fpir = request.target_fpir;
  answer.candidates = candidates_of(evidence, verdict, request);
  answer.matches = verdict.matches;
  if (evidence.expected_miss) answer.expected_miss_rate = evidence.expected_miss->rate;
  answer.probe = std::move(read.qualities);
  answer.receipt = std::move(evidence.receipt);
  answer.why = std::move(verdict.reason);
  return answer;
}

// Who counts people by what is known of them needs no print of anybody.
Status require_filterable(const Call& call, const Filter& filter, const std::vector<std::string>& filterable) {
  if (call.who.is_local()) return {};
  for (const Filter::Term& term : filter.terms) {
    if (term.of_type || std::find(filterable.begin(), filterable.end(), term.name) != filterable.end()) continue;
    return failure(ErrorCode::kFilterNotAllowed, FieldPath("filter") / term.name);
  }
  return {};
}

// A search by what is kept of somebody is no capture's.
void count_search(EngineState& state, const IdentifyRequest& request, const Evidence& evidence) {
  // A gallery that nobody is in may be a name that somebody made up.
  if (!request.except_person.empty() || evidence.receipt.gallery_size == 0) return;
  SearchStatistics::Kind kind{request.gallery_id, 0, false};
  for (const Sample& sample : request.samples) {
    kind.fingers += sample.modality == Modality::kFinger ? 1 : 0;
    kind.face = kind.face || sample.modality == Modality::kFace;
  }
  state.statistics.note(std::move(kind), evidence.persons.empty() ? 0 : evidence.persons.front().score_db);
}

Result<IdentifyAnswer> identified(EngineState& state, const Call& call, const IdentifyRequest& request,
                                  const CallRecord& record) {
  const auto started = state.world.ticks();
  WHORL_TRY(validate(request));
  WHORL_TRY(require_filterable(call, request.filter, state.config.filterable));
  const auto stop = past_deadline(call.deadline, state.world);
  WHORL_ASSIGN(ReadProbe read, read_probe(request.samples, state.config, state.workers, stop));
  record.stage("read", [&] { return figures_of(read.qualities); });
  const Query query = counting(query_of(request), state.parts.size());
  auto replies = ask_parts(state.parts, read.probe, query, call.deadline, state.workers);
  record.stage("ask parts", [&] { return figures_of(replies); });
  WHORL_ASSIGN(Found found,
               in_samples(merge(std::move(replies), persons_of(request), query.max_candidates), read.probe));
  record.stage("merge", [&] { return figures_of(found); });
  WHORL_TRY(require_complete(found.receipt, request.partial_ok));
  leave_out(request, found.persons);
  leave_out(request, found.others);
  std::uint64_t compared = found.compared;
  const double band_db = state.thresholds.in_force(request.gallery_id).rule.review_band_db.value();
  const Rules rules =
      rules_of(state.config, request.gallery_id, threshold_of(request, found.receipt), band_db, read.probe);
  Evidence evidence = evidence_of(read, std::move(found));
  const Calibrations calibrations = calibrations_of(state.config);
  const SearchFigures figures{evidence.receipt, compared, evidence.persons};
  evidence.expected_miss = miss_at(read.probe, calibrations, figures, rules.review_db);
  evidence.out_of_reach = out_of_reach(read.probe, calibrations, figures, rules);
  Verdict decided = verdict(evidence, rules);
  if (worth_looking_elsewhere(decided)) {
    WHORL_ASSIGN(const std::uint64_t more, look_elsewhere(state, call, request, read.probe, evidence));
    record.stage("look elsewhere", [&] { return figures_elsewhere(evidence.elsewhere); });
    compared += more;
    decided = verdict(evidence, rules);
  }
  if (worth_another_resolution(decided)) {
    WHORL_ASSIGN(const std::uint64_t more, look_at_other_resolution(state, call, request, rules, read, evidence));
    compared += more;
    decided = verdict(evidence, rules);
  }
  record.stage("verdict", [&] { return figures_of(decided, rules); });
  count_search(state, request, evidence);
  IdentifyAnswer answer = answer_of(request, rules, std::move(read), std::move(evidence), std::move(decided));
  if (request.gallery_id == index::kAllGalleries) name_galleries(*state.gallery, answer.candidates);
  answer.compared = compared;
  answer.elapsed_ms = std::chrono::duration<double, std::milli>(state.world.ticks() - started).count();
  return answer;
}

}  // namespace

Result<IdentifyAnswer> Engine::identify(const Call& call, const IdentifyRequest& request) {
  const CallRecord record(call, "identify", request.gallery_id);
  auto answer = record.concluded(identified(*state_, call, request, record),
                                 [](const IdentifyAnswer& given) { return name_of(given.decision); });
  const std::string found = answer.ok() && !answer->candidates.empty() ? answer->candidates.front().person_id : "";
  audit::Event question = question_of(request, answer);
  return noted(*state_, call, std::move(question), found, std::move(answer));
}

Result<IdentifyAnswer> Engine::identify_enrolled(const Call& call, const EnrolledProbe& probe,
                                                 const IdentifyRequest& request) {
  const CallRecord record(call, "identify", request.gallery_id);
  const auto samples = samples_of(*state_, probe);
  // A question all the same: who is enrolled may be tried out so.
  if (!samples.ok()) {
    auto failed = record.concluded(Result<IdentifyAnswer>(samples.error()), [](const auto&) { return ""; });
    audit::Event question = question_of(request, failed);
    return noted(*state_, call, std::move(question), probe.person_id, std::move(failed));
  }
  IdentifyRequest asked = request;
  const auto wanted = [&](const Sample& sample) {
    return request.modalities.empty() ||
           std::find(request.modalities.begin(), request.modalities.end(), sample.modality) != request.modalities.end();
  };
  asked.samples = *samples;
  std::erase_if(asked.samples, [&](const Sample& sample) { return !wanted(sample); });
  asked.except_person = probe.person_id;
  auto answer = record.concluded(identified(*state_, call, asked, record),
                                 [](const IdentifyAnswer& given) { return name_of(given.decision); });
  audit::Event question = question_of(asked, answer);
  return noted(*state_, call, std::move(question), probe.person_id, std::move(answer));
}

}  // namespace whorl::engine
