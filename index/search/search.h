// The steps of a search over one snapshot: who, where their encounters lie, then how alike. Private to this room.
//
// Thread-safety: pure functions of an immutable snapshot; no lock is taken but to hand results over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/workers.h"
#include "index/gallery.h"
#include "index/live/live_set.h"

namespace whorl::index {

// What of a snapshot is looked at.
struct Scope {
  std::shared_ptr<const Snapshot> snapshot;
  std::optional<std::uint32_t> gallery;  // empty: all
  Counts counts;                         // what the records say there is

  // Whether the encounter is seen by the snapshot and belongs to the gallery.
  [[nodiscard]] bool holds(const Shard& shard, std::size_t index) const;
};

// Errors: kNotFound (no such gallery).
Result<Scope> make_scope(std::shared_ptr<const Snapshot> snapshot, const std::string& gallery_id);

// One encounter of a chosen person.
struct Found {
  std::uint32_t person = 0;  // ordinal
  std::uint32_t index = 0;
  const Shard* shard = nullptr;  // alive as long as the snapshot
};

// Goes through every shard, fills `result`'s receipt, and gives the encounters of the persons to compare, person after
// person, each person's in order of encounter id: of all persons, or of the `candidates` with most votes and the
// `face_persons` with the most alike faces (`face` null: the probe has none, or nobody else has). A shard
// that fails contributes nobody and is not ok.
std::vector<Found> choose_persons(const Scope& scope, const SearchRequest& request, const FaceProbe* face,
                                  const GalleryOptions& options, const Workers& workers, SearchResult& result);

// Every comparable pair of the probe's fingers and face and those of one person's encounters. Somebody erased since the
// snapshot is left out.
PersonScore compare_person(std::span<const Found> encounters, std::span<const ProbeFinger> probe,
                           const FaceProbe* face);

// compare_person for everybody found; keeps the max_results best in result.persons.
void compare_persons(const SearchRequest& request, const FaceProbe* face, const std::vector<Found>& found,
                     const Workers& workers, SearchResult& result);

}  // namespace whorl::index
