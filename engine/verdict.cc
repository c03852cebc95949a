// Two tables, one for searches and one for verifications: the first row that holds decides.
#include "engine/verdict.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/catalogue.h"
#include "engine/finger_agreement.h"
#include "engine/other_positions.h"

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
  ReasonCode code;
  Decision decision;
  bool (*holds)(const Case&);
  Arguments (*arguments)(const Case&);
};

// Whether samples of any modality were compared for which this holds.
template <class Holds>
bool any_compared(const ScoredPerson& person, const Holds& holds) {
  const auto rows = modalities();
  return std::any_of(rows.begin(), rows.end(), [&](const ModalityRow& row) {
    return person.by_modality[row.modality].compared && holds(row.modality);
  });
}

// Any samples of the person were compared in a way that counts.
bool compared(const ScoredPerson& person, const Rules& rules) {
  return any_compared(person, [&](Modality modality) { return rules.of[modality].calibrated; });
}

// A person of whom nothing but an uncalibrated face could be compared.
bool by_uncalibrated_face(const ScoredPerson& person, const Rules& rules) {
  return !compared(person, rules) && person.by_modality[Modality::kFace].compared;
}

// A face counts in the score, and the fingers do not support it where the rules ask for that.
bool unsupported(const ScoredPerson& person, const Rules& rules) {
  const auto needs_support = [&](Modality modality) { return !rules.of[modality].alone_matches; };
  const auto supports = [&](Modality modality) {
    return rules.of[modality].alone_matches && person.by_modality[modality].db >= kLeastSupport_db;
  };
  return any_compared(person, needs_support) && !any_compared(person, supports);
}

// At or above the threshold, and yet no match: both go to a person.
bool weak(const ScoredPerson& person) { return person.score_db < kLeastMatch_db; }
bool no_match_by_itself(const ScoredPerson& person, const Rules& rules) {
  return weak(person) || unsupported(person, rules) || doubt(person, rules.review_db);
}

Decision decision_of(const ScoredPerson& person, const Rules& rules) {
  if (by_uncalibrated_face(person, rules)) return Decision::kIndeterminate;
  const Decision by_score = classify(person.score_db, rules);
  if (by_score == Decision::kNoMatch && lone_finger(person, rules.threshold_db)) return Decision::kIndeterminate;
  return by_score == Decision::kMatch && no_match_by_itself(person, rules) ? Decision::kIndeterminate : by_score;
}

bool Case::best_is(Decision decision) const { return best() != nullptr && decision_of(*best(), rules) == decision; }

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

bool filter_of_nothing(const Case& c) { return !c.receipt().absent.empty(); }

Arguments of_filter(const Case& c) {
  std::string names;
  for (const std::string& name : c.receipt().absent) names += (names.empty() ? "" : ", ") + name;
  return {{"names", names}};
}

bool nobody_enrolled(const Case& c) { return c.receipt().gallery_size == 0; }

bool nothing_but_uncalibrated_face(const Case& c) {
  const auto counts = [&](const ModalityRow& row) {
    return c.evidence.probe.given[row.modality] && c.rules.of[row.modality].calibrated;
  };
  const auto rows = modalities();
  return c.evidence.probe.given[Modality::kFace] && std::none_of(rows.begin(), rows.end(), counts);
}

Arguments of_face(const Case& c) {
  const SampleScore* face = c.best() == nullptr ? nullptr : first_of(c.best()->scores, Modality::kFace);
  if (face == nullptr) return {};
  return {{"person", c.best()->person_id}, {"cosine", face->cosine}};
}

bool fingers_disagree(const Case& c) { return disagreement(c.evidence.persons, c.rules.review_db).has_value(); }

Arguments of_disagreement(const Case& c) {
  const Disagreement found = disagreement(c.evidence.persons, c.rules.review_db).value();
  return {{"person", found.person->person_id},
          {"finger", std::string(fingerprint::name_of(found.finger.position))},
          {"other_person", found.other_person->person_id},
          {"other_finger", std::string(fingerprint::name_of(found.other_finger.position))}};
}

bool best_matches(const Case& c) { return c.best_is(Decision::kMatch); }

double chance_of(double db) { return std::pow(10.0, -db / 10.0); }

