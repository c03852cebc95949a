// The first stage of a search: every encounter is counted, and the sources of candidates say whose encounters are
// compared exactly. Private to this room.
//
// Thread-safety: pure functions of an immutable snapshot; no lock is taken but to hand results over.
#pragma once

#include <vector>

#include "base/workers.h"
#include "index/search/scope.h"
#include "index/search/search_types.h"
#include "index/search/seeker.h"

namespace whorl::index {

// Goes through every shard, fills `result`'s receipt, and gives the encounters of the persons to compare exactly:
// person after person, each person's in order of encounter id. A shard that
// fails contributes nobody and is named in the receipt with its reason. Errors: kUnavailable (the request
// expired).
Result<std::vector<PersonEncounter>> choose_persons(const Scope& scope, const SearchRequest& request,
                                                    std::span<const Seeker> seekers, const Workers& workers,
                                                    SearchResult& result);

}  // namespace whorl::index
