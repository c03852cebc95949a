// A case as somebody may see it. Private to this room.
//
// Pure functions; thread-safe.
#pragma once

#include "engine/cases/case_record.h"

namespace whorl::engine {

// Whether they may know scores, ranks and names: whoever has decided, and once it is over who opened it.
bool is_told(const CaseRecord& record, const Reviewer& who);

// `dossier`: where they are told; else null.
CaseView view_of(const std::string& id, const CaseRecord& record, const CaseDossier* dossier, const Call& call,
                 std::uint64_t now_ms);

// Takes out of a comparison what says how alike the machine finds both sides, and whose the reference is.
void hide(Explanation& explanation);

}  // namespace whorl::engine