// How likely it is that anybody of `persons` scores as much who is not the person sought; how far that was counted,
// where the score lies beyond.
ReasonArgument chance(const Case& c, std::uint64_t persons) {
  const double db = c.best()->score_db;
  if (db > c.rules.supported_db) return {"supported_chance", chance_of(c.rules.supported_db)};
  return {"chance", std::min(1.0, static_cast<double>(std::max<std::uint64_t>(1, persons)) * chance_of(db))};
}

Arguments of_best(const Case& c) {
  return {{"person", c.best()->person_id}, {"score_db", c.best()->score_db}, {"threshold_db", c.rules.threshold_db}};
}

std::uint64_t matches(const Case& c) {
  std::uint64_t out = 0;
  for (const auto* list : {&c.evidence.persons, &c.evidence.others}) {
    for (const ScoredPerson& person : *list) out += decision_of(person, c.rules) == Decision::kMatch ? 1 : 0;
  }
  return out;
}

// Somebody who is in no list may match too.
bool may_be_more(const Case& c) { return c.evidence.unlisted_db.value_or(-1) >= c.rules.threshold_db; }

Arguments of_match(const Case& c) {
  Arguments out = of_best(c);
  out.push_back({"searched", c.receipt().searched});
  out.push_back(chance(c, c.receipt().searched));
  if (const std::uint64_t several = matches(c); several > 1) {
    out.push_back({may_be_more(c) ? "least_matches" : "matches", several});
  }
  return out;
}

bool best_matches_by_score(const Case& c) {
  return c.best() != nullptr && classify(c.best()->score_db, c.rules) == Decision::kMatch;
}

bool best_is_doubtful(const Case& c) {
  return best_matches_by_score(c) && !weak(*c.best()) && doubt(*c.best(), c.rules.review_db);
}

Arguments of_claim_in_doubt(const Case& c) {
  const Doubt found = doubt(*c.best(), c.rules.review_db).value();
  return {{"finger", std::string(fingerprint::name_of(found.finger.position))},
          {"other_finger", std::string(fingerprint::name_of(found.other_finger.position))}};
}

Arguments of_doubt(const Case& c) {
  Arguments out = of_claim_in_doubt(c);
  out.insert(out.begin(), {"person", c.best()->person_id});
  return out;
}

bool best_is_weak(const Case& c) { return best_matches_by_score(c) && weak(*c.best()); }

Arguments of_weak(const Case& c) {
  Arguments out = of_best(c);
  out.push_back({"least_db", kLeastMatch_db});
  return out;
}

bool best_is_near(const Case& c) {
  return c.best() != nullptr && classify(c.best()->score_db, c.rules) == Decision::kIndeterminate;
}

// The first person who is undecided by one finger alone; null where there is nobody.
const ScoredPerson* by_lone_finger(const Case& c) {
  const auto& persons = c.evidence.persons;
  const auto at = std::find_if(persons.begin(), persons.end(), [&](const ScoredPerson& person) {
    return lone_finger(person, c.rules.threshold_db).has_value();
  });
  return at == persons.end() ? nullptr : &*at;
}

bool a_lone_finger_fits(const Case& c) { return by_lone_finger(c) != nullptr; }

Arguments of_lone_finger(const Case& c) {
  const ScoredPerson& person = *by_lone_finger(c);
  const FingerEvidence finger = lone_finger(person, c.rules.threshold_db).value();
  return {{"person", person.person_id},
          {"finger", std::string(fingerprint::name_of(finger.position))},
          {"score_db", finger.score_db},
          {"threshold_db", c.rules.threshold_db}};
}

// The persons whose fingers fit at other positions come first.
std::size_t fit_elsewhere(const Case& c) {
  const auto& persons = c.evidence.elsewhere;
  const auto fits = [&](const ScoredPerson& person) {
    return first_of(person.scores, Modality::kFinger) != nullptr &&
           person.score_db >= std::max(c.rules.threshold_db, kLeastMatch_db);
  };
  return static_cast<std::size_t>(std::find_if_not(persons.begin(), persons.end(), fits) - persons.begin());
}

bool fits_other_finger(const Case& c) { return fit_elsewhere(c) > 0; }

FingerPosition finger_of(std::uint8_t position) { return static_cast<FingerPosition>(position); }

// Precondition: somebody fits there.
const SampleScore& best_elsewhere(const Case& c) {
  return *first_of(c.evidence.elsewhere.front().scores, Modality::kFinger);
}

