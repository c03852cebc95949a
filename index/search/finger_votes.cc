#include "index/search/finger_votes.h"

#include <algorithm>
#include <atomic>
#include <span>

#include "index/comparator/finger_comparator.h"
#include "index/search/comparable.h"

namespace whorl::index {
namespace {

// Of fingers to compare elsewhere those that are not decisive have no vote: a look at other positions shall not cost
// more than a search for one finger.
bool has_vote(const ProbeSample& finger) { return finger.decisive || !finger.elsewhere; }

// Of a probe of many fingers the first that an encounter has are enough to screen it by, and some more to look again.
constexpr std::size_t kFirstFingers = 2;
constexpr std::size_t kLookedAtFingers = 4;

std::vector<ProbeSample> voters(std::vector<ProbeSample> fingers) {
  std::erase_if(fingers, [](const ProbeSample& finger) { return !has_vote(finger); });
  std::stable_sort(fingers.begin(), fingers.end(), [](const ProbeSample& a, const ProbeSample& b) {
    return a.prepared->quality > b.prepared->quality;
  });
  return fingers;
}

std::vector<fingerprint::SecondLook> second_looks_of(std::span<const ProbeSample> fingers,
                                                     std::span<const fingerprint::Preselector> screens) {
  std::vector<fingerprint::SecondLook> out;
  for (std::size_t p = 0; p < fingers.size(); ++p)
    out.emplace_back(finger_view(fingers[p].prepared->bytes), screens[p]);
  return out;
}

// A part of a whole may have so few people that it learns nothing of what is rare, where the whole would: then all of
// its are compared, which are no more than a sample.
SearchPlaces places_in(const Scope& scope, const SearchRequest& request,
                       std::span<const fingerprint::Preselector> screens) {
  const auto fitted = [](const fingerprint::Preselector& each) { return each.is_fitted(); };
  const std::size_t people = scope.counts.persons;
  if (request.share < 1 && is_its_own_sample(scope) && !std::all_of(screens.begin(), screens.end(), fitted)) {
    return {people, people};
  }
  return places_of(request.candidates, people, request.share);
}

}  // namespace

FingerVotes::FingerVotes(const Scope& scope, std::span<const Range> ranges, std::vector<ProbeSample> fingers,
                         const SearchRequest& request, const Workers& workers)
    : request_(request),
      workers_(workers),
      fingers_(voters(std::move(fingers))),
      screens_(fit_rarity(fingers_, sample_non_mated(scope, ranges, request.share, workers), request.share, workers)),
      looks_(second_looks_of(fingers_, screens_)),
      places_(places_in(scope, request, screens_)),
      best_(places_.looked_again) {}

// Not the sum: a person with one finger left would lose against ten fingers of everybody else.
template <class OfRow>
double FingerVotes::mean_of_best(const Shard& shard, std::uint32_t i, const Asked& asked, fingerprint::ScanRow& scratch,
                                 const OfRow& of_row) const {
  const auto positions = shard.positions(i, Modality::kFinger);
  double sum = 0;
  std::size_t fingers = 0;
  for (std::size_t p = 0; p < fingers_.size() && fingers < asked.most; ++p) {
    float best = -1;
    for (std::size_t f = 0; f < positions.size(); ++f) {
      if (!comparable(fingers_[p], positions[f])) continue;
      best = std::max(best, of_row(p, shard.scan_row(i, f, scratch)));
    }
    if (best < 0) continue;
    if (best == 0 && fingers == 0 && asked.first_must_vote) return 0;
    sum += static_cast<double>(best);
    ++fingers;
  }
  return fingers == 0 ? 0 : sum / static_cast<double>(fingers);
}

// Asks the processor for rows some time before they are looked at, one for each that is: it has few lines on their way
// at once, and an encounter may have ten rows.
class FingerVotes::RowsAhead {
 public:
  // Borrows all.
  RowsAhead(const FingerVotes& votes, const Shard& shard, std::span<const std::uint32_t> encounters)
      : shard_(shard),
        encounters_(encounters),
        first_(std::span(votes.fingers_).first(std::min(kFirstFingers, votes.fingers_.size()))) {
    for (std::size_t row = 0; row < kRows; ++row) one_more();
  }

