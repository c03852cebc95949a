// What becomes of a check: answers that come, members that do not answer, checks that are wanted no more, and what of
// it is shown.
#include <algorithm>

#include "crypto/jose/jwk.h"
#include "engine/access/authorise.h"
#include "engine/access/scopes.h"
#include "exchange/policy/rules.h"
#include "member/asking.h"
#include "member/leaf_note.h"
#include "member/refusals.h"
#include "member/row_names.h"

namespace whorl::member {

using engine::CheckView;
using engine::MemberAnswer;
using exchange::Time;

CheckView Asking::view(const CheckRow& row) const {
  CheckView out;
  out.check_id = row.check_id;
  out.purpose = row.purpose;
  out.asked_at = time_of(row.asked_at);
  out.expires_at = time_of(row.expires_at);
  out.left_out = row.left_out;
  const auto questions = of_.find(row.check_id);
  for (const MemberAnswer& each : row.members) {
    MemberAnswer answer = each;
    if (each.state == "waiting") {
      // One that was never kept: the node ended while it was asked.
      answer = {each.member, "did_not_answer", "not_sent"};
      if (questions != of_.end() && questions->second.contains(each.member))
        answer = shown(questions_.at(questions->second.at(each.member)).question);
    }
    out.members.push_back(std::move(answer));
  }
  out.result = result_of(out.members);
  out.reason = sentence_of(out.members);
  return out;
}

Result<CheckView> Asking::check(const engine::Call& call, const std::string& check_id) const {
  WHORL_TRY(access::authorise(call.who, access::scope::kExchangeAsk));
  const std::scoped_lock lock(mutex_);
  const auto found = checks_.find(check_id);
  if (found == checks_.end() || found->second.issuer != call.who.issuer || found->second.subject != call.who.subject)
    return unknown_check();
  return view(found->second);
}

Result<std::vector<Asking::Cancelled>> Asking::cancel(const engine::Call& call, const std::string& check_id) {
  WHORL_TRY(owns(call, check_id));
  std::vector<Cancelled> out;
  const std::scoped_lock lock(mutex_);
  const auto questions = of_.find(check_id);
  if (questions == of_.end()) return out;
  for (const auto& [member, jti] : questions->second) {
    Entry& entry = questions_.at(jti);
    const bool was_sealed = entry.question.state != QuestionState::kQueued;
    Question question = entry.question;
    if (!member::cancel(question, now())) continue;
    WHORL_TRY(heard(question));
    WHORL_TRY(keep(entry, std::move(question)));
    if (was_sealed) out.push_back({member, entry.question.ref, entry.question.exp});
  }
  return out;
}

Status Asking::owns(const engine::Call& call, const std::string& check_id) const {
  const auto seen = check(call, check_id);
  return seen.ok() ? Status() : seen.error();
}

std::optional<crypto::PrivateKey> Asking::reply_key(std::string_view kid) const {
  const std::scoped_lock lock(mutex_);
  const auto found = by_kid_.find(kid);
  if (found == by_kid_.end()) return std::nullopt;
  return questions_.at(found->second).question.reply_key.key();
}

// What became of a question, as the officer who asked is shown it.
Status Asking::heard(const Question& question) const {
  const auto check = checks_.find(question.check_id);
  engine::Call call;
  call.request_id = question.check_id;
  if (check != checks_.end()) {
    call.who.issuer = check->second.issuer;
    call.who.subject = check->second.subject;
    call.purpose = check->second.purpose;
  }
  const MemberAnswer answer = shown(question);
  const std::string why = answer.state == "refused" || answer.state == "did_not_answer" ? ":" + answer.why : "";
  return note_leaf(with_.service, call, audit::Operation::kHeard, answer.state + why + (question.late ? ",late" : ""),
                   question.member);
}

bool Asking::took(const std::string& mark) const {
  const std::scoped_lock lock(mutex_);
  return taken_.contains(mark);
}

Status Asking::take_answer(const exchange::Opened& opened) {
  const auto* answer = std::get_if<exchange::Answer>(&opened.message.body);
  const std::scoped_lock lock(mutex_);
  const auto found = answer == nullptr ? questions_.end() : questions_.find(answer->re);
  if (found == questions_.end()) return envelope_refused("answers nothing that was asked");
  Question question = found->second.question;
  WHORL_TRY(member::take_answer(question, opened, now()));
  if (!is_cancelled(question)) WHORL_TRY(heard(question));
  WHORL_TRY(keep(found->second, std::move(question)));
  by_kid_.erase(found->second.kid);
  taken_.insert(found->second.question.taken);
  return {};
}

Status Asking::pass_time(const exchange::Retention& retention, Time settled) {
  const Time at = now();
  const std::scoped_lock lock(mutex_);
  for (auto& [jti, entry] : questions_) {
    if (!is_due(entry.question, at, settled)) continue;
    const bool was_open = is_open(entry.question);
    Question question = entry.question;
    member::pass_time(question, at, settled);
    if (was_open) WHORL_TRY(heard(question));
    WHORL_TRY(keep(entry, std::move(question)));
    if (entry.question.reply_key.empty()) by_kid_.erase(entry.kid);
  }
  const auto least = std::min(retention.case_match, retention.case_no_match);
  std::vector<std::string> past;
  std::vector<std::string> over;
  for (const auto& [check_id, row] : checks_) {
    // Of nearly all that are kept the row alone says that they stay.
    if (settled < time_of(row.expires_at) + kLateAnswers || settled < time_of(row.asked_at) + least) continue;
    const auto kept = view(row).result == "match" ? exchange::Kept::kCaseMatch : exchange::Kept::kCaseNoMatch;
    if (settled < exchange::retention_due(retention, kept, time_of(row.asked_at))) continue;
    for (const auto& [member, jti] : of_[check_id]) over.push_back(question_name(jti));
    over.push_back(check_name(check_id));
    past.push_back(check_id);
  }
  if (past.empty()) return {};
  WHORL_TRY(with_.rows.erase(over));
  for (const std::string& check_id : past) forget(check_id);
  return {};
}

void Asking::forget(const std::string& check_id) {
  for (const auto& [member, jti] : of_[check_id]) {
    taken_.erase(questions_.at(jti).question.taken);
    questions_.erase(jti);
  }
  of_.erase(check_id);
  const auto check = checks_.find(check_id);
  const auto key = by_key_.find(check->second.key);
  if (key != by_key_.end() && key->second == check_id) by_key_.erase(key);
  checks_.erase(check);
}

}  // namespace whorl::member
