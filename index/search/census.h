// Who a search goes through: every encounter in scope is counted here, so that a search that missed somebody shows it.
// Private to this room.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "index/search/person_bitmap.h"
#include "index/search/scope.h"
#include "index/search/search_types.h"
#include "index/search/seeker.h"

namespace whorl::index {

// What the census found in one range: the input of every candidate source.
struct RangeEncounters {
  const Shard* shard = nullptr;
  Range range;
  // In scope, and with a sample of the modality that one of the probe compares with.
  ByModality<std::vector<std::uint32_t>> comparable;
  std::vector<std::uint32_t> searched;  // persons in scope, once an encounter
  std::vector<std::uint32_t> decisive;  // of them: with a sample that a decisive one compares with
};

// Thread-safety: look() and add() may be called from several threads at once.
class Census {
 public:
  // Borrows the scope.
  Census(const Scope& scope, std::span<const Seeker> seekers);

  [[nodiscard]] RangeEncounters look(const Range& range) const;
  void add(const RangeEncounters& found);

  // Persons in scope, and those of them whom a decisive sample compares with. Each counted once.
  [[nodiscard]] std::uint64_t searched() const { return searched_.count(); }
  [[nodiscard]] std::uint64_t comparable() const { return comparable_.count(); }
  // Encounters in scope.
  [[nodiscard]] std::uint64_t encounters() const { return encounters_.load(); }

 private:
  const Scope& scope_;
  ByModality<std::vector<ProbeSample>> probe_;
  std::vector<Modality> modalities_;  // that the probe has
  PersonBitmap searched_;
  PersonBitmap comparable_;
  std::atomic<std::uint64_t> encounters_ = 0;
};

}  // namespace whorl::index
