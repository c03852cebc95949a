// The source of candidates that leaves nobody out: for small galleries, and as the oracle. Private to this room.
#pragma once

#include "index/search/candidate_source.h"

namespace whorl::index {

class Everybody final : public CandidateSource {
 public:
  // For ordinals below `ordinals`.
  explicit Everybody(std::uint32_t ordinals) : persons_(ordinals) {}

  Status look(const RangeEncounters& range) override {
    for (const std::uint32_t i : range.with_fingers) persons_.mark(range.shard->person(i));
    for (const std::uint32_t i : range.with_face) persons_.mark(range.shard->person(i));
    return {};
  }
  void choose(PersonBitmap& chosen) override { chosen.mark_all_of(persons_); }

 private:
  PersonBitmap persons_;
};

}  // namespace whorl::index
