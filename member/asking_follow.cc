// What follows an answer: whose match it was, and as whom its officer asks for more.
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "member/asking.h"
#include "member/refusals.h"

namespace whorl::member {

Result<Asking::Matched> Asking::matched(const engine::Call& call, const std::string& check_id,
                                        const std::string& member) {
  WHORL_TRY(owns(call, check_id));
  const std::scoped_lock lock(mutex_);
  const Question* found = question_to(check_id, member);
  if (found == nullptr) return unknown_member(member, "member");
  const Question& question = *found;
  const bool match = question.state == QuestionState::kAnswered && question.outcome == exchange::Outcome::kMatch;
  const auto key = crypto::decode_base64url(question.release_key);
  if (!match || !key || question.handle.empty()) return no_match_to_release(member);
  const CheckRow& row = checks_.at(check_id);
  WHORL_ASSIGN(auto release, crypto::PublicKey::of(crypto::KeyKind::kX25519, *key));
  WHORL_ASSIGN(std::string officer, pseudonym(member, "officer", row.issuer + '\0' + row.subject));
  WHORL_ASSIGN(std::string matter, pseudonym(member, "case", row.matter));
  return Matched{row.purpose,
                 question.ref,
                 question.handle,
                 std::move(release),
                 {row.role, std::move(officer), row.reason, std::move(matter)}};
}

Result<std::string> Asking::officer_pseudonym(const std::string& member, const std::string& issuer,
                                              const std::string& subject) {
  const std::scoped_lock lock(mutex_);
  return pseudonym(member, "officer", issuer + '\0' + subject);
}

bool Asking::awaits(const exchange::Opened& answer) const {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(std::get<exchange::Answer>(answer.message.body).re);
  if (found == questions_.end()) return false;
  const Question& question = found->second.question;
  return question.member == answer.message.common.iss && !is_cancelled(question) && awaits_answer(question, now());
}

// The caller has the lock. Null: there is none.
const Question* Asking::question_to(const std::string& check_id, const std::string& member) const {
  const auto questions = of_.find(check_id);
  if (questions == of_.end()) return nullptr;
  const auto jti = questions->second.find(member);
  return jti == questions->second.end() ? nullptr : &questions_.at(jti->second).question;
}

}  // namespace whorl::member
