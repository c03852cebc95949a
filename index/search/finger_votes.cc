#include "index/search/finger_votes.h"

#include <algorithm>

#include "index/search/comparable.h"

namespace whorl::index {
namespace {

// Of fingers to compare elsewhere those that are not decisive have no vote: a look at other positions shall not cost
// more than a search for one finger.
bool has_vote(const ProbeSample& finger) { return finger.decisive || !finger.elsewhere; }

}  // namespace

FingerVotes::FingerVotes(const Scope& scope, std::span<const Range> ranges, std::vector<ProbeSample> fingers,
                         const SearchRequest& request, std::size_t persons, const Workers& workers)
    : request_(request),
      fingers_(std::move(fingers)),
      screens_(fit_rarity(fingers_, sample_non_mated(scope, ranges, workers), workers)),
      best_(persons) {}

// The mean, over the probe fingers that can be compared, of each one's votes for the best finger of the encounter. Not
// the sum: a person with one finger left would lose against ten fingers of everybody else.
double FingerVotes::votes_of(const Shard& shard, std::uint32_t i, fingerprint::ScanRow& scratch) const {
  const auto positions = shard.positions(i, Modality::kFinger);
  double sum = 0;
  std::size_t fingers = 0;
  for (std::size_t p = 0; p < fingers_.size(); ++p) {
    if (!has_vote(fingers_[p])) continue;
    float best = -1;
    for (std::size_t f = 0; f < positions.size(); ++f) {
      if (!comparable(fingers_[p], positions[f])) continue;
      best = std::max(best, screens_[p].votes(shard.scan_row(i, f, scratch)));
    }
    if (best < 0) continue;
    sum += static_cast<double>(best);
    ++fingers;
  }
  return fingers == 0 ? 0 : sum / static_cast<double>(fingers);
}

void FingerVotes::prefetch(const Shard& shard, std::uint32_t i) const {
  const auto positions = shard.positions(i, Modality::kFinger);
  for (std::size_t f = 0; f < positions.size(); ++f) {
    const auto compares = [&](const ProbeSample& p) { return has_vote(p) && comparable(p, positions[f]); };
    if (std::any_of(fingers_.begin(), fingers_.end(), compares)) shard.prefetch_row(i, f);
  }
}

Status FingerVotes::look(const RangeEncounters& range) {
  constexpr std::size_t kBetweenClocks = 1024;
  constexpr std::size_t kAhead = 3;  // encounters on their way from memory
  const Shard& shard = *range.shard;
  const auto& encounters = range.comparable[Modality::kFinger];
  const std::size_t n = encounters.size();
  const double floor = best_.floor();
  std::vector<Vote> found;
  fingerprint::ScanRow scratch;
  for (std::size_t k = 0; k < n; ++k) {
    if (k % kBetweenClocks == 0 && request_.expired && request_.expired()) return unavailable("expired");
    if (k + kAhead < n) prefetch(shard, encounters[k + kAhead]);
    const std::uint32_t i = encounters[k];
    const double votes = votes_of(shard, i, scratch);
    if (votes >= floor) found.push_back({votes, {shard.person(i), i, &shard}});
  }
  best_.add(std::move(found));
  return {};
}

}  // namespace whorl::index
