// Questions on their way: each is sealed once, and the same bytes are sent until they are taken or their time is over.
#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "member/asking.h"
#include "member/row_names.h"

namespace whorl::member {

std::vector<std::string> Asking::to_send() const {
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  for (const auto& [jti, entry] : questions_) {
    if (entry.question.state == QuestionState::kQueued || entry.question.state == QuestionState::kSealed)
      out.push_back(jti);
  }
  return out;
}

std::vector<std::string> Asking::questions_of(const std::string& check_id) const {
  std::vector<std::string> out;
  const std::scoped_lock lock(mutex_);
  const auto found = of_.find(check_id);
  if (found == of_.end()) return out;
  for (const auto& [member, jti] : found->second) out.push_back(jti);
  return out;
}

Result<std::optional<Asking::Sending>> Asking::sending(const std::string& jti) {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(jti);
  if (found == questions_.end()) return std::optional<Sending>();
  const Question& question = found->second.question;
  const bool open = question.state == QuestionState::kQueued || question.state == QuestionState::kSealed;
  if (!open || now().time_since_epoch().count() >= question.exp) return std::optional<Sending>();
  Sending out{question.member, question.lane, question.exp, {}};
  if (question.state == QuestionState::kSealed) {
    WHORL_ASSIGN(const auto envelope, with_.rows.result(question_name(jti)));
    if (!envelope) return corruption("a question's envelope is not there");
    out.envelope = std::string(as_text(*envelope));
  }
  return std::optional(std::move(out));
}

Status Asking::keep(Entry& entry, Question question) {
  WHORL_TRY(with_.rows.change(question_name(question.jti), encoded(question), {}));
  entry.question = std::move(question);
  return {};
}

Status Asking::seal(const std::string& jti, const crypto::PublicKey& day_key) {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(jti);
  if (found == questions_.end() || found->second.question.state != QuestionState::kQueued) return {};
  Question question = found->second.question;
  WHORL_ASSIGN(auto payload, with_.rows.request(question_name(jti)));
  if (!payload) return corruption("a question's content is not there");
  const auto message = exchange::read_message(*payload);
  crypto::wipe(*payload);
  if (!message.ok()) return message.error();
  WHORL_ASSIGN(const exchange::Size size, exchange::size_of(*message));
  WHORL_ASSIGN(const exchange::Sealed sealed, exchange::seal(*message, size, with_.keys.identity, day_key,
                                                             with_.keys.secret(question.member), with_.random));
  question.req = crypto::base64url(sealed.signed_text);
  question.state = QuestionState::kSealed;
  const Bytes envelope(sealed.envelope.begin(), sealed.envelope.end());
  WHORL_TRY(with_.rows.change(question_name(jti), encoded(question), envelope));
  found->second.question = std::move(question);
  return {};
}

Status Asking::receipted(const std::string& jti) {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(jti);
  if (found == questions_.end() || found->second.question.state != QuestionState::kSealed) return {};
  Question question = found->second.question;
  question.state = QuestionState::kReceipted;
  return keep(found->second, std::move(question));
}

Status Asking::refused(const std::string& jti, const std::string& why) {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(jti);
  if (found == questions_.end() || !is_open(found->second.question)) return {};
  Question question = found->second.question;
  refuse(question, why, now());
  WHORL_TRY(heard(question));
  return keep(found->second, std::move(question));
}

}  // namespace whorl::member