bool fits_other_hand(const Case& c) {
  if (!fits_other_finger(c)) return false;
  const SampleScore& finger = best_elsewhere(c);
  return finger_of(finger.reference) == mirrored(finger_of(finger.probe));
}

Arguments of_elsewhere(const Case& c) {
  const ScoredPerson& person = c.evidence.elsewhere.front();
  const SampleScore& finger = best_elsewhere(c);
  return {{"person", person.person_id},
          {"finger", std::string(fingerprint::name_of(finger_of(finger.probe)))},
          {"other_finger", std::string(fingerprint::name_of(finger_of(finger.reference)))},
          {"score_db", person.score_db},
          {"threshold_db", c.rules.threshold_db}};
}

bool resolution_doubtful(const Case& c) {
  return c.evidence.fits_at_other_resolution || (!c.evidence.probe.usable && c.evidence.probe.resolution_doubtful);
}

bool probe_unusable(const Case& c) { return !c.evidence.probe.usable; }

bool few_comparable(const Case& c) {
  return static_cast<double>(c.receipt().comparable) <
         kLeastComparableShare * static_cast<double>(c.receipt().searched);
}

// What a person must have to be compared with what was captured.
std::string lacking_of(const Case& c) {
  const auto& given = c.evidence.probe.given;
  if (!given[Modality::kFace]) return std::string(PhraseCode::kFinger.name());
  return std::string(given[Modality::kFinger] ? PhraseCode::kFingerOrFace.name() : PhraseCode::kFace.name());
}

Arguments of_few_comparable(const Case& c) {
  return {{"comparable", c.receipt().comparable}, {"searched", c.receipt().searched}, {"lacking", lacking_of(c)}};
}

Arguments of_no_match(const Case& c) {
  Arguments out{{"searched", c.receipt().searched}, {"threshold_db", c.rules.threshold_db}};
  if (c.receipt().compared < c.receipt().comparable) out.push_back({"compared", c.receipt().compared});
  if (c.best() != nullptr) out.push_back({"score_db", c.best()->score_db});
  if (const auto& miss = c.evidence.expected_miss) {
    out.push_back({"miss_chance", miss->rate});
    if (miss->second_finger_helps) out.push_back({"add", std::string(PhraseCode::kSecondFinger.name())});
  }
  const std::uint64_t incomparable = c.receipt().searched - c.receipt().comparable;
  if (incomparable == 0) return out;
  out.push_back({"incomparable", incomparable});
  out.push_back({"lacking", lacking_of(c)});
  return out;
}

bool out_of_reach(const Case& c) { return c.evidence.out_of_reach.has_value(); }

// What would be within reach: the threshold, and the rate that gives it with so many chances to match falsely. The rate
// is one in a whole number, so that who asks for it as they read it is within reach.
Arguments of_reach(const Case& c, std::uint64_t chances) {
  Arguments out{{"threshold_db", c.rules.threshold_db}};
  const auto& reach_db = c.evidence.out_of_reach->threshold_db;
  if (!reach_db) return out;
  out.push_back({"reach_db", *reach_db});
  const double one_in =
      std::floor(1 / (static_cast<double>(std::max<std::uint64_t>(1, chances)) * chance_of(*reach_db)));
  if (one_in >= 2) out.push_back({"reach_rate", 1 / one_in});
  return out;
}

Arguments of_out_of_reach(const Case& c) { return of_reach(c, c.receipt().searched); }

