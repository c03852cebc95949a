#include "member/question.h"

#include <algorithm>

#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "member/refusals.h"

namespace whorl::member {
namespace {

std::int64_t seconds_of(exchange::Time now) { return now.time_since_epoch().count(); }

std::string why_not_answered(QuestionState state) {
  switch (state) {
    case QuestionState::kQueued: return "not_connected";
    case QuestionState::kSealed: return "no_receipt";
    default: return "no_answer";
  }
}

std::string list_of(const std::vector<engine::MemberAnswer>& members, std::string_view state) {
  std::string out;
  for (const auto& each : members) {
    if (each.state == state) out += (out.empty() ? "" : ", ") + each.member;
  }
  return out;
}

}  // namespace

bool awaits_answer(const Question& question, exchange::Time now) {
  return question.state != QuestionState::kAnswered && !question.reply_key.empty() &&
         seconds_of(now) < question.exp + kLateAnswers.count();
}

bool cancel(Question& question, exchange::Time now) {
  if (!is_open(question)) return false;
  question.state = QuestionState::kDidNotAnswer;
  question.why = kCancelled;
  question.at = seconds_of(now);
  return true;
}

bool is_due(const Question& question, exchange::Time now, exchange::Time settled) {
  if (is_open(question)) return seconds_of(now) >= question.exp;
  return !question.reply_key.empty() && !awaits_answer(question, settled);
}

bool pass_time(Question& question, exchange::Time now, exchange::Time settled) {
  if (!is_due(question, now, settled)) return false;
  if (is_open(question)) {
    question.why = why_not_answered(question.state);
    question.state = QuestionState::kDidNotAnswer;
    question.at = question.exp;
  }
  if (!awaits_answer(question, settled)) question.reply_key = {};
  return true;
}

Status take_answer(Question& question, const exchange::Opened& opened, exchange::Time now) {
  const auto* answer = std::get_if<exchange::Answer>(&opened.message.body);
  if (answer == nullptr) return envelope_refused("is no answer");
  if (opened.message.common.iss != question.member) return envelope_refused("another member answers");
  if (!awaits_answer(question, now)) return envelope_refused("no answer is awaited any more");
  const auto key = question.reply_key.key();
  if (!key || opened.kid != crypto::key_id(key->public_key())) return envelope_refused("is sealed to another key");
  if (answer->ref != question.ref || answer->re != question.jti) return envelope_refused("answers another question");
  if (question.req.empty() || answer->req != question.req)
    return envelope_refused("answers a question that says something else");
  question.reply_key = {};
  question.taken = taken_mark(opened);
  if (is_cancelled(question)) return {};
  question.late = question.state == QuestionState::kDidNotAnswer || seconds_of(now) >= question.exp;
  question.state = QuestionState::kAnswered;
  question.outcome = answer->outcome;
  question.why = answer->why;
  question.score_db = answer->score_db;
  question.handle = answer->handle;
  question.release_key = crypto::base64url(answer->release.bytes());
  question.at = seconds_of(now);
  return {};
}

std::string taken_mark(std::string_view from, std::string_view id, const Sha256& envelope) {
  ByteWriter text;
  text.sized(from).sized(id).sized(envelope);
  return crypto::base64url(sha256_of({text.view()}));
}

void refuse(Question& question, std::string why, exchange::Time now) {
  question.state = QuestionState::kAnswered;
  question.outcome = exchange::Outcome::kRefused;
  question.why = std::move(why);
  question.at = seconds_of(now);
  question.reply_key = {};
}

engine::MemberAnswer shown(const Question& question) {
  engine::MemberAnswer out;
  out.member = question.member;
  if (is_open(question)) return out;
  const bool answered = question.state == QuestionState::kAnswered;
  out.state = answered ? std::string(exchange::name_of(question.outcome)) : "did_not_answer";
  out.why = question.why;
  out.score_db = question.score_db;
  out.late = question.late;
  out.at = exchange::Time(exchange::Seconds(question.at));
  return out;
}

std::string result_of(const std::vector<engine::MemberAnswer>& members) {
  const auto all = [&](std::string_view state) {
    return std::all_of(members.begin(), members.end(), [&](const auto& each) { return each.state == state; });
  };
  const auto any = [&](std::string_view state) {
    return std::any_of(members.begin(), members.end(), [&](const auto& each) { return each.state == state; });
  };
  if (any("match")) return "match";
  if (members.empty()) return "indeterminate";
  if (all("no_match")) return "no_match";
  return any("waiting") ? "waiting" : "indeterminate";
}

std::string sentence_of(const std::vector<engine::MemberAnswer>& members) {
  const std::string known = list_of(members, "match");
  const std::string waiting = list_of(members, "waiting");
  const std::string silent = list_of(members, "did_not_answer");
  const std::string refusing = list_of(members, "refused");
  const std::string undecided = list_of(members, "indeterminate");
  std::string out;
  const auto add = [&](const std::string& who, const std::string& what) {
    if (!who.empty()) out += (out.empty() ? "" : "; ") + what + who;
  };
  add(known, "Known to ");
  add(list_of(members, "no_match"), "not known to ");
  add(undecided, "undecided at ");
  add(refusing, "refused by ");
  add(silent, "no answer from ");
  add(waiting, "waiting for ");
  if (out.empty()) return "No member was asked.";
  out.front() = static_cast<char>(out.front() >= 'a' ? out.front() - 32 : out.front());
  return out + ".";
}

}  // namespace whorl::member
