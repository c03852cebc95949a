#include "engine/question.h"

#include <cmath>

namespace whorl::engine {
namespace {

constexpr double kPerDecibel = 1000;
// Scores beyond are no scores.
constexpr double kMost_db = 1e9;

std::optional<std::int64_t> thousandths(double db) {
  if (!(std::abs(db) < kMost_db)) return {};
  return std::llround(db * kPerDecibel);
}

audit::Event asked(audit::Operation operation, const std::string& gallery_id, std::string_view outcome) {
  audit::Event out;
  out.operation = operation;
  out.galleries = {gallery_id};
  out.outcome = outcome;
  return out;
}

template <class Answer>
std::string_view outcome_of(const Result<Answer>& answer) {
  return answer.ok() ? name_of(answer->decision) : name_of(answer.error().kind);
}

}  // namespace

audit::Asked asked_of(const Call& call) {
  audit::Asked out;
  out.issuer = call.who.issuer;
  out.subject = call.who.subject;
  out.auth = name_of(call.who.by);
  for (const std::string& role : call.who.roles) out.role += (out.role.empty() ? "" : ",") + role;
  out.purpose = call.purpose;
  out.request_id = call.request_id;
  if (call.leaf != nullptr) out.noted = &call.leaf->noted;
  return out;
}

audit::Asked effect_of(const Call& call, std::string task_answer) {
  audit::Asked out = asked_of(call);
  out.task = call.task;
  out.task_answer = std::move(task_answer);
  return out;
}

audit::Event question_of(const IdentifyRequest& request, const Result<IdentifyAnswer>& answer) {
  audit::Event out = asked(audit::Operation::kIdentify, request.gallery_id, outcome_of(answer));
  if (!answer.ok()) return out;
  out.persons = answer->receipt.searched;
  out.threshold_mdb = thousandths(answer->threshold_db);
  return out;
}

audit::Event question_of(const VerifyRequest& request, const Result<VerifyAnswer>& answer) {
  audit::Event out = asked(audit::Operation::kVerify, request.gallery_id, outcome_of(answer));
  if (answer.ok()) out.threshold_mdb = thousandths(answer->threshold_db);
  return out;
}

audit::Event question_of(const CompareRequest&, const Result<VerifyAnswer>& answer) {
  audit::Event out;
  out.operation = audit::Operation::kVerify;
  out.outcome = outcome_of(answer);
  if (answer.ok()) out.threshold_mdb = thousandths(answer->threshold_db);
  return out;
}

}  // namespace whorl::engine