constexpr Row kSearch[] = {
    {AnswerCode::kPartFailed, Decision::kIndeterminate, a_part_failed, of_failed_part},
    {AnswerCode::kIncomplete, Decision::kIndeterminate, incomplete, of_receipt},
    {AnswerCode::kFilterOfNothing, Decision::kIndeterminate, filter_of_nothing, of_filter},
    {AnswerCode::kNobodyEnrolled, Decision::kNoMatch, nobody_enrolled, none},
    {AnswerCode::kFaceUncalibrated, Decision::kIndeterminate, nothing_but_uncalibrated_face, of_face},
    {AnswerCode::kFingersDisagree, Decision::kIndeterminate, fingers_disagree, of_disagreement},
    {AnswerCode::kMatch, Decision::kMatch, best_matches, of_match},
    {AnswerCode::kFingerUnlike, Decision::kIndeterminate, best_is_doubtful, of_doubt},
    {AnswerCode::kWeakMatch, Decision::kIndeterminate, best_is_weak, of_weak},
    {AnswerCode::kFaceAlone, Decision::kIndeterminate, best_matches_by_score, of_best},
    {AnswerCode::kBelowThreshold, Decision::kIndeterminate, best_is_near, of_best},
    {AnswerCode::kLoneFinger, Decision::kIndeterminate, a_lone_finger_fits, of_lone_finger},
    {AnswerCode::kOtherHand, Decision::kIndeterminate, fits_other_hand, of_elsewhere},
    {AnswerCode::kOtherFinger, Decision::kIndeterminate, fits_other_finger, of_elsewhere},
    {AnswerCode::kResolutionDoubtful, Decision::kIndeterminate, resolution_doubtful, none},
    {AnswerCode::kProbeUnusable, Decision::kIndeterminate, probe_unusable, none},
    {AnswerCode::kFewComparable, Decision::kIndeterminate, few_comparable, of_few_comparable},
    {AnswerCode::kOutOfReach, Decision::kIndeterminate, out_of_reach, of_out_of_reach},
    {AnswerCode::kNoMatch, Decision::kNoMatch, always, of_no_match},
};

// -- Verifications: c.best() is the claimed person --------------------------------------------------------------------

bool claim_by_uncalibrated_face(const Case& c) { return by_uncalibrated_face(*c.best(), c.rules); }

Arguments of_claimed_face(const Case& c) { return {{"cosine", first_of(c.best()->scores, Modality::kFace)->cosine}}; }

bool claim_compared(const Case& c) { return compared(*c.best(), c.rules); }

bool claim_matches(const Case& c) { return claim_compared(c) && best_matches(c); }

Arguments of_claim(const Case& c) { return {{"score_db", c.best()->score_db}, {"threshold_db", c.rules.threshold_db}}; }

Arguments of_claim_match(const Case& c) {
  Arguments out = of_claim(c);
  out.push_back(chance(c, 1));
  return out;
}

bool claim_matches_by_score(const Case& c) { return claim_compared(c) && best_matches_by_score(c); }

bool claim_is_doubtful(const Case& c) { return claim_compared(c) && best_is_doubtful(c); }

bool claim_is_weak(const Case& c) { return claim_compared(c) && best_is_weak(c); }

Arguments of_weak_claim(const Case& c) {
  Arguments out = of_claim(c);
  out.push_back({"least_db", kLeastMatch_db});
  return out;
}

bool claim_is_near(const Case& c) { return claim_compared(c) && best_is_near(c); }

Arguments of_claim_by_lone_finger(const Case& c) {
  const FingerEvidence finger = lone_finger(*c.best(), c.rules.threshold_db).value();
  return {{"finger", std::string(fingerprint::name_of(finger.position))},
          {"score_db", finger.score_db},
          {"threshold_db", c.rules.threshold_db}};
}

Arguments of_claim_elsewhere(const Case& c) {
  Arguments out = of_elsewhere(c);
  out.erase(out.begin());  // the person is the caller's
  return out;
}

// Finding the person unlike would say nothing.
bool claim_rules_nothing_out(const Case& c) {
  return !c.best()->conclusive && (c.best()->by_modality[Modality::kFinger].compared || !c.evidence.probe.usable);
}

bool claim_doubtful(const Case& c) {
  return c.evidence.fits_at_other_resolution || (claim_rules_nothing_out(c) && c.evidence.probe.resolution_doubtful);
}

bool claim_incomparable(const Case& c) { return !claim_compared(c); }

bool claim_incomparable_by_face(const Case& c) {
  return claim_incomparable(c) && c.evidence.probe.given[Modality::kFace];
}

Arguments of_claim_out_of_reach(const Case& c) { return of_reach(c, 1); }

