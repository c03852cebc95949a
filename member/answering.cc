#include "member/answering.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "crypto/jose/jwk.h"
#include "exchange/policy/rules.h"
#include "member/leaf_note.h"
#include "member/probe.h"
#include "member/question.h"
#include "member/refusals.h"
#include "member/row_names.h"
#include "member/somebody.h"

namespace whorl::member {
namespace {

using exchange::Check;
using exchange::Refusal;
using exchange::Time;

Time second_of(std::int64_t ms) { return Time(exchange::Seconds(ms / 1000)); }

const Check& check_of(const Arrived& arrived) { return std::get<Check>(arrived.opened.message.body); }

std::string asker_of(const Arrived& arrived) {
  return arrived.standing->policy.short_name_of(arrived.opened.message.common.iss).value_or("");
}

double rate_of(const std::string& text) {
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

int year_of(Time now) {
  return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year());
}

}  // namespace

Result<std::optional<Leaving>> Answering::take_case(const std::string& row, ByteView head, Time now) {
  WHORL_ASSIGN(CaseRow kept, parse_case_row(head));
  const std::scoped_lock lock(mutex_);
  if (now.time_since_epoch().count() < kept.check_exp)
    replay_.take(kept.member, kept.jti, Time(exchange::Seconds(kept.check_exp)), {});
  std::optional<Leaving> out;
  if (!kept.sent && now.time_since_epoch().count() < kept.answer_exp)
    out = Leaving{row, kept.member, kept.answer_jti, kept.due_ms, kept.answer_exp};
  index(row, kept);
  cases_[row] = std::move(kept);
  return out;
}

Status Answering::take_counts(ByteView head) {
  const std::scoped_lock lock(mutex_);
  WHORL_ASSIGN(counts_, parse_ledger(head));
  return {};
}

Status Answering::take_hits(ByteView head) {
  const std::scoped_lock lock(mutex_);
  WHORL_ASSIGN(hits_, HitCounter::restore(head));
  return {};
}

void Answering::count_hits_again() {
  const std::scoped_lock lock(mutex_);
  const Time saved = hits_.saved_at();
  for (const auto& [name, row] : cases_) {
    if (time_of(row.received) > saved) count_hits(row);
  }
}

void Answering::count_hits(const CaseRow& row) {
  if (!row.person_id.empty()) hits_.count(row.member, row.person_id, time_of(row.received), false);
  for (const engine::HiddenHit& hit : row.hidden) hits_.count(row.member, hit.person_id, hit.at, true);
}

exchange::ReplayTable::Seen Answering::seen(const exchange::Opened& opened, Time settled) {
  const exchange::Common& common = opened.message.common;
  const std::scoped_lock lock(mutex_);
  return replay_.take(common.iss, common.jti, Time(exchange::Seconds(common.exp)), settled);
}

void Answering::forget(const exchange::Opened& opened) {
  const std::scoped_lock lock(mutex_);
  replay_.forget(opened.message.common.iss, opened.message.common.jti);
}

// What is not on disk has not happened: rows are changed in a copy.
Status Answering::keep(const std::string& name, CaseRow row) {
  WHORL_ASSIGN(const Bytes head, encoded(row));
  WHORL_TRY(with_.rows.change(name, head, {}));
  if (row.sent) forget_unsent(name, row);
  cases_.at(name) = std::move(row);
  return {};
}

void Answering::forget_unsent(const std::string& name, const CaseRow& row) {
  const auto found = unsent_.find({row.member, row.ref});
  if (found != unsent_.end() && found->second == name) unsent_.erase(found);
}

// Counted as it was delivered, whatever it is answered.
Result<bool> Answering::quota_is_used_up(const Arrived& arrived) {
  const std::string from = asker_of(arrived);
  const exchange::PairRules* pair = arrived.standing->policy.pair(from, arrived.standing->me);
  if (pair == nullptr) return false;
  const std::scoped_lock lock(mutex_);
  const bool used = counts_.take(from, arrived.standing->me, *pair, second_of(arrived.received_ms)).has_value();
  WHORL_TRY(with_.rows.change(std::string(kAnsweredRow), encoded(counts_), {}));
  return used;
}

std::optional<Refusal> Answering::refusal(const Arrived& arrived, const Check& check) {
  const Standing& standing = *arrived.standing;
  const exchange::Common& common = arrived.opened.message.common;
  const Time now = second_of(arrived.received_ms);
  if (const auto late = exchange::check_times(common, now, standing.policy.lanes.at(check.lane).expires)) return late;
  const exchange::Policy* earlier = standing.earlier ? &*standing.earlier : nullptr;
  if (!standing.in_force(now) || !exchange::takes_version(standing.policy, earlier, common.policy, now))
    return Refusal::kPolicyVersion;
  const exchange::Received received{asker_of(arrived), standing.me,         check.purpose,
                                    check.by.reason,   check.by.role,       check.lane,
                                    check.age,         rate_of(check.fpir), arrived.opened.second_layer};
  return exchange::admit_receive(standing.policy, received);
}

engine::Call Answering::call_for(const Arrived& arrived, const Check& check) const {
  const exchange::Common& common = arrived.opened.message.common;
  engine::Call out;
  out.who.issuer = "exchange";
  out.who.subject = common.iss;
  out.who.by = engine::SignedInBy::kCertificate;
  out.who.roles = {"member"};
  out.purpose = check.purpose;
  out.request_id = common.jti;
  const std::int64_t left = common.exp - arrived.received_ms / 1000;
  out.deadline = with_.world.ticks() + std::chrono::seconds(std::max<std::int64_t>(left, 0));
  return out;
}

// The node reads for itself, as for a release (open_record.h).
Result<std::vector<std::string>> Answering::galleries_of(const std::string& person_id) const {
  WHORL_ASSIGN(const auto encounters, with_.service.encounters(engine::Call(), person_id));
  std::set<std::string> out;
  for (const engine::EncounterView& each : encounters) out.insert(each.galleries.begin(), each.galleries.end());
  return std::vector<std::string>(out.begin(), out.end());
}

Told Answering::search(const Arrived& arrived, const Check& check, std::vector<engine::HiddenHit>& hidden) {
  const Standing& standing = *arrived.standing;
  const std::string asker = asker_of(arrived);
  const auto galleries = exchange::galleries_for(standing.national, asker);
  if (galleries.empty()) return told_of(Refusal::kPair);
  auto samples = samples_of(check.probe);
  if (!samples) return told_of(Refusal::kFormat);
  engine::IdentifyRequest request;
  request.samples = std::move(*samples);
  request.target_fpir = rate_of(check.fpir) / static_cast<double>(galleries.size());
  const engine::Call call = call_for(arrived, check);
  std::vector<engine::IdentifyAnswer> answers;
  for (const std::string& gallery : galleries) {
    Shield::Look look = with_.shield.look(arrived.standing, asker, check.purpose, gallery,
                                          [this](const std::string& person) { return galleries_of(person); });
    request.gallery_id = gallery;
    request.hides = look.hides();
    auto answer = with_.service.identify(call, request);
    if (!answer.ok() && answer.error().kind == ErrorKind::kNotFound) continue;  // nobody is in it yet
    if (!answer.ok()) return told_of(answer.error());
    for (engine::HiddenHit& hit : look.hits(answer->review_db)) hidden.push_back(std::move(hit));
    answers.push_back(std::move(*answer));
  }
  for (engine::Sample& sample : request.samples) crypto::wipe(sample.bytes);
  if (answers.empty()) return told_of(unavailable("no gallery is there"));
  const int year = year_of(second_of(arrived.received_ms));
  return told_of(answers, standing.policy.rules,
                 [&](const std::string& person) { return with_.shield.age_of(person, year); });
}

Result<Answering::Composed> Answering::compose(const Arrived& arrived) {
  const Check& check = check_of(arrived);
  const exchange::Common& asked = arrived.opened.message.common;
  WHORL_ASSIGN(const bool used_up, quota_is_used_up(arrived));
  auto why = refusal(arrived, check);
  if (!why && used_up) why = Refusal::kQuota;
  std::vector<engine::HiddenHit> hidden;
  const Told told = why ? told_of(*why) : search(arrived, check, hidden);
  for (engine::HiddenHit& hit : hidden) hit.at = second_of(arrived.received_ms);
  WHORL_ASSIGN(auto release, crypto::PrivateKey::make(crypto::KeyKind::kX25519, with_.random));
  WHORL_ASSIGN(std::string handle, exchange::new_id(with_.random));
  exchange::Common common;
  common.iss = asked.aud;
  common.aud = asked.iss;
  WHORL_ASSIGN(common.jti, exchange::new_id(with_.random));
  common.iat = arrived.received_ms / 1000;
  common.exp = asked.exp + kLateAnswers.count();
  common.policy = arrived.standing->policy.id();
  exchange::Answer answer =
      answer_of(check, asked.jti, arrived.opened.signed_text, told, std::move(handle), release.public_key());
  return Composed{{std::move(common), std::move(answer)}, std::move(release), std::move(hidden), told.person_id};
}

Status Answering::note(const Arrived& arrived, const Check& check, const exchange::Answer& answer) {
  std::string outcome(exchange::name_of(answer.outcome));
  if (answer.outcome == exchange::Outcome::kRefused) outcome += ":" + answer.why;
  return note_leaf(with_.service, call_for(arrived, check), audit::Operation::kAnswer, std::move(outcome),
                   arrived.opened.message.common.iss);
}

Result<std::optional<Leaving>> Answering::answer(Arrived arrived) {
  const Check& check = check_of(arrived);
  const exchange::Common& asked = arrived.opened.message.common;
  const auto wall_ms = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(with_.world.now().time_since_epoch()).count();
  };
  if (wall_ms() / 1000 >= asked.exp + kLateAnswers.count()) return std::optional<Leaving>();
  WHORL_ASSIGN(Composed composed, compose(arrived));
  const exchange::Answer& answer = std::get<exchange::Answer>(composed.message.body);
  WHORL_ASSIGN(const exchange::Sealed sealed,
               exchange::seal(composed.message, exchange::Size::kReply, with_.keys.identity, check.reply,
                              arrived.opened.second_layer ? with_.keys.secret(asked.iss) : nullptr, with_.random));
  const exchange::LaneRules& lane = arrived.standing->policy.lanes.at(check.lane);
  const std::int64_t jitter_ms = lane.jitter.count();
  const std::int64_t drawn =
      jitter_ms > 0 ? static_cast<std::int64_t>(with_.world.random_u64() % static_cast<std::uint64_t>(jitter_ms)) : 0;
  const std::int64_t due_ms = leaves_at(arrived.received_ms, wall_ms(), lane.slot.count(), drawn);
  CaseRow row{asked.iss,
              asked.jti,
              check.ref,
              check.purpose,
              check.lane,
              arrived.received_ms / 1000,
              asked.exp,
              due_ms,
              composed.message.common.exp,
              composed.message.common.jti,
              false,
              answer.outcome,
              answer.why,
              answer.handle,
              crypto::SecretBytes::copy_of(composed.release.secret()),
              std::move(composed.hidden),
              std::move(composed.person_id)};
  WHORL_TRY(note(arrived, check, answer));
  const std::string name = case_name(asked.iss, asked.jti);
  WHORL_ASSIGN(const Bytes head, encoded(row));
  WHORL_TRY(with_.rows.put(name, head, as_bytes(sealed.envelope)));
  const Leaving out{name, asked.iss, row.answer_jti, due_ms, row.answer_exp};
  const std::scoped_lock lock(mutex_);
  index(name, row);
  count_hits(row);
  cases_[name] = std::move(row);
  return std::optional(out);
}

