// The candidate stage: a sample of the gallery teaches the probe's minutiae what is rare, one pass over the
// shards counts everybody and votes for the likeliest, another finds the most alike faces, and a last one gathers what
// is kept of the chosen.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <mutex>
#include <optional>

#include "index/search/search.h"
#include "templates/fingerprint/screening/screening.h"

namespace whorl::index {
namespace {

using fingerprint::Preselector;

// Marks persons by ordinal; counts each once.
class Marks {
 public:
  explicit Marks(std::uint32_t size) : words_(size / 64 + 1) {}
  void mark(std::uint32_t ordinal) { mark_all({&ordinal, 1}); }
  // Neighbours, as most are, share one atomic operation.
  void mark_all(std::span<const std::uint32_t> ordinals) {
    std::uint64_t fresh = 0;
    for (std::size_t i = 0; i < ordinals.size();) {
      const std::uint32_t word = ordinals[i] / 64;
      std::uint64_t bits = 0;
      for (; i < ordinals.size() && ordinals[i] / 64 == word; ++i) bits |= std::uint64_t{1} << (ordinals[i] % 64);
      const std::uint64_t before = words_[word].fetch_or(bits, std::memory_order_relaxed);
      fresh += static_cast<std::uint64_t>(std::popcount(bits & ~before));
    }
    count_.fetch_add(fresh, std::memory_order_relaxed);
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

// One vote a person, their best, of the n best persons: somebody enrolled often must not take the others'
// places.
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

// Of votes that keep_best left: what the n-th best person has; nothing where there are fewer.
std::optional<double> floor_of(const std::vector<Vote>& votes, std::size_t n) {
  if (votes.size() < n) return {};
  const auto fewer = [](const Vote& a, const Vote& b) { return a.votes < b.votes; };
  return std::min_element(votes.begin(), votes.end(), fewer)->votes;
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

// The mean, over the probe fingers that can be compared, of each one's votes for the best finger of the
// encounter. Not the sum: a person with one finger left would lose against ten fingers of every stranger. `room` is
// scratch memory.
double votes_of(const Shard& shard, std::uint32_t i, std::span<const ProbeFinger> probe,
                const std::vector<Preselector>& preselectors, fingerprint::ScanRow& room) {
  const auto positions = shard.positions(i);
  double sum = 0;
  std::size_t fingers = 0;
  for (std::size_t p = 0; p < probe.size(); ++p) {
    float best = -1;
    for (std::size_t f = 0; f < positions.size(); ++f) {
      if (!comparable(probe[p].position, positions[f])) continue;
      best = std::max(best, preselectors[p].votes(shard.scan_row(i, f, room)));
    }
    if (best < 0) continue;
    sum += static_cast<double>(best);
    ++fingers;
  }
  return fingers == 0 ? 0 : sum / static_cast<double>(fingers);
}

void prefetch(const Shard& shard, std::uint32_t i, std::span<const ProbeFinger> probe) {
  const auto positions = shard.positions(i);
  for (std::size_t f = 0; f < positions.size(); ++f) {
    const auto meets = [&](const ProbeFinger& p) { return comparable(p.position, positions[f]); };
    if (std::any_of(probe.begin(), probe.end(), meets)) shard.prefetch_row(i, f);
  }
}

// A run of one shard's encounters: what one thread goes through at a time.
struct Range {
  std::size_t shard = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

std::vector<Range> ranges_of(const Snapshot& snapshot) {
  constexpr std::uint32_t kEncounters = 4096;
  std::vector<Range> out;
  for (std::size_t shard = 0; shard < snapshot.shards.size(); ++shard) {
    const auto n = static_cast<std::uint32_t>(snapshot.shards[shard].encounters);
    std::uint32_t begin = 0;
    do {
      out.push_back({shard, begin, std::min(begin + kEncounters, n)});
      begin += kEncounters;
    } while (begin < n);
  }
  return out;
}

// What one pass over the shards gathers.
struct Pass {
  // `failed`, by shard: those that an earlier pass could not go through; left out.
  Pass(const Scope& s, const SearchRequest& r, const FaceProbe* f, const std::vector<bool>& failed)
      : scope(s),
        request(r),
        face(f),
        ranges(ranges_of(*s.snapshot)),
        met(s.snapshot->ordinals),
        meaningful(s.snapshot->ordinals),
        chosen(s.snapshot->ordinals),
        shard_ok(s.snapshot->shards.size()) {
    const bool few = (r.probe.empty() || s.counts.fingers <= r.compare_all_fingers) &&
                     (f == nullptr || s.counts.faces <= r.compare_all_fingers);
    everybody = r.candidates.persons == 0 || few;
    face_candidates = std::max(r.face_persons, r.max_results);
    candidates = r.candidates.of(s.counts.persons);
    for (std::size_t shard = 0; shard < shard_ok.size(); ++shard) shard_ok[shard].store(!failed[shard]);
  }
  const Scope& scope;
  const SearchRequest& request;
  const FaceProbe* face;  // null: none
  const std::vector<Range> ranges;
  bool everybody = false;
  std::size_t candidates = 0;             // how many persons go on to the exact stage for their fingers
  std::size_t face_candidates = 0;        // and how many for their face
  std::vector<Preselector> preselectors;  // by probe finger; none when everybody is compared
  Marks met;
  Marks meaningful;
  Marks chosen;
  std::vector<std::atomic<bool>> shard_ok;
  std::mutex mutex;
  std::vector<Vote> votes;       // guarded by mutex
  std::vector<Vote> face_votes;  // guarded by mutex
  // Whose votes, or whose cosine, are below these are not among the candidates.
  std::atomic<double> votes_floor = 0;
  std::atomic<float> cosine_floor = -2.0F;
};

// Encounters that stand for the gallery: those whose records' digests begin low enough, so that the same
// records give the same sample whatever shards they lie in.
void learn(Pass& pass, const Workers& workers) {
  constexpr double kSample = 1500;  // fingers
  const Snapshot& snapshot = *pass.scope.snapshot;
  const auto probe = pass.request.probe;
  const double share =
      std::min(1.0, kSample / static_cast<double>(std::max<std::uint64_t>(pass.scope.counts.encounters, 1)));
  const auto below = static_cast<std::uint32_t>(share * 0xFFFFFFFFU);
  std::mutex mutex;
  std::vector<Found> sample;
  workers.each(pass.ranges.size(), 1, [&](std::size_t begin, std::size_t end) {
    std::vector<Found> found;
    for (std::size_t r = begin; r < end; ++r) {
      const Shard& shard = *snapshot.shards[pass.ranges[r].shard].shard;
      for (std::uint32_t i = pass.ranges[r].begin; i < pass.ranges[r].end; ++i) {
        std::uint32_t start = 0;
        std::memcpy(&start, shard.digest(i).data(), sizeof start);
        if (start <= below && pass.scope.holds(shard, i)) found.push_back({shard.person(i), i, &shard});
      }
    }
    const std::scoped_lock lock(mutex);
    sample.insert(sample.end(), found.begin(), found.end());
  });
  for (const ProbeFinger& finger : probe) pass.preselectors.emplace_back(*finger.prepared);
  workers.each(probe.size(), 1, [&](std::size_t begin, std::size_t end) {
    fingerprint::ScanRow room;
    for (std::size_t p = begin; p < end; ++p) {
      for (const Found& one : sample) {
        const auto positions = one.shard->positions(one.index);
        for (std::size_t f = 0; f < positions.size(); ++f) {
          if (comparable(probe[p].position, positions[f]))
            pass.preselectors[p].sample_non_mated(one.shard->scan_row(one.index, f, room));
        }
      }
      pass.preselectors[p].fit_rarity();
    }
  });
}

struct Findings {
  std::vector<std::uint32_t> comparable;  // encounters
  std::vector<Vote> votes;
  std::vector<std::uint32_t> met;  // persons
  std::vector<std::uint32_t> meaningful;
};

// Looks at a run of encounters; false when the search expired on the way.
bool look_through(const Shard& shard, const Range& range, const Pass& pass, Findings& out) {
  constexpr std::size_t kBetweenClocks = 1024;
  constexpr std::size_t kAhead = 3;  // encounters on their way from memory
  const SearchRequest& request = pass.request;
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    if (!pass.scope.holds(shard, i)) continue;
    out.met.push_back(shard.person(i));
    const Meeting met = meeting(shard.positions(i), request.probe);
    const bool face = pass.face != nullptr && !shard.face(i).empty();
    if (met.decisive || (face && request.face->decisive)) out.meaningful.push_back(shard.person(i));
    if (met.comparable || (face && pass.everybody)) out.comparable.push_back(i);
  }
  if (pass.everybody) return !request.expired || !request.expired();
  const std::size_t n = out.comparable.size();
  const double floor = pass.votes_floor.load(std::memory_order_relaxed);
  fingerprint::ScanRow room;
  for (std::size_t k = 0; k < n; ++k) {
    if (k % kBetweenClocks == 0 && request.expired && request.expired()) return false;
    if (k + kAhead < n) prefetch(shard, out.comparable[k + kAhead], request.probe);
    const std::uint32_t i = out.comparable[k];
    const double votes = votes_of(shard, i, request.probe, pass.preselectors, room);
    if (votes >= floor) out.votes.push_back({votes, {shard.person(i), i, &shard}});
  }
  keep_best(out.votes, pass.candidates);
  return true;
}

void take(const Shard& shard, Findings&& found, Pass& pass) {
  pass.met.mark_all(found.met);
  pass.meaningful.mark_all(found.meaningful);
  if (pass.everybody) {
    for (const std::uint32_t i : found.comparable) pass.chosen.mark(shard.person(i));
    return;
  }
  const std::scoped_lock lock(pass.mutex);
  pass.votes.insert(pass.votes.end(), found.votes.begin(), found.votes.end());
  if (pass.votes.size() <= 4 * pass.candidates) return;
  keep_best(pass.votes, pass.candidates);
  if (const auto floor = floor_of(pass.votes, pass.candidates)) pass.votes_floor.store(*floor);
}

void keep_best_faces(Pass& pass) {
  // Not more votes than places may be several of one person: they set no floor for the others.
  if (pass.face_votes.size() <= pass.face_candidates) return;
  keep_best(pass.face_votes, pass.face_candidates);
  if (const auto floor = floor_of(pass.face_votes, pass.face_candidates))
    pass.cosine_floor.store(static_cast<float>(*floor));
}

// Every face of the range that can still be among the best.
void look_at_faces(const Shard& shard, const Range& range, Pass& pass) {
  std::vector<Vote> found;
  const float floor = pass.cosine_floor.load(std::memory_order_relaxed);
  shard.scan_faces(range.begin, range.end, *pass.face, [&](auto encounters, auto cosines) {
    for (std::size_t k = 0; k < encounters.size(); ++k) {
      if (cosines[k] < floor || !pass.scope.holds(shard, encounters[k])) continue;
      found.push_back({static_cast<double>(cosines[k]), {shard.person(encounters[k]), encounters[k], &shard}});
    }
  });
  keep_best(found, pass.face_candidates);
  if (found.empty()) return;
  const std::scoped_lock lock(pass.mutex);
  pass.face_votes.insert(pass.face_votes.end(), found.begin(), found.end());
  if (pass.face_votes.size() > 4 * pass.face_candidates || pass.cosine_floor.load() == -2.0F) keep_best_faces(pass);
}

// A range that fails makes its shard not ok.
void search_range(const Range& range, const GalleryOptions& options, Pass& pass) {
  if (!pass.shard_ok[range.shard]) return;
  try {
    if (options.fail_shard && options.fail_shard(range.shard)) throw std::runtime_error("injected");
    Findings found;
    const Shard& shard = *pass.scope.snapshot->shards[range.shard].shard;
    if (!look_through(shard, range, pass, found)) throw std::runtime_error("expired");
    take(shard, std::move(found), pass);
    if (pass.face != nullptr && !pass.everybody) look_at_faces(shard, range, pass);
  } catch (const std::exception&) {
    pass.shard_ok[range.shard].store(false);
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
      if (!pass.shard_ok[number]) continue;
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

void go_through(Pass& pass, const GalleryOptions& options, const Workers& workers) {
  if (!pass.everybody && !pass.request.probe.empty()) learn(pass, workers);
  workers.each(pass.ranges.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) search_range(pass.ranges[r], options, pass);
  });
}

std::vector<Found> finish(Pass& pass, const Workers& workers, SearchResult& result) {
  result.gallery_size = pass.scope.counts.persons;
  result.searched = pass.met.count();
  result.comparable_persons = pass.meaningful.count();
  result.shards_ok = static_cast<int>(std::count(pass.shard_ok.begin(), pass.shard_ok.end(), true));
  result.shards_total = static_cast<int>(pass.shard_ok.size());
  keep_best(pass.votes, pass.candidates);
  keep_best(pass.face_votes, pass.face_candidates);
  for (const Vote& vote : pass.votes) pass.chosen.mark(vote.found.person);
  for (const Vote& vote : pass.face_votes) pass.chosen.mark(vote.found.person);
  return gather(pass, workers);
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

std::vector<Found> choose_persons(const Scope& scope, const SearchRequest& request, const FaceProbe* face,
                                  const GalleryOptions& options, const Workers& workers, SearchResult& result) {
  std::vector<bool> failed(scope.snapshot->shards.size());
  for (;;) {
    Pass pass(scope, request, face, failed);
    go_through(pass, options, workers);
    std::vector<bool> now(failed.size());
    for (std::size_t shard = 0; shard < now.size(); ++shard) now[shard] = !pass.shard_ok[shard];
    // A shard that failed half way has left its traces: once more without it. It contributes nobody.
    if (now == failed || (request.expired && request.expired())) return finish(pass, workers, result);
    failed = std::move(now);
  }
}

}  // namespace whorl::index
