// The second stage of a search: everything that is kept of each chosen person is compared exactly with the probe.
// Private to this room.
//
// Thread-safety: functions of an immutable snapshot and of records; no lock is taken but to hand results over and for
// the cache of prepared samples.
#pragma once

#include <span>
#include <vector>

#include "base/workers.h"
#include "index/search/scope.h"
#include "index/search/search_types.h"
#include "index/search/seeker.h"
#include "index/search/whole_samples.h"

namespace whorl::index {

// An encounter that could not be compared, because its record could not be read.
struct FailedEncounter {
  const Shard* shard = nullptr;
  Error error;
};

struct ComparedPerson {
  PersonScore score;
  std::vector<FailedEncounter> failures;
  std::size_t left_out = 0;  // encounters that are not where the snapshot has them any more
};

// Every comparable pair of the probe's samples and those of one person's encounters. Somebody erased since the snapshot
// is left out.
ComparedPerson compare_person(std::span<const PersonEncounter> encounters, std::span<const Seeker> seekers,
                              WholeSamples& from_records);

// compare_person for everybody chosen, one person's encounters after the other's; keeps the max_results best in
// result.persons. A shard with an encounter that could not be compared counts as failed in the receipt. Stops early
// once the request has expired.
void compare_persons(const Scope& scope, const SearchRequest& request, std::span<const Seeker> seekers,
                     const std::vector<PersonEncounter>& chosen, WholeSamples& from_records, const Workers& workers,
                     SearchResult& result);

}  // namespace whorl::index