Result<std::string> Answering::envelope(const std::string& row) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = cases_.find(row);
    if (found == cases_.end() || found->second.sent) return not_found("the answer has left, or is not wanted any more");
  }
  WHORL_ASSIGN(const auto bytes, with_.rows.request(row));
  if (!bytes) return not_found("the answer is not kept any more");
  return std::string(as_text(*bytes));
}

Status Answering::sent(const std::string& row) {
  const std::scoped_lock lock(mutex_);
  const auto found = cases_.find(row);
  if (found == cases_.end() || found->second.sent) return {};
  CaseRow changed = found->second;
  changed.sent = true;
  return keep(row, std::move(changed));
}

Status Answering::drop(const std::string& member, const std::string& ref) {
  const std::scoped_lock lock(mutex_);
  const auto found = unsent_.find({member, ref});
  if (found == unsent_.end()) return {};
  const std::string name = found->second;
  CaseRow changed = cases_.at(name);
  changed.sent = true;
  return keep(name, std::move(changed));
}

exchange::QuotaCount Answering::used(const std::string& from, const std::string& to, Time now) const {
  const std::scoped_lock lock(mutex_);
  return counts_.count(from, to, now);
}

std::vector<engine::HitAlarm> Answering::hit_alarms(Time now) const {
  const std::scoped_lock lock(mutex_);
  return hits_.alarms(now);
}

