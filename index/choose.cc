// The candidate stage: one pass over the shards that counts everybody and votes for the likeliest, and a second that
// gathers what is kept of the chosen.
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
  void mark(std::uint32_t ordinal) {
    const std::uint64_t bit = std::uint64_t{1} << (ordinal % 64);
    auto& word = words_[ordinal / 64];
    if ((word.load(std::memory_order_relaxed) & bit) != 0) return;
    if ((word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0) count_.fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] bool marked(std::uint32_t ordinal) const {
    return (words_[ordinal / 64].load(std::memory_order_relaxed) >> (ordinal % 64) & 1) != 0;
  }
  [[nodiscard]] std::uint64_t count() const { return count_.load(); }

 private:
  std::vector<std::atomic<std::uint64_t>> words_;
  std::atomic<std::uint64_t> count_ = 0;
};

struct Vote {
  double votes = 0;
  Found found;
};

// Most votes first; equal votes in an order that does not depend on how shards came about.
bool before(const Vote& a, const Vote& b) {
  if (a.votes != b.votes) return a.votes > b.votes;
  const auto& [x, y] = std::pair(a.found, b.found);
  if (const int order = x.shard->person_id(x.index).compare(y.shard->person_id(y.index)); order != 0) return order < 0;
  return x.shard->encounter_id(x.index) < y.shard->encounter_id(y.index);
}

void keep_first(std::vector<Vote>& votes, std::size_t n) {
  if (votes.size() <= n) return;
  std::nth_element(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(n), votes.end(), before);
  votes.resize(n);
}

void one_a_person(std::vector<Vote>& votes) {
  std::sort(votes.begin(), votes.end(), [](const Vote& a, const Vote& b) {
    return a.found.person != b.found.person ? a.found.person < b.found.person : before(a, b);
  });
  votes.erase(std::unique(votes.begin(), votes.end(),
                          [](const Vote& a, const Vote& b) { return a.found.person == b.found.person; }),
              votes.end());
}

// One vote a person, their best, of the n best persons: somebody enrolled often must not take the others' places.
void keep_best(std::vector<Vote>& votes, std::size_t n) {
  if (votes.size() <= n) return;
  // As many persons among the first 2 n votes are the best persons; mostly there are.
  if (votes.size() / 2 > n) {
    std::nth_element(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(2 * n), votes.end(), before);
    std::vector<Vote> first(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(2 * n));
    one_a_person(first);
    if (first.size() >= n) votes = std::move(first);
  }
  one_a_person(votes);
  keep_first(votes, n);
}

// How a probe finger meets an encounter: not at all, or with how much to say.
struct Meeting {
  bool comparable = false;
  bool decisive = false;
};

Meeting meeting(std::span<const FingerPosition> positions, std::span<const ProbeFinger> probe) {
  Meeting out;
  for (const FingerPosition position : positions) {
    for (const ProbeFinger& p : probe) {
      if (!comparable(p.position, position)) continue;
      out.comparable = true;
      out.decisive = out.decisive || p.decisive;
    }
  }
  return out;
}

// Votes of every probe finger for every finger of one shard that it is comparable with, of the encounters that are
// asked for.
class ShardVotes {
 public:
  ShardVotes(const Snapshot::View& view, const std::vector<std::uint32_t>& encounters,
             std::span<const ProbeFinger> probe, const std::vector<CandidateProbe>& candidates)
      : shard_(*view.shard), probe_(probe), votes_(probe.size()) {
    std::vector<std::uint8_t> wanted(view.fingers);
    for (std::size_t p = 0; p < probe.size(); ++p) {
      std::fill(wanted.begin(), wanted.end(), std::uint8_t{0});
      for (const std::uint32_t i : encounters) {
        const std::size_t row = shard_.first_finger(i);
        const auto positions = shard_.positions(i);
        for (std::size_t f = 0; f < positions.size(); ++f) {
          wanted[row + f] = comparable(probe[p].position, positions[f]) ? 1 : 0;
        }
      }
      votes_[p].resize(view.fingers);
      shard_.vote(view.encounters, candidates[p], votes_[p], wanted);
    }
  }

  // The mean, over the probe fingers that can be compared, of each one's best finger of the encounter. Not the sum:
  // a person with one finger left would lose against ten fingers of every stranger.
  [[nodiscard]] double of(std::uint32_t i) const {
    const std::size_t row = shard_.first_finger(i);
    const auto positions = shard_.positions(i);
    double sum = 0;
    std::size_t fingers = 0;
    for (std::size_t p = 0; p < probe_.size(); ++p) {
      double best = -1;
      for (std::size_t f = 0; f < positions.size(); ++f) {
        if (comparable(probe_[p].position, positions[f])) best = std::max(best, static_cast<double>(votes_[p][row + f]));
      }
      if (best < 0) continue;
      sum += best;
      ++fingers;
    }
    return fingers == 0 ? 0 : sum / static_cast<double>(fingers);
  }

 private:
  const Shard& shard_;
  std::span<const ProbeFinger> probe_;
  std::vector<std::vector<float>> votes_;  // by probe finger and row
};

