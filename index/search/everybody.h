// The source of candidates that leaves nobody out: for small galleries, for modalities that have no quicker one, and as
// the oracle. Private to this room.
#pragma once

#include "index/search/candidate_source.h"

namespace whorl::index {

class Everybody final : public CandidateSource {
 public:
  // With a sample of one modality that the probe's compare with. For ordinals below `ordinals`.
  Everybody(Modality modality, std::uint32_t ordinals) : modality_(modality), persons_(ordinals) {}

  Status look(const RangeEncounters& range) override {
    for (const std::uint32_t i : range.comparable[modality_]) persons_.mark(range.shard->person(i));
    return {};
  }
  Status choose(PersonBitmap& chosen) override {
    chosen.mark_all_of(persons_);
    return {};
  }

 private:
  const Modality modality_;
  PersonBitmap persons_;
};

}  // namespace whorl::index
