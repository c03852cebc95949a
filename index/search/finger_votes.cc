#include "index/search/finger_votes.h"

#include <algorithm>

#include "index/search/comparable.h"

namespace whorl::index {
namespace {

// Of fingers to compare elsewhere those that are not decisive have no vote: a look at other positions shall not cost
// more than a search for one finger.
bool has_vote(const ProbeFinger& finger) { return finger.decisive || !finger.elsewhere; }

}  // namespace

FingerVotes::FingerVotes(const Scope& scope, std::span<const Range> ranges, const SearchRequest& request,
                         std::size_t persons, const Workers& workers)
    : request_(request),
      screens_(fit_rarity(request.probe, sample_non_mated(scope, ranges, workers), workers)),
      best_(persons) {}

// The mean, over the probe fingers that can be compared, of each one's votes for the best finger of the encounter. Not
// the sum: a person with one finger left would lose against ten fingers of everybody else.
double FingerVotes::votes_of(const Shard& shard, std::uint32_t i, fingerprint::ScanRow& scratch) const {
  const std::span<const ProbeFinger> probe = request_.probe;
  const auto positions = shard.positions(i);
  double sum = 0;
  std::size_t fingers = 0;
  for (std::size_t p = 0; p < probe.size(); ++p) {
    if (!has_vote(probe[p])) continue;
    float best = -1;
    for (std::size_t f = 0; f < positions.size(); ++f) {
      if (!comparable(probe[p], positions[f])) continue;
      best = std::max(best, screens_[p].votes(shard.scan_row(i, f, scratch)));
    }
    if (best < 0) continue;
    sum += static_cast<double>(best);
    ++fingers;
  }
  return fingers == 0 ? 0 : sum / static_cast<double>(fingers);
}

void FingerVotes::prefetch(const Shard& shard, std::uint32_t i) const {
  const auto positions = shard.positions(i);
  for (std::size_t f = 0; f < positions.size(); ++f) {
    const auto compares = [&](const ProbeFinger& p) { return has_vote(p) && comparable(p, positions[f]); };
    if (std::any_of(request_.probe.begin(), request_.probe.end(), compares)) shard.prefetch_row(i, f);
  }
}

Status FingerVotes::look(const RangeEncounters& range) {
  constexpr std::size_t kBetweenClocks = 1024;
  constexpr std::size_t kAhead = 3;  // encounters on their way from memory
  const Shard& shard = *range.shard;
  const std::size_t n = range.with_fingers.size();
  const double floor = best_.floor();
  std::vector<Vote> found;
  fingerprint::ScanRow scratch;
  for (std::size_t k = 0; k < n; ++k) {
    if (k % kBetweenClocks == 0 && request_.expired && request_.expired()) return unavailable("expired");
    if (k + kAhead < n) prefetch(shard, range.with_fingers[k + kAhead]);
    const std::uint32_t i = range.with_fingers[k];
    const double votes = votes_of(shard, i, scratch);
    if (votes >= floor) found.push_back({votes, {shard.person(i), i, &shard}});
  }
  best_.add(std::move(found));
  return {};
}

}  // namespace whorl::index