  // The encounter whose rows are looked at next. How many rows those before it had is known only now, so this may have
  // fallen behind.
  void begin(std::size_t encounter) {
    now_ = encounter;
    if (next_ > now_) return;
    next_ = now_ + 1;
    finger_ = 0;
  }
  void one_more() {
    for (; next_ < encounters_.size() && next_ <= now_ + kRows; ++next_, finger_ = 0) {
      const std::uint32_t i = encounters_[next_];
      const auto positions = shard_.positions(i, Modality::kFinger);
      while (finger_ < positions.size()) {
        const std::size_t finger = finger_++;
        if (!is_looked_at(positions[finger])) continue;
        shard_.prefetch_row(i, finger);
        return;
      }
    }
  }
  fingerprint::ScanRow scratch;  // for the row that is looked at

 private:
  static constexpr std::size_t kRows = 3;
  [[nodiscard]] bool is_looked_at(std::uint8_t position) const {
    return std::ranges::any_of(first_, [&](const ProbeSample& finger) { return comparable(finger, position); });
  }

  const Shard& shard_;
  const std::span<const std::uint32_t> encounters_;
  const std::span<const ProbeSample> first_;
  std::size_t now_ = 0;
  std::size_t next_ = 0;    // the encounter of the next row to ask for
  std::size_t finger_ = 0;  // and where to look for it there
};

double FingerVotes::votes_of(const Shard& shard, std::uint32_t i, RowsAhead& ahead) const {
  // A pair that scores as high as one that is looked for shows in each of its fingers.
  const Asked asked{kFirstFingers, !request_.after.empty()};
  return mean_of_best(shard, i, asked, ahead.scratch, [&](std::size_t p, const fingerprint::ScanRow& row) {
    ahead.one_more();
    return screens_[p].votes(row);
  });
}

Status FingerVotes::choose(PersonBitmap& chosen) {
  std::vector<Vote> first = best_.take();
  if (first.size() > places_.compared) {
    std::atomic<bool> late = false;
    constexpr std::size_t kAtOnce = 64;
    workers_.each(first.size(), kAtOnce, [&](std::size_t begin, std::size_t end) {
      if (late.load(std::memory_order_relaxed) || (request_.expired && request_.expired())) {
        late.store(true, std::memory_order_relaxed);
        return;
      }
      fingerprint::ScanRow scratch;
      for (std::size_t v = begin; v < end; ++v) {
        const PersonEncounter& who = first[v].encounter;
        if (v + 1 < end) prefetch(*first[v + 1].encounter.shard, first[v + 1].encounter.index);
        first[v].votes = mean_of_best(*who.shard, who.index, {kLookedAtFingers, false}, scratch,
                                      [this](std::size_t p, const auto& row) { return looks_[p].score(row); });
      }
    });
    if (late.load()) return unavailable("expired");
    keep_first(first, places_.compared);
  }
  for (const Vote& vote : first) chosen.mark(vote.encounter.person);
  return {};
}

void FingerVotes::prefetch(const Shard& shard, std::uint32_t i) const {
  const auto positions = shard.positions(i, Modality::kFinger);
  std::size_t fingers = 0;
  for (std::size_t p = 0; p < fingers_.size() && fingers < kFirstFingers; ++p) {
    bool any = false;
    for (std::size_t f = 0; f < positions.size(); ++f) {
      if (!comparable(fingers_[p], positions[f])) continue;
      shard.prefetch_row(i, f);
      any = true;
    }
    fingers += any ? 1 : 0;
  }
}

std::vector<std::uint32_t> FingerVotes::candidates_of(const RangeEncounters& range) const {
  std::vector<std::uint32_t> out = range.comparable[Modality::kFinger];
  if (!request_.after.empty()) {
    std::erase_if(out, [&](std::uint32_t i) { return range.shard->person_id(i) <= request_.after; });
  }
  return out;
}

Status FingerVotes::look(const RangeEncounters& range) {
  constexpr std::size_t kBetweenClocks = 1024;
  const Shard& shard = *range.shard;
  const std::vector<std::uint32_t> encounters = candidates_of(range);
  const std::size_t n = encounters.size();
  const double floor = best_.floor();
  std::vector<Vote> found;
  RowsAhead ahead(*this, shard, encounters);
  for (std::size_t k = 0; k < n; ++k) {
    if (k % kBetweenClocks == 0 && request_.expired && request_.expired()) return unavailable("expired");
    ahead.begin(k);
    const std::uint32_t i = encounters[k];
    const double votes = votes_of(shard, i, ahead);
    if (votes >= floor) found.push_back({votes, {shard.person(i), i, &shard}});
  }
  best_.add(std::move(found));
  return {};
}

}  // namespace whorl::index
