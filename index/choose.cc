// The candidate stage: one pass over the shards that counts everybody and votes for the likeliest.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>

#include "index/search.h"

namespace whorl::index {
namespace {

// Marks persons by ordinal; counts each once.
class Marks {
 public:
  explicit Marks(std::uint32_t size) : words_(size / 64 + 1) {}
  // True the first time.
  bool mark(std::uint32_t ordinal) {
    const std::uint64_t bit = std::uint64_t{1} << (ordinal % 64);
    auto& word = words_[ordinal / 64];
    if ((word.load(std::memory_order_relaxed) & bit) != 0) return false;
    if ((word.fetch_or(bit, std::memory_order_relaxed) & bit) != 0) return false;
    count_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  [[nodiscard]] std::uint64_t count() const { return count_.load(); }

 private:
  std::vector<std::atomic<std::uint64_t>> words_;
  std::atomic<std::uint64_t> count_ = 0;
};

struct Vote {
  double votes = 0;
  const Encounter* encounter = nullptr;  // kept alive by the snapshot
};

// Most votes first; equal votes in an order that does not depend on how shards came about.
bool before(const Vote& a, const Vote& b) {
  if (a.votes != b.votes) return a.votes > b.votes;
  if (const int order = a.encounter->person->id.compare(b.encounter->person->id); order != 0) return order < 0;
  return a.encounter->id < b.encounter->id;
}

// One vote a person, their best, of the n best persons: somebody enrolled often must not take the others' places.
void keep_best(std::vector<Vote>& votes, std::size_t n) {
  if (votes.size() <= n) return;
  std::sort(votes.begin(), votes.end(), [](const Vote& a, const Vote& b) {
    const auto *x = a.encounter->person.get(), *y = b.encounter->person.get();
    return x != y ? x->ordinal < y->ordinal : before(a, b);
  });
  votes.erase(std::unique(votes.begin(), votes.end(),
                          [](const Vote& a, const Vote& b) { return a.encounter->person == b.encounter->person; }),
              votes.end());
  if (votes.size() <= n) return;
  std::nth_element(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(n), votes.end(), before);
  votes.resize(n);
}

// How a probe finger meets an encounter: not at all, or with how much to say.
struct Meeting {
  bool comparable = false;
  bool decisive = false;
};

Meeting meeting(const Encounter& encounter, std::span<const ProbeFinger> probe) {
  Meeting out;
  for (const Finger& finger : encounter.fingers) {
    for (const ProbeFinger& p : probe) {
      if (!comparable(p.position, finger.position)) continue;
      out.comparable = true;
      out.decisive = out.decisive || p.decisive;
    }
  }
  return out;
}

// Votes of every probe finger for every finger of one shard, or computed when asked for.
class ShardVotes {
 public:
  ShardVotes(const Snapshot::View& view, std::span<const ProbeFinger> probe, VoteKernel kernel)
      : view_(view), probe_(probe) {
    if (kernel != VoteKernel::kFaiss || view.sealed == nullptr) return;
    by_probe_.resize(probe.size());
    for (std::size_t p = 0; p < probe.size(); ++p) {
      view.sealed->votes_by_faiss(probe[p].descriptors, by_probe_[p]);
    }
  }

  // The mean, over the probe fingers that can be compared, of each one's best finger of the encounter. Not the sum:
  // a person with one finger left would lose against ten fingers of every stranger.
  [[nodiscard]] double of(std::size_t i) const {
    const Encounter& encounter = *view_.shard->encounter(i);
    double sum = 0;
    std::size_t fingers = 0;
    for (std::size_t p = 0; p < probe_.size(); ++p) {
      double best = -1;
      for (std::size_t f = 0; f < encounter.fingers.size(); ++f) {
        if (comparable(probe_[p].position, encounter.fingers[f].position)) best = std::max(best, pair(i, p, f));
      }
      if (best < 0) continue;
      sum += best;
      ++fingers;
    }
    return fingers == 0 ? 0 : sum / static_cast<double>(fingers);
  }

 private:
  [[nodiscard]] double pair(std::size_t i, std::size_t p, std::size_t f) const {
    const Descriptors reference = view_.shard->descriptors(i, f);
    return normalised(by_probe_.empty() ? vote(probe_[p].descriptors, reference)
                                        : by_probe_[p][view_.sealed->finger_row(i, f)],
                      reference.size());
  }

