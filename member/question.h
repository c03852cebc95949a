// The asking side as a state machine: what becomes of a question to one member, and what a check comes to.
//
//   queued -> sealed -> receipted -> answered
//        \________\__________\____-> did_not_answer -> answered, late
//
// Pure; thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/member_desk.h"
#include "exchange/envelope/envelope.h"
#include "member/rows.h"

namespace whorl::member {

// So long after its end an answer is taken yet, and shown as late.
inline constexpr std::chrono::seconds kLateAnswers{3600};

inline constexpr std::string_view kCancelled = "cancelled";

inline bool is_open(const Question& question) {
  return question.state != QuestionState::kAnswered && question.state != QuestionState::kDidNotAnswer;
}
// Whether an answer would be taken.
bool awaits_answer(const Question& question, exchange::Time now);

// Whoever asked waits no more. True: it was open.
bool cancel(Question& question, exchange::Time now);
inline bool is_cancelled(const Question& question) { return question.why == kCancelled; }

// Whether its time is over, or by `settled` that in which a late answer is taken, and it does not say so yet.
bool is_due(const Question& question, exchange::Time now, exchange::Time settled);
// What is due is done. True: something changed.
bool pass_time(Question& question, exchange::Time now, exchange::Time settled);

// How what was taken is known again, when it is sent once more.
std::string taken_mark(std::string_view from, std::string_view id, const Sha256& envelope);
inline std::string taken_mark(const exchange::Opened& opened) {
  return taken_mark(opened.message.common.iss, opened.message.common.jti, opened.envelope);
}

// Takes what a member answered to this question; of one that was cancelled nothing but that it came. Errors:
// envelope_refused, saying what does not fit: another member's, to another question, a second one, or too late to be
// taken. Nothing is changed then.
Status take_answer(Question& question, const exchange::Opened& opened, exchange::Time now);

// It will not be sent: the policy, the switch or this node says why, a word.
void refuse(Question& question, std::string why, exchange::Time now);

engine::MemberAnswer shown(const Question& question);

// "match", "no_match", "waiting", "indeterminate". A member that did not answer has not said no.
std::string result_of(const std::vector<engine::MemberAnswer>& members);
// The same for the officer.
std::string sentence_of(const std::vector<engine::MemberAnswer>& members);

}  // namespace whorl::member
