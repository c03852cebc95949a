// The two steps of a search over one snapshot: who, then how alike. Private to this room.
//
// Thread-safety: pure functions of an immutable snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "index/gallery.h"
#include "index/live_set.h"
#include "templates/base/workers.h"

namespace whorl::index {

// What of a snapshot is looked at.
struct Scope {
  std::shared_ptr<const Snapshot> snapshot;
  std::optional<std::uint32_t> gallery;  // empty: all
  Counts counts;                         // what the records say there is

  [[nodiscard]] bool holds(const Encounter& encounter) const;
};

// Errors: kNotFound (no such gallery).
Result<Scope> make_scope(std::shared_ptr<const Snapshot> snapshot, const std::string& gallery_id);

// Goes through every shard, fills `result`'s receipt, and gives the persons to compare: all of them, or the
// `candidate_persons` with most votes. A shard that fails contributes nobody and is not ok.
using Persons = std::vector<std::shared_ptr<const Person>>;
Persons choose_persons(const Scope& scope, const SearchRequest& request, const GalleryOptions& options,
                       const Workers& workers, SearchResult& result);

// Every comparable pair of the probe's and the person's fingers within the scope.
PersonScore compare_person(const Scope& scope, const Person& person, std::span<const ProbeFinger> probe);

// compare_person for all of them; keeps the max_results best in result.persons.
void compare_persons(const Scope& scope, const SearchRequest& request, const Persons& persons,
                     const Workers& workers, SearchResult& result);

}  // namespace whorl::index
