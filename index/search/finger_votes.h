// The source of candidates by fingers: every encounter is screened; of those with the most votes the ones that a second
// look puts first are compared exactly. Private to this room.
#pragma once

#include "base/workers.h"
#include "index/search/best_votes.h"
#include "index/search/candidate_source.h"
#include "index/search/rarity.h"
#include "index/search/search_types.h"
#include "templates/fingerprint/screening/second_look.h"

namespace whorl::index {

class FingerVotes final : public CandidateSource {
 public:
  // Learns from a sample of the scope what is rare (rarity.h), then keeps as many persons as the request's rule and
  // share say. Borrows all but the fingers. Cost: a pass over the digests and some milliseconds; then 0.2 microseconds
  // a finger, and some microseconds a finger that gets a second look.
  FingerVotes(const Scope& scope, std::span<const Range> ranges, std::vector<ProbeSample> fingers,
              const SearchRequest& request, const Workers& workers);

  Status look(const RangeEncounters& range) override;
  Status choose(PersonBitmap& chosen) override;

 private:
  [[nodiscard]] std::vector<std::uint32_t> candidates_of(const RangeEncounters& range) const;
  class RowsAhead;
  [[nodiscard]] double votes_of(const Shard& shard, std::uint32_t i, RowsAhead& ahead) const;
  void prefetch(const Shard& shard, std::uint32_t i) const;
  struct Asked {
    std::size_t most;      // of the probe's fingers that the encounter has, at most
    bool first_must_vote;  // 0 where the first of them has 0; the others are not asked then
  };
  // What `of_row` gives for each pair of a probe finger and a finger of the encounter: the mean, over the probe's first
  // that the encounter has, of the best.
  template <class OfRow>
  [[nodiscard]] double mean_of_best(const Shard& shard, std::uint32_t i, const Asked& asked,
                                    fingerprint::ScanRow& scratch, const OfRow& of_row) const;

  const SearchRequest& request_;
  const Workers& workers_;
  const std::vector<ProbeSample> fingers_;               // that have a vote, of best quality first
  const std::vector<fingerprint::Preselector> screens_;  // by probe finger
  const std::vector<fingerprint::SecondLook> looks_;     // by probe finger
  const SearchPlaces places_;
  BestVotes best_;
};

}  // namespace whorl::index