constexpr Row kClaim[] = {
    {AnswerCode::kClaimFaceUncalibrated, Decision::kIndeterminate, claim_by_uncalibrated_face, of_claimed_face},
    {AnswerCode::kClaimMatch, Decision::kMatch, claim_matches, of_claim_match},
    {AnswerCode::kClaimFingerUnlike, Decision::kIndeterminate, claim_is_doubtful, of_claim_in_doubt},
    {AnswerCode::kClaimWeakMatch, Decision::kIndeterminate, claim_is_weak, of_weak_claim},
    {AnswerCode::kClaimFaceAlone, Decision::kIndeterminate, claim_matches_by_score, of_claim},
    {AnswerCode::kClaimBelowThreshold, Decision::kIndeterminate, claim_is_near, of_claim},
    {AnswerCode::kClaimLoneFinger, Decision::kIndeterminate, a_lone_finger_fits, of_claim_by_lone_finger},
    {AnswerCode::kClaimOtherHand, Decision::kIndeterminate, fits_other_hand, of_claim_elsewhere},
    {AnswerCode::kClaimOtherFinger, Decision::kIndeterminate, fits_other_finger, of_claim_elsewhere},
    {AnswerCode::kResolutionDoubtful, Decision::kIndeterminate, claim_doubtful, none},
    {AnswerCode::kProbeUnusable, Decision::kIndeterminate, claim_rules_nothing_out, none},
    {AnswerCode::kClaimNoSuchFingerNorFace, Decision::kIndeterminate, claim_incomparable_by_face, none},
    {AnswerCode::kClaimNoSuchFinger, Decision::kIndeterminate, claim_incomparable, none},
    {AnswerCode::kClaimOutOfReach, Decision::kIndeterminate, out_of_reach, of_claim_out_of_reach},
    {AnswerCode::kClaimNoMatch, Decision::kNoMatch, always, of_claim},
};

// -- Both -------------------------------------------------------------------------------------------------------------

// A face without a calibration has no decibels: it names people where there is nothing else to go by.
bool near_enough(const ScoredPerson& person, Decision decision, const Case& c) {
  if (by_uncalibrated_face(person, c.rules)) return nothing_but_uncalibrated_face(c);
  return decision != Decision::kNoMatch;
}

bool is_named_by(const Reason& reason, const std::string& person_id) {
  return std::any_of(reason.arguments.begin(), reason.arguments.end(), [&](const ReasonArgument& argument) {
    const auto* value = std::get_if<std::string>(&argument.value);
    return (argument.name == "person" || argument.name == "other_person") && value != nullptr && *value == person_id;
  });
}

void decide(const Case& c, Verdict& out) {
  const std::span<const Row> rows = c.evidence.claimed ? std::span<const Row>(kClaim) : std::span<const Row>(kSearch);
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.holds(c); });
  out.decision = row->decision;  // the last row always holds
  out.reason = {row->code, row->arguments(c)};
}

}  // namespace

Decision classify(double score_db, const Rules& rules) {
  if (score_db >= rules.threshold_db) return Decision::kMatch;
  return score_db >= rules.review_db ? Decision::kIndeterminate : Decision::kNoMatch;
}

bool worth_looking_elsewhere(const Verdict& verdict) {
  constexpr ReasonCode kWorth[] = {AnswerCode::kNoMatch,
                                   AnswerCode::kOutOfReach,
                                   AnswerCode::kFewComparable,
                                   AnswerCode::kClaimNoMatch,
                                   AnswerCode::kClaimOutOfReach,
                                   AnswerCode::kClaimNoSuchFinger,
                                   AnswerCode::kClaimNoSuchFingerNorFace};
  return std::find(std::begin(kWorth), std::end(kWorth), verdict.reason.code) != std::end(kWorth);
}

bool worth_another_resolution(const Verdict& verdict) {
  constexpr ReasonCode kWorth[] = {AnswerCode::kNoMatch, AnswerCode::kOutOfReach, AnswerCode::kClaimNoMatch,
                                   AnswerCode::kClaimOutOfReach};
  return std::find(std::begin(kWorth), std::end(kWorth), verdict.reason.code) != std::end(kWorth);
}

Verdict verdict(const Evidence& evidence, const Rules& rules) {
  const Case c{evidence, rules};
  Verdict out;
  decide(c, out);
  for (const ScoredPerson& person : evidence.persons) {
    const Decision decision = decision_of(person, rules);
    out.persons.push_back(decision);
    out.named.push_back(near_enough(person, decision, c) || is_named_by(out.reason, person.person_id));
  }
  out.fit_elsewhere = fit_elsewhere(c);
  out.matches = matches(c);
  return out;
}

}  // namespace whorl::engine
