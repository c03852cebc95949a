// The source of candidates by fingers: every encounter is screened, and those with the most votes are compared exactly.
// Private to this room.
#pragma once

#include "base/workers.h"
#include "index/search/best_votes.h"
#include "index/search/candidate_source.h"
#include "index/search/rarity.h"
#include "index/search/search_types.h"

namespace whorl::index {

class FingerVotes final : public CandidateSource {
 public:
  // Learns from a sample of the scope what is rare (rarity.h), then keeps the `persons` with most votes. Borrows the
  // request's clock. Cost: a pass over the digests and some milliseconds; then 0.2 microseconds a finger.
  FingerVotes(const Scope& scope, std::span<const Range> ranges, std::vector<ProbeSample> fingers,
              const SearchRequest& request, std::size_t persons, const Workers& workers);

  Status look(const RangeEncounters& range) override;
  void choose(PersonBitmap& chosen) override { best_.mark(chosen); }

 private:
  [[nodiscard]] double votes_of(const Shard& shard, std::uint32_t i, fingerprint::ScanRow& scratch) const;
  void prefetch(const Shard& shard, std::uint32_t i) const;

  const SearchRequest& request_;
  const std::vector<ProbeSample> fingers_;
  const std::vector<fingerprint::Preselector> screens_;  // by probe finger
  BestVotes best_;
};

}  // namespace whorl::index
