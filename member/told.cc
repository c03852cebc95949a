#include "member/told.h"

#include <algorithm>
#include <cmath>

#include "base/version.h"
#include "crypto/jose/base64url.h"
#include "exchange/policy/rules.h"

namespace whorl::member {
namespace {

using engine::Decision;
using exchange::Outcome;

constexpr int kMostScore_db = 999;
// A finger or face of such a score speaks for a person by itself.
constexpr double kSupport_db = 10.0;
constexpr std::size_t kMostQualities = 20;

exchange::MatchFacts facts_of(const engine::Candidate& candidate, int age_years) {
  exchange::MatchFacts out;
  out.age_years = age_years;
  for (const engine::SampleScore& score : candidate.scores) {
    if (!score.score_db || *score.score_db < kSupport_db) continue;
    if (score.modality == Modality::kFinger) ++out.fingers_that_fit;
    if (score.modality == Modality::kFace) out.face_fits = true;
  }
  return out;
}

// Of one gallery, after the rules about whom a match may decide.
Told of_gallery(const engine::IdentifyAnswer& answer, const exchange::GeneralRules& rules, const AgeOf& age_of) {
  Told out;
  out.complete = answer.receipt.complete();
  if (answer.decision == Decision::kNoMatch) {
    out.outcome = Outcome::kNoMatch;
    return out;
  }
  out.why = std::string(answer.why.code.name());
  if (answer.decision != Decision::kMatch || answer.candidates.empty()) return out;
  const engine::Candidate& best = answer.candidates.front();
  if (!exchange::may_decide_match(rules, facts_of(best, age_of(best.person_id)))) {
    out.why = "needs_an_examiner";
    return out;
  }
  out.outcome = Outcome::kMatch;
  out.person_id = best.person_id;
  out.why.clear();
  out.score_db = std::clamp(static_cast<int>(std::floor(best.score_db)), 0, kMostScore_db);
  return out;
}

// A match before what is undecided before a no.
int weight(Outcome outcome) {
  if (outcome == Outcome::kMatch) return 2;
  return outcome == Outcome::kIndeterminate ? 1 : 0;
}

int decade_of(std::uint64_t persons) {
  int out = 0;
  for (; persons >= 10; persons /= 10) ++out;
  return out;
}

}  // namespace

Told told_of(const std::vector<engine::IdentifyAnswer>& answers, const exchange::GeneralRules& rules,
             const AgeOf& age_of) {
  Told out;
  out.outcome = Outcome::kNoMatch;
  std::uint64_t persons = 0;
  for (const engine::IdentifyAnswer& answer : answers) {
    const Told one = of_gallery(answer, rules, age_of);
    out.complete = out.complete && one.complete;
    persons += answer.receipt.gallery_size;
    const bool more =
        weight(one.outcome) > weight(out.outcome) || (one.outcome == Outcome::kMatch && one.score_db > out.score_db);
    if (!more) continue;
    out.outcome = one.outcome;
    out.why = one.why;
    out.score_db = one.score_db;
    out.person_id = one.person_id;
  }
  out.size_decade = decade_of(persons);
  for (const engine::SampleQuality& each : answers.front().probe) {
    if (out.quality.size() < kMostQualities) out.quality.push_back(std::clamp(each.quality, 0, 100));
  }
  return out;
}

Told told_of(exchange::Refusal refusal) {
  Told out;
  out.outcome = Outcome::kRefused;
  out.why = std::string(exchange::name_of(refusal));
  return out;
}

Told told_of(const Error& error) {
  if (error.kind == ErrorKind::kInvalidInput) return told_of(exchange::Refusal::kFormat);
  Told out;
  out.complete = false;
  out.why = "unavailable";
  return out;
}

exchange::Answer answer_of(const exchange::Check& check, const std::string& jti, const Sha256& signed_text,
                           const Told& told, std::string handle, crypto::PublicKey release) {
  return {check.ref,
          jti,
          crypto::base64url(signed_text),
          told.outcome,
          told.why,
          told.score_db,
          told.complete,
          told.size_decade,
          told.quality,
          std::string(kVersion),
          std::move(handle),
          std::move(release)};
}

std::int64_t leaves_at(std::int64_t received_ms, std::int64_t ready_ms, std::int64_t slot_ms, std::int64_t jitter_ms) {
  if (slot_ms <= 0) return std::max(ready_ms, received_ms) + jitter_ms;
  const std::int64_t passed = std::max<std::int64_t>(0, ready_ms - received_ms);
  const std::int64_t slots = std::max<std::int64_t>(1, (passed + slot_ms - 1) / slot_ms);
  return received_ms + slots * slot_ms + jitter_ms;
}

}  // namespace whorl::member