Status Answering::sweep(const exchange::Retention& retention, Time settled) {
  std::vector<std::string> over;
  const std::scoped_lock lock(mutex_);
  hits_.pass_time(settled);
  const Time now = std::chrono::floor<exchange::Seconds>(with_.world.now());
  if (hits_.changed()) WHORL_TRY(with_.rows.change(std::string(kHitsRow), hits_.save(now), {}));
  for (const auto& [name, row] : cases_) {
    const auto kept =
        row.outcome == exchange::Outcome::kMatch ? exchange::Kept::kCaseMatch : exchange::Kept::kCaseNoMatch;
    const Time received(exchange::Seconds(row.received));
    const bool open = settled.time_since_epoch().count() < row.answer_exp;
    if (!open && settled >= exchange::retention_due(retention, kept, received)) over.push_back(name);
  }
  if (over.empty()) return {};
  WHORL_TRY(with_.rows.erase(over));
  for (const std::string& name : over) {
    forget_unsent(name, cases_.at(name));
    cases_.erase(name);
  }
  std::erase_if(by_release_kid_, [&](const auto& each) { return !cases_.contains(each.second); });
  return {};
}

std::set<std::string> Answering::hit_persons() const {
  std::set<std::string> out = hits_.persons();
  for (const auto& [name, row] : cases_) {
    if (!row.person_id.empty()) out.insert(row.person_id);
    for (const engine::HiddenHit& hit : row.hidden) out.insert(hit.person_id);
  }
  return out;
}

