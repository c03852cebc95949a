// What was asked before the node began: read, and what was not asked to its end let go.
#include "crypto/jose/jwk.h"
#include "member/asking.h"
#include "member/row_names.h"

namespace whorl::member {

Status Asking::take_check(ByteView head) {
  WHORL_ASSIGN(CheckRow row, parse_check_row(head));
  const std::scoped_lock lock(mutex_);
  know(std::move(row));
  return {};
}

void Asking::know(CheckRow row) {
  if (!row.key.empty()) by_key_[row.key] = row.check_id;
  checks_[row.check_id] = std::move(row);
}

Status Asking::take_question(ByteView head) {
  WHORL_ASSIGN(Question question, parse_question(head));
  Entry entry;
  if (!question.reply_key.empty()) {
    WHORL_ASSIGN(const auto key, crypto::PrivateKey::of(crypto::KeyKind::kX25519, question.reply_key.view()));
    entry.kid = crypto::key_id(key.public_key());
  }
  entry.question = std::move(question);
  const std::scoped_lock lock(mutex_);
  know(std::move(entry));
  return {};
}

void Asking::know(Entry entry) {
  const Question& question = entry.question;
  const std::string jti = question.jti;
  of_[question.check_id][question.member] = jti;
  if (!entry.kid.empty()) by_kid_[entry.kid] = jti;
  if (!question.taken.empty()) taken_.insert(question.taken);
  questions_[jti] = std::move(entry);
}

Status Asking::drop_unasked() {
  std::vector<std::string> over;
  const std::scoped_lock lock(mutex_);
  for (auto each = questions_.begin(); each != questions_.end();) {
    if (checks_.contains(each->second.question.check_id)) {
      ++each;
      continue;
    }
    over.push_back(question_name(each->first));
    by_kid_.erase(each->second.kid);
    of_.erase(each->second.question.check_id);
    each = questions_.erase(each);
  }
  return over.empty() ? Status() : with_.rows.erase(over);
}

Status Asking::take_counts(ByteView head) {
  const std::scoped_lock lock(mutex_);
  WHORL_ASSIGN(counts_, parse_ledger(head));
  return {};
}

Status Asking::take_pseudonyms(ByteView head) {
  if (head.size() != kPseudonymKeyBytes) return corruption("the key of pseudonyms is malformed");
  const std::scoped_lock lock(mutex_);
  pseudonyms_ = crypto::SecretBytes::copy_of(head);
  return {};
}

}  // namespace whorl::member
