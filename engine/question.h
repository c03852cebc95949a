// What the audit log is told of a call: who asks, and of a question what came of it. Private to this room.
#pragma once

#include <string>

#include "audit/asked.h"
#include "audit/leaf.h"
#include "base/result.h"
#include "engine/call.h"
#include "engine/engine_state.h"
#include "engine/types.h"

namespace whorl::engine {

audit::Asked asked_of(const Call& call);
// The same of a change: with the task that it is the work of, and what that is answered.
audit::Asked effect_of(const Call& call, std::string task_answer = {});

audit::Event question_of(const IdentifyRequest& request, const Result<IdentifyAnswer>& answer);
audit::Event question_of(const VerifyRequest& request, const Result<VerifyAnswer>& answer);
// Of two captures: no gallery is looked at.
audit::Event question_of(const CompareRequest& request, const Result<VerifyAnswer>& answer);

// The answer once its leaf is on disk; without one there is no answer. `person`: whom the
// question was about or found first; empty: nobody. Errors: the answer's; else as index::Gallery::note.
template <class Answer>
Result<Answer> noted(EngineState& state, const Call& call, audit::Event question, const std::string& person,
                     Result<Answer> answer) {
  WHORL_TRY(state.gallery->note(std::move(question), person, asked_of(call)));
  return answer;
}

}  // namespace whorl::engine
