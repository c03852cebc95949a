// Who a search goes through: every encounter in scope is counted here, so that a search that missed somebody shows it.
// Private to this room.
#pragma once

#include <cstdint>
#include <vector>

#include "index/search/person_bitmap.h"
#include "index/search/scope.h"
#include "index/search/search_types.h"
#include "index/shard/face_scan.h"

namespace whorl::index {

// What the census found in one range: the input of every candidate source.
struct RangeEncounters {
  const Shard* shard = nullptr;
  Range range;
  std::vector<std::uint32_t> with_fingers;  // in scope, and with a finger that one of the probe compares with
  std::vector<std::uint32_t> with_face;     // in scope, without such a finger, with a face, when the probe has one
  std::vector<std::uint32_t> searched;      // persons in scope
  std::vector<std::uint32_t> decisive;      // of them: with a finger or face that a decisive one compares with
};

// Thread-safety: look() and add() may be called from several threads at once.
class Census {
 public:
  // Borrows all. `face` null: the probe has none, or nobody else has.
  Census(const Scope& scope, const SearchRequest& request, const FaceProbe* face)
      : scope_(scope),
        request_(request),
        face_(face != nullptr),
        searched_(scope.snapshot->ordinals),
        comparable_(scope.snapshot->ordinals) {}

  [[nodiscard]] RangeEncounters look(const Range& range) const;
  void add(const RangeEncounters& found);

  // Persons in scope, and those of them whom a decisive finger or face compares with. Each counted once.
  [[nodiscard]] std::uint64_t searched() const { return searched_.count(); }
  [[nodiscard]] std::uint64_t comparable() const { return comparable_.count(); }

 private:
  const Scope& scope_;
  const SearchRequest& request_;
  const bool face_;
  PersonBitmap searched_;
  PersonBitmap comparable_;
};

}  // namespace whorl::index
