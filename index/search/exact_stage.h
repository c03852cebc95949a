// The second stage of a search: everything that is kept of each chosen person is compared exactly with the probe.
// Private to this room.
//
// Thread-safety: pure functions of an immutable snapshot; no lock is taken but to hand results over.
#pragma once

#include <span>
#include <vector>

#include "base/workers.h"
#include "index/search/scope.h"
#include "index/search/search_types.h"
#include "index/search/seeker.h"

namespace whorl::index {

// Every comparable pair of the probe's samples and those of one person's encounters. Somebody erased since the snapshot
// is left out.
PersonScore compare_person(std::span<const PersonEncounter> encounters, std::span<const Seeker> seekers);

// compare_person for everybody chosen, one person's encounters after the other's; keeps the max_results best in
// result.persons. Stops early once the request has expired.
void compare_persons(const SearchRequest& request, std::span<const Seeker> seekers,
                     const std::vector<PersonEncounter>& chosen, const Workers& workers, SearchResult& result);

}  // namespace whorl::index