Status Answering::forget_gone(std::size_t most) {
  std::set<std::string> some;
  {
    const std::scoped_lock lock(mutex_);
    const std::set<std::string> all = hit_persons();
    auto each = all.upper_bound(looked_at_);
    for (; each != all.end() && some.size() < most; ++each) some.insert(*each);
    looked_at_ = each == all.end() || some.empty() ? "" : *some.rbegin();
  }
  const auto forgotten = forget_gone(some);
  return forgotten.ok() ? Status() : Status(forgotten.error());
}

Result<bool> Answering::forget_gone(const std::set<std::string>& persons) {
  std::set<std::string> gone;
  for (const std::string& person : persons) {
    WHORL_ASSIGN(const bool there, is_somebody(with_.service, person));
    if (!there) gone.insert(person);
  }
  if (gone.empty()) return false;
  WHORL_TRY(forget_hits(gone));
  return true;
}

Status Answering::forget_hits(const std::set<std::string>& gone) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> named;
  for (const auto& [name, row] : cases_) {
    const bool hidden = std::any_of(row.hidden.begin(), row.hidden.end(),
                                    [&](const engine::HiddenHit& hit) { return gone.contains(hit.person_id); });
    if (hidden || gone.contains(row.person_id)) named.push_back(name);
  }
  for (const std::string& name : named) {
    CaseRow row = cases_.at(name);
    std::erase_if(row.hidden, [&](const engine::HiddenHit& hit) { return gone.contains(hit.person_id); });
    if (gone.contains(row.person_id)) row.person_id.clear();
    WHORL_TRY(keep(name, std::move(row)));
  }
  for (const std::string& person : gone) hits_.forget(person);
  if (!hits_.changed()) return {};
  const Time now = std::chrono::floor<exchange::Seconds>(with_.world.now());
  return with_.rows.change(std::string(kHitsRow), hits_.save(now), {});
}

void Answering::index(const std::string& row, const CaseRow& kept) {
  if (!kept.sent) unsent_[{kept.member, kept.ref}] = row;
  const auto key = kept.release_key.key();
  if (!key) return;
  by_release_kid_[crypto::key_id(key->public_key())] = row;
  by_release_kid_[exchange::cover_kid(key->public_key())] = row;
}

std::vector<engine::HiddenHit> Answering::hidden_hits() const {
  std::vector<engine::HiddenHit> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [name, row] : cases_) out.insert(out.end(), row.hidden.begin(), row.hidden.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
  return out;
}

}  // namespace whorl::member
