#include "index/search/best_votes.h"

#include <algorithm>
#include <optional>

namespace whorl::index {
namespace {

// Most votes first; equal votes in an order that does not depend on how shards came about.
bool before(const Vote& a, const Vote& b) {
  if (a.votes != b.votes) return a.votes > b.votes;
  const PersonEncounter& x = a.encounter;
  const PersonEncounter& y = b.encounter;
  if (const int order = x.shard->person_id(x.index).compare(y.shard->person_id(y.index)); order != 0) return order < 0;
  return x.shard->encounter_id(x.index) < y.shard->encounter_id(y.index);
}

void keep_one_a_person(std::vector<Vote>& votes) {
  const auto person = [](const Vote& vote) { return vote.encounter.person; };
  std::sort(votes.begin(), votes.end(), [&](const Vote& a, const Vote& b) {
    return person(a) != person(b) ? person(a) < person(b) : before(a, b);
  });
  const auto same = [&](const Vote& a, const Vote& b) { return person(a) == person(b); };
  votes.erase(std::unique(votes.begin(), votes.end(), same), votes.end());
}

// One vote a person, their best, of the n best persons. Of n votes or fewer all are kept.
void keep_best(std::vector<Vote>& votes, std::size_t n) {
  if (votes.size() <= n) return;
  // Where the first 2 n votes are of n persons, those are the best persons; mostly they are.
  if (votes.size() / 2 > n) {
    const auto middle = votes.begin() + static_cast<std::ptrdiff_t>(2 * n);
    std::nth_element(votes.begin(), middle, votes.end(), before);
    std::vector<Vote> first(votes.begin(), middle);
    keep_one_a_person(first);
    if (first.size() >= n) votes = std::move(first);
  }
  keep_one_a_person(votes);
  keep_first(votes, n);
}

// Of votes that keep_best cut down: what the n-th best person has; nothing where there are fewer persons.
std::optional<double> floor_of(const std::vector<Vote>& votes, std::size_t n) {
  if (n == 0 || votes.size() < n) return {};
  const auto fewer = [](const Vote& a, const Vote& b) { return a.votes < b.votes; };
  return std::min_element(votes.begin(), votes.end(), fewer)->votes;
}

}  // namespace

void keep_first(std::vector<Vote>& votes, std::size_t n) {
  if (votes.size() <= n) return;
  std::nth_element(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(n), votes.end(), before);
  votes.resize(n);
}

void BestVotes::add(std::vector<Vote> votes) {
  constexpr std::size_t kSlack = 4;  // cutting the list down is dear; it grows this many times too long first
  keep_best(votes, persons_);
  if (votes.empty()) return;
  const std::scoped_lock lock(mutex_);
  votes_.insert(votes_.end(), votes.begin(), votes.end());
  // Not more votes than places may be several of one person: they set no floor for the others.
  const std::size_t most = floor() == kNoFloor ? persons_ : kSlack * persons_;
  if (votes_.size() <= most) return;
  keep_best(votes_, persons_);
  if (const auto floor = floor_of(votes_, persons_)) floor_.store(*floor, std::memory_order_relaxed);
}

std::vector<Vote> BestVotes::take() {
  const std::scoped_lock lock(mutex_);
  keep_best(votes_, persons_);
  keep_one_a_person(votes_);
  return std::move(votes_);
}

void BestVotes::mark(PersonBitmap& chosen) {
  for (const Vote& vote : take()) chosen.mark(vote.encounter.person);
}

}  // namespace whorl::index