// What one pass over the shards gathers.
struct Pass {
  Pass(const Scope& s, const SearchRequest& r, VoteKernel kernel)
      : scope(s), request(r), met(s.snapshot->ordinals), meaningful(s.snapshot->ordinals),
        chosen(s.snapshot->ordinals), shard_ok(s.snapshot->shards.size()) {
    everybody = r.candidate_persons == 0 || s.counts.fingers <= r.compare_all_fingers;
    const auto share = std::ceil(r.candidate_share * static_cast<double>(s.counts.persons));
    candidates = std::max(r.candidate_persons, static_cast<std::size_t>(share));
    if (everybody) return;
    for (const ProbeFinger& finger : r.probe) probe.emplace_back(*finger.prepared, kernel);
  }
  const Scope& scope;
  const SearchRequest& request;
  bool everybody = false;
  std::size_t candidates = 0;  // how many persons go on to the exact stage
  std::vector<CandidateProbe> probe;
  Marks met;
  Marks meaningful;
  Marks chosen;
  std::vector<std::uint8_t> shard_ok;
  std::mutex mutex;
  std::vector<Vote> votes;  // guarded by mutex
};

// A shard's findings count only when the whole shard was gone through.
struct Findings {
  std::vector<std::uint32_t> comparable;  // encounters
  std::vector<Vote> votes;
  std::vector<std::uint32_t> met;  // persons
  std::vector<std::uint32_t> meaningful;
};

// Looks at one shard; false when the search expired on the way.
bool look_through(const Snapshot::View& view, const Pass& pass, Findings& out) {
  constexpr std::size_t kBetweenClocks = 1024;
  const SearchRequest& request = pass.request;
  const Shard& shard = *view.shard;
  for (std::uint32_t i = 0; i < view.encounters; ++i) {
    if (i % kBetweenClocks == 0 && request.expired && request.expired()) return false;
    if (!pass.scope.holds(shard, i)) continue;
    out.met.push_back(shard.person(i));
    const Meeting met = meeting(shard.positions(i), request.probe);
    if (met.decisive) out.meaningful.push_back(shard.person(i));
    if (met.comparable) out.comparable.push_back(i);
  }
  if (pass.everybody) return true;
  const ShardVotes votes(view, out.comparable, request.probe, pass.probe);
  for (const std::uint32_t i : out.comparable) out.votes.push_back({votes.of(i), {shard.person(i), i, &shard}});
  keep_best(out.votes, pass.candidates);
  return !request.expired || !request.expired();
}

void take(const Shard& shard, Findings&& found, Pass& pass) {
  for (const std::uint32_t ordinal : found.met) pass.met.mark(ordinal);
  for (const std::uint32_t ordinal : found.meaningful) pass.meaningful.mark(ordinal);
  if (pass.everybody) {
    for (const std::uint32_t i : found.comparable) pass.chosen.mark(shard.person(i));
    return;
  }
  const std::scoped_lock lock(pass.mutex);
  pass.votes.insert(pass.votes.end(), found.votes.begin(), found.votes.end());
}

void search_shard(std::size_t number, const GalleryOptions& options, Pass& pass) {
  try {
    if (options.fail_shard && options.fail_shard(number)) return;
    Findings found;
    const Snapshot::View& view = pass.scope.snapshot->shards[number];
    if (!look_through(view, pass, found)) return;
    take(*view.shard, std::move(found), pass);
    pass.shard_ok[number] = 1;
  } catch (const std::exception&) {
    // Not ok: the receipt shows it.
  }
}

// Every encounter in scope of the chosen persons that lies in a shard that did not fail.
std::vector<Found> gather(const Pass& pass, const Workers& workers) {
  const auto& shards = pass.scope.snapshot->shards;
  std::mutex mutex;
  std::vector<Found> out;
  workers.each(shards.size(), 1, [&](std::size_t begin, std::size_t end) {
    std::vector<Found> found;
    for (std::size_t number = begin; number < end; ++number) {
      if (pass.shard_ok[number] == 0) continue;
      const Shard& shard = *shards[number].shard;
      for (std::uint32_t i = 0; i < shards[number].encounters; ++i) {
        const std::uint32_t person = shard.person(i);
        if (pass.chosen.marked(person) && pass.scope.holds(shard, i)) found.push_back({person, i, &shard});
      }
    }
    const std::scoped_lock lock(mutex);
    out.insert(out.end(), found.begin(), found.end());
  });
  std::sort(out.begin(), out.end(), [](const Found& a, const Found& b) {
    if (a.person != b.person) return a.person < b.person;
    return a.shard->encounter_id(a.index) < b.shard->encounter_id(b.index);
  });
  return out;
}

}  // namespace

bool Scope::holds(const Shard& shard, std::size_t index) const {
  if (!shard.visible_at(index, snapshot->version)) return false;
  if (!gallery) return true;
  const auto galleries = shard.galleries(index);
  return std::any_of(galleries.begin(), galleries.end(),
                     [&](std::uint16_t local) { return shard.global_gallery(local) == *gallery; });
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

std::vector<Found> choose_persons(const Scope& scope, const SearchRequest& request, const GalleryOptions& options,
                                  const Workers& workers, SearchResult& result) {
  Pass pass(scope, request, options.kernel);
  const std::size_t shards = scope.snapshot->shards.size();
  workers.each(shards, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t number = begin; number < end; ++number) search_shard(number, options, pass);
  });
  result.gallery_size = scope.counts.persons;
  result.searched = pass.met.count();
  result.comparable_persons = pass.meaningful.count();
  result.shards_ok = static_cast<int>(std::count(pass.shard_ok.begin(), pass.shard_ok.end(), std::uint8_t{1}));
  result.shards_total = static_cast<int>(shards);
  keep_best(pass.votes, pass.candidates);
  for (const Vote& vote : pass.votes) pass.chosen.mark(vote.found.person);
  return gather(pass, workers);
}

}  // namespace whorl::index