  const Snapshot::View& view_;
  std::span<const ProbeFinger> probe_;
  std::vector<std::vector<std::uint32_t>> by_probe_;
};

// What one pass over the shards gathers.
struct Pass {
  Pass(const Scope& s, const SearchRequest& r) : scope(s), request(r), met(s.snapshot->ordinals),
                                                 meaningful(s.snapshot->ordinals) {
    everybody = r.candidate_persons == 0 || s.counts.fingers <= r.compare_all_fingers;
    const auto share = std::ceil(r.candidate_share * static_cast<double>(s.counts.persons));
    candidates = std::max(r.candidate_persons, static_cast<std::size_t>(share));
  }
  const Scope& scope;
  const SearchRequest& request;
  bool everybody = false;
  std::size_t candidates = 0;  // how many persons go on to the exact stage
  Marks met;
  Marks meaningful;
  std::atomic<int> shards_ok = 0;
  std::mutex mutex;
  Persons persons;          // guarded by mutex
  std::vector<Vote> votes;  // guarded by mutex
};

// A shard's findings count only when the whole shard was gone through.
struct Findings {
  Persons persons;
  std::vector<Vote> votes;
  std::vector<std::uint32_t> met;
  std::vector<std::uint32_t> meaningful;
};

// Looks at one shard; false when the search expired on the way.
bool look_through(const Snapshot::View& view, const Pass& pass, VoteKernel kernel, Findings& out) {
  constexpr std::size_t kBetweenClocks = 64;
  const SearchRequest& request = pass.request;
  const std::optional<ShardVotes> votes =
      pass.everybody ? std::nullopt : std::make_optional<ShardVotes>(view, request.probe, kernel);
  for (std::size_t i = 0; i < view.encounters; ++i) {
    if (i % kBetweenClocks == 0 && request.expired && request.expired()) return false;
    const Encounter& encounter = *view.shard->encounter(i);
    if (!encounter.visible_at(pass.scope.snapshot->version) || !pass.scope.holds(encounter)) continue;
    out.met.push_back(encounter.person->ordinal);
    const Meeting met = meeting(encounter, request.probe);
    if (met.decisive) out.meaningful.push_back(encounter.person->ordinal);
    if (!met.comparable) continue;
    if (pass.everybody) {
      out.persons.push_back(encounter.person);
    } else {
      out.votes.push_back({votes->of(i), &encounter});
    }
  }
  return true;
}

void take(Findings&& found, Pass& pass) {
  for (const std::uint32_t ordinal : found.met) pass.met.mark(ordinal);
  for (const std::uint32_t ordinal : found.meaningful) pass.meaningful.mark(ordinal);
  keep_best(found.votes, pass.candidates);
  const std::scoped_lock lock(pass.mutex);
  pass.persons.insert(pass.persons.end(), found.persons.begin(), found.persons.end());
  pass.votes.insert(pass.votes.end(), found.votes.begin(), found.votes.end());
}

void search_shard(std::size_t number, const GalleryOptions& options, Pass& pass) {
  try {
    if (options.fail_shard && options.fail_shard(number)) return;
    Findings found;
    if (!look_through(pass.scope.snapshot->shards[number], pass, options.kernel, found)) return;
    take(std::move(found), pass);
    ++pass.shards_ok;
  } catch (const std::exception&) {
    // Not ok: the receipt shows it.
  }
}

Persons distinct(Persons persons) {
  std::sort(persons.begin(), persons.end(), [](const auto& a, const auto& b) { return a->ordinal < b->ordinal; });
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  return persons;
}

Persons winners(std::vector<Vote> votes, std::size_t n) {
  keep_best(votes, n);
  Persons persons;
  for (const Vote& vote : votes) persons.push_back(vote.encounter->person);
  return persons;
}

}  // namespace

bool Scope::holds(const Encounter& encounter) const {
  return !gallery || std::find(encounter.galleries.begin(), encounter.galleries.end(), *gallery) !=
                         encounter.galleries.end();
}

Result<Scope> make_scope(std::shared_ptr<const Snapshot> snapshot, const std::string& gallery_id) {
  Scope scope;
  scope.snapshot = std::move(snapshot);
  if (gallery_id == kAllGalleries) {
    scope.counts = scope.snapshot->all;
    return scope;
  }
  const auto it = scope.snapshot->names->find(gallery_id);
  if (it != scope.snapshot->names->end()) scope.counts = scope.snapshot->galleries[it->second];
  if (scope.counts.encounters == 0 && gallery_id != kDefaultGallery) {
    return not_found("no gallery " + gallery_id, "galleryId");
  }
  constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  scope.gallery = it == scope.snapshot->names->end() ? kNobody : it->second;
  return scope;
}

Persons choose_persons(const Scope& scope, const SearchRequest& request, const GalleryOptions& options,
                       const Workers& workers, SearchResult& result) {
  Pass pass(scope, request);
  const std::size_t shards = scope.snapshot->shards.size();
  workers.each(shards, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t number = begin; number < end; ++number) search_shard(number, options, pass);
  });
  result.gallery_size = scope.counts.persons;
  result.searched = pass.met.count();
  result.comparable_persons = pass.meaningful.count();
  result.shards_ok = pass.shards_ok;
  result.shards_total = static_cast<int>(shards);
  return distinct(pass.everybody ? std::move(pass.persons)
                                 : winners(std::move(pass.votes), pass.candidates));
}

}  // namespace whorl::index
