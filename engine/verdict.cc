// Two tables, one for searches and one for verifications: the first row that holds decides.
#include "engine/verdict.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace whorl::engine {
namespace {

// What the rows look at.
struct Case {
  const Evidence& evidence;
  const Rules& rules;

  [[nodiscard]] const Receipt& receipt() const { return evidence.receipt; }
  // The best person; null where nobody was found.
  [[nodiscard]] const ScoredPerson* best() const {
    return evidence.persons.empty() ? nullptr : &evidence.persons.front();
  }
  [[nodiscard]] bool best_is(Decision decision) const;
};

using Arguments = std::vector<ReasonArgument>;

struct Row {
  std::string_view code;
  Decision decision;
  bool (*holds)(const Case&);
  Arguments (*arguments)(const Case&);
};

// A person of whom nothing but an uncalibrated face could be compared.
bool by_uncalibrated_face(const ScoredPerson& person, const Rules& rules) {
  return person.face && !rules.face.calibrated && !person.fingers_compared;
}

// A face counts in the score, and the fingers do not support it where the rules ask for that.
bool unsupported(const ScoredPerson& person, const Rules& rules) {
  return person.face && !rules.face.alone_matches && person.fingers_db < kLeastSupport_db;
}

Decision decision_of(const ScoredPerson& person, const Rules& rules) {
  if (by_uncalibrated_face(person, rules)) return Decision::kIndeterminate;
  const Decision by_score = classify(person.score_db, rules);
  return by_score == Decision::kMatch && unsupported(person, rules) ? Decision::kIndeterminate : by_score;
}

bool Case::best_is(Decision decision) const { return best() != nullptr && decision_of(*best(), rules) == decision; }

// Any finger or face of the person was compared in a way that counts.
bool compared(const ScoredPerson& person, const Rules& rules) {
  return person.fingers_compared || (person.face && rules.face.calibrated);
}

bool always(const Case&) { return true; }
Arguments none(const Case&) { return {}; }

// -- Searches ---------------------------------------------------------------------------------------------------------

bool a_part_failed(const Case& c) { return c.receipt().parts_ok < c.receipt().parts_total; }

Arguments of_failed_part(const Case& c) {
  const auto& failures = c.receipt().failures;
  const auto whole = [](const PartFailure& f) { return !f.shard; };
  const auto first = std::find_if(failures.begin(), failures.end(), whole);
  Arguments out;
  if (first == failures.end()) return out;
  out = {{"part", first->part}, {"cause", first->reason}};
  const auto others = std::count_if(failures.begin(), failures.end(), whole) - 1;
  if (others > 0) out.push_back({"others", static_cast<std::uint64_t>(others)});
  return out;
}

bool incomplete(const Case& c) { return !c.receipt().complete(); }

Arguments of_receipt(const Case& c) {
  return {{"searched", c.receipt().searched},
          {"gallery_size", c.receipt().gallery_size},
          {"shards_ok", static_cast<std::uint64_t>(c.receipt().shards_ok)},
          {"shards_total", static_cast<std::uint64_t>(c.receipt().shards_total)}};
}

bool nobody_enrolled(const Case& c) { return c.receipt().gallery_size == 0; }

bool nothing_but_uncalibrated_face(const Case& c) {
  return c.evidence.probe.face && !c.evidence.probe.fingers && !c.rules.face.calibrated;
}

Arguments of_face(const Case& c) {
  if (c.best() == nullptr || !c.best()->face) return {};
  return {{"person", c.best()->person_id}, {"cosine", c.best()->face->cosine}};
}

bool best_matches(const Case& c) { return c.best_is(Decision::kMatch); }

// How likely it is that anybody of those searched scores as much who is not the person sought.
double chance(const Case& c) {
  const auto persons = static_cast<double>(std::max<std::uint64_t>(1, c.receipt().searched));
  return std::min(1.0, persons * std::pow(10.0, -c.best()->score_db / 10.0));
}

Arguments of_best(const Case& c) {
  return {{"person", c.best()->person_id}, {"score_db", c.best()->score_db}, {"threshold_db", c.rules.threshold_db}};
}

Arguments of_match(const Case& c) {
  Arguments out = of_best(c);
  out.push_back({"searched", c.receipt().searched});
  out.push_back({"chance", chance(c)});
  return out;
}

bool best_matches_by_score(const Case& c) {
  return c.best() != nullptr && classify(c.best()->score_db, c.rules) == Decision::kMatch;
}

bool best_is_near(const Case& c) {
  return c.best() != nullptr && classify(c.best()->score_db, c.rules) == Decision::kIndeterminate;
}

bool resolution_doubtful(const Case& c) { return !c.evidence.probe.usable && c.evidence.probe.resolution_doubtful; }

bool probe_unusable(const Case& c) { return !c.evidence.probe.usable; }

bool few_comparable(const Case& c) {
  return static_cast<double>(c.receipt().comparable) <
         kLeastComparableShare * static_cast<double>(c.receipt().searched);
}

// What a person must have to be compared with what was captured.
std::string lacking_of(const Case& c) {
  if (!c.evidence.probe.face) return std::string(lacking::kFinger);
  return std::string(c.evidence.probe.fingers ? lacking::kFingerOrFace : lacking::kFace);
}

Arguments of_few_comparable(const Case& c) {
  return {{"comparable", c.receipt().comparable}, {"searched", c.receipt().searched}, {"lacking", lacking_of(c)}};
}

Arguments of_no_match(const Case& c) {
  Arguments out{{"searched", c.receipt().searched}, {"threshold_db", c.rules.threshold_db}};
  if (c.best() != nullptr) out.push_back({"score_db", c.best()->score_db});
  const std::uint64_t incomparable = c.receipt().searched - c.receipt().comparable;
  if (incomparable == 0) return out;
  out.push_back({"incomparable", incomparable});
  out.push_back({"lacking", lacking_of(c)});
  return out;
}

constexpr Row kSearch[] = {
    {reasons::kPartFailed, Decision::kIndeterminate, a_part_failed, of_failed_part},
    {reasons::kIncomplete, Decision::kIndeterminate, incomplete, of_receipt},
    {reasons::kNobodyEnrolled, Decision::kNoMatch, nobody_enrolled, none},
    {reasons::kFaceUncalibrated, Decision::kIndeterminate, nothing_but_uncalibrated_face, of_face},
    {reasons::kMatch, Decision::kMatch, best_matches, of_match},
    {reasons::kFaceAlone, Decision::kIndeterminate, best_matches_by_score, of_best},
    {reasons::kBelowThreshold, Decision::kIndeterminate, best_is_near, of_best},
    {reasons::kResolutionDoubtful, Decision::kIndeterminate, resolution_doubtful, none},
    {reasons::kProbeUnusable, Decision::kIndeterminate, probe_unusable, none},
    {reasons::kFewComparable, Decision::kIndeterminate, few_comparable, of_few_comparable},
    {reasons::kNoMatch, Decision::kNoMatch, always, of_no_match},
};

// -- Verifications: c.best() is the claimed person --------------------------------------------------------------------

bool claim_by_uncalibrated_face(const Case& c) { return by_uncalibrated_face(*c.best(), c.rules); }

Arguments of_claimed_face(const Case& c) { return {{"cosine", c.best()->face->cosine}}; }

bool claim_compared(const Case& c) { return compared(*c.best(), c.rules); }

bool claim_matches(const Case& c) { return claim_compared(c) && best_matches(c); }

Arguments of_claim(const Case& c) { return {{"score_db", c.best()->score_db}, {"threshold_db", c.rules.threshold_db}}; }

Arguments of_claim_match(const Case& c) {
  Arguments out = of_claim(c);
  out.push_back({"chance", std::pow(10.0, -c.best()->score_db / 10.0)});
  return out;
}

bool claim_matches_by_score(const Case& c) { return claim_compared(c) && best_matches_by_score(c); }

bool claim_is_near(const Case& c) { return claim_compared(c) && best_is_near(c); }

// Finding the person unlike would say nothing.
bool claim_rules_nothing_out(const Case& c) {
  return !c.best()->conclusive && (c.best()->fingers_compared || !c.evidence.probe.usable);
}

bool claim_doubtful(const Case& c) { return claim_rules_nothing_out(c) && c.evidence.probe.resolution_doubtful; }

bool claim_incomparable(const Case& c) { return !claim_compared(c); }

bool claim_incomparable_by_face(const Case& c) { return claim_incomparable(c) && c.evidence.probe.face; }

constexpr Row kClaim[] = {
    {reasons::kClaimFaceUncalibrated, Decision::kIndeterminate, claim_by_uncalibrated_face, of_claimed_face},
    {reasons::kClaimMatch, Decision::kMatch, claim_matches, of_claim_match},
    {reasons::kClaimFaceAlone, Decision::kIndeterminate, claim_matches_by_score, of_claim},
    {reasons::kClaimBelowThreshold, Decision::kIndeterminate, claim_is_near, of_claim},
    {reasons::kResolutionDoubtful, Decision::kIndeterminate, claim_doubtful, none},
    {reasons::kProbeUnusable, Decision::kIndeterminate, claim_rules_nothing_out, none},
    {reasons::kClaimNoSuchFingerNorFace, Decision::kIndeterminate, claim_incomparable_by_face, none},
    {reasons::kClaimNoSuchFinger, Decision::kIndeterminate, claim_incomparable, none},
    {reasons::kClaimNoMatch, Decision::kNoMatch, always, of_claim},
};

}  // namespace

Decision classify(double score_db, const Rules& rules) {
  if (score_db >= rules.threshold_db) return Decision::kMatch;
  return score_db >= rules.review_db ? Decision::kIndeterminate : Decision::kNoMatch;
}

Verdict verdict(const Evidence& evidence, const Rules& rules) {
  const Case c{evidence, rules};
  Verdict out;
  for (const ScoredPerson& person : evidence.persons) out.persons.push_back(decision_of(person, rules));
  const std::span<const Row> rows = evidence.claimed ? std::span<const Row>(kClaim) : std::span<const Row>(kSearch);
  for (const Row& row : rows) {
    if (!row.holds(c)) continue;
    out.decision = row.decision;
    out.reason = {row.code, row.arguments(c)};
    return out;
  }
  return out;
}

}  // namespace whorl::engine
