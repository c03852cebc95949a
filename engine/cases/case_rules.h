// What follows from what was decided, and who may do what next. Private to this room.
//
// Pure functions of a case's record; thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/cases/case_record.h"

namespace whorl::engine {

struct Settled {
  CaseState state = CaseState::kWaiting;
  int wanted = 0;                               // decisions, so far
  const RecordedDecision* agreed_on = nullptr;  // of kDecided; one of the record's
};

// Who agree close it. Where two differ a third is asked; where that one differs from both it is disputed.
Settled settled(const CaseRecord& record);

struct NextStep {
  std::string_view next;      // "claim", "decide", "nothing"
  std::string_view why = {};  // of "nothing"
};

// Nobody decides twice, and nobody what they have opened themselves: but where nobody signs in (`local`), since
// everybody is the same then. `reviews`: they may decide cases at all.
NextStep next_step(const CaseRecord& record, const Reviewer& who, bool local, bool reviews, std::uint64_t now_ms);

// The claim that holds now; null: none.
const CaseClaim* claim_now(const CaseRecord& record, std::uint64_t now_ms);
// Their decision; null: none yet.
const RecordedDecision* decision_of(const CaseRecord& record, const Reviewer& who);

// Which candidate of the dossier somebody is shown under a number from 1, and the other way. Each who decides sees them
// in another order. Precondition: number <= candidates; place < candidates.
std::uint8_t place_of(const CaseRecord& record, const Reviewer& who, int number);
int number_of(const CaseRecord& record, const Reviewer& who, std::uint8_t place);

}  // namespace whorl::engine
