// Ranges of shards -> census and candidate sources -> chosen persons -> their encounters.
#include "index/search/candidate_stage.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/catalogue.h"
#include "index/search/everybody.h"
#include "index/search/face_neighbours.h"
#include "index/search/finger_votes.h"
#include "index/search/shard_fault.h"

namespace whorl::index {
namespace {

bool expired(const SearchRequest& request) { return request.expired && request.expired(); }

Error too_late() { return failure(ErrorCode::kDeadlinePassed, with<"before">(PhraseCode::kSearchDone)); }

// Which shards a search could go through, and why the others failed. Thread-safe.
class ShardStates {
 public:
  explicit ShardStates(std::size_t shards) : ok_(shards) {
    for (auto& ok : ok_) ok.store(true);
  }
  [[nodiscard]] bool ok(std::size_t shard) const { return ok_[shard].load(); }
  // The first reason stays.
  void fail(std::size_t shard, std::string reason) {
    const std::scoped_lock lock(mutex_);
    if (ok_[shard].exchange(false)) failures_.push_back({static_cast<std::uint32_t>(shard), std::move(reason)});
  }
  [[nodiscard]] std::vector<ShardFailure> failures() const {
    const std::scoped_lock lock(mutex_);
    std::vector<ShardFailure> out = failures_;
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.shard < b.shard; });
    return out;
  }

 private:
  std::vector<std::atomic<bool>> ok_;
  mutable std::mutex mutex_;
  std::vector<ShardFailure> failures_;  // guarded by mutex_
};

// Nobody is left out of a small gallery, nor where the request asks for everybody.
bool takes_everybody(const Scope& scope, const SearchRequest& request, std::span<const Modality> probe) {
  const auto few = [&](Modality modality) {
    const auto samples = scope.counts.samples[modality];
    const double of_person =
        static_cast<double>(samples) / static_cast<double>(std::max<std::uint64_t>(scope.counts.persons, 1));
    return samples <= most_of_share(request.compare_all_samples, request.share, of_person);
  };
  return request.candidates.persons == 0 || std::all_of(probe.begin(), probe.end(), few);
}

// What a source is made of.
struct Looked {
  const Scope& scope;
  std::span<const Range> ranges;
  const SearchRequest& request;
  const Workers& workers;
};

using Source = std::unique_ptr<CandidateSource>;

Source finger_votes(const Looked& look, std::vector<ProbeSample> probe) {
  return std::make_unique<FingerVotes>(look.scope, look.ranges, std::move(probe), look.request, look.workers);
}

// An encounter of a probe has one face.
Source face_neighbours(const Looked& look, std::vector<ProbeSample> probe) {
  const std::size_t persons =
      std::max(first_of_share(look.request.face_persons, look.request.share), look.request.max_results);
  return std::make_unique<FaceNeighbours>(look.scope, *probe.front().prepared, persons);
}

// The quick sources, a row each; of a modality without one everybody is compared.
struct SourceRow {
  Modality modality;
  Source (*make)(const Looked& look, std::vector<ProbeSample> probe);
};
constexpr SourceRow kSources[] = {{Modality::kFinger, finger_votes}, {Modality::kFace, face_neighbours}};

CandidateSources sources_for(const Looked& look, std::span<const Seeker> seekers) {
  CandidateSources out;
  const std::vector<Modality> probe = modalities_of(seekers);
  const bool everybody = takes_everybody(look.scope, look.request, probe);
  for (const Modality modality : probe) {
    const auto* const row = std::find_if(std::begin(kSources), std::end(kSources),
                                         [=](const SourceRow& each) { return each.modality == modality; });
    if (everybody || row == std::end(kSources)) {
      out.push_back(std::make_unique<Everybody>(modality, look.scope.snapshot->ordinals));
    } else {
      out.push_back(row->make(look, samples_of(seekers, modality)));
    }
  }
  return out;
}

// What one pass over the shards gathers.
struct Pass {
  Census census;
  CandidateSources sources;
};

Status look(const Range& range, const SearchRequest& request, Pass& pass) {
  WHORL_TRY(ShardFault::of(range.shard));
  if (expired(request)) return too_late();
  const RangeEncounters found = pass.census.look(range);
  for (const auto& source : pass.sources) WHORL_TRY(source->look(found));
  pass.census.add(found);
  return {};
}

// The same, with what libraries throw (memory that is short) as a value.
Status look_safely(const Range& range, const SearchRequest& request, Pass& pass) {
  try {
    return look(range, request, pass);
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::kOutOfMemory, with<"detail">("not enough memory to search the shard"));
  } catch (const std::exception& e) {
    return internal_error(e.what());
  }
}

// Goes through the ranges of the shards that are ok. False: the request expired on the way.
bool go_through(std::span<const Range> ranges, const SearchRequest& request, Pass& pass, ShardStates& shards,
                const Workers& workers) {
  std::atomic<bool> stopped = false;
  workers.each(ranges.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end && !stopped.load(); ++r) {
      if (!shards.ok(ranges[r].shard)) continue;
      const Status looked = look_safely(ranges[r], request, pass);
      if (looked.ok()) continue;
      if (expired(request)) {
        stopped.store(true);
      } else {
        shards.fail(ranges[r].shard, looked.error().text());
      }
    }
  });
  return !stopped.load();
}

// Every encounter in scope of the chosen persons that lies in a shard that did not fail.
std::vector<PersonEncounter> gather(const Scope& scope, const PersonBitmap& chosen, const ShardStates& states,
                                    const Workers& workers) {
  const auto& shards = scope.snapshot->shards;
  std::mutex mutex;
  std::vector<PersonEncounter> out;
  // Of so few encounters another thread is not worth waking.
  constexpr std::uint64_t kFew = 16'384;
  const std::size_t at_once = scope.snapshot->encounters() < kFew ? shards.size() : 1;
  workers.each(shards.size(), at_once, [&](std::size_t begin, std::size_t end) {
    std::vector<PersonEncounter> found;
    for (std::size_t number = begin; number < end; ++number) {
      if (!states.ok(number)) continue;
      const Shard& shard = *shards[number].shard;
      for (std::uint32_t i = 0; i < shards[number].encounters; ++i) {
        const std::uint32_t person = shard.person(i);
        if (chosen.marked(person) && scope.holds(shard, i)) found.push_back({person, i, &shard});
      }
    }
    const std::scoped_lock lock(mutex);
    out.insert(out.end(), found.begin(), found.end());
  });
  std::sort(out.begin(), out.end(), [](const PersonEncounter& a, const PersonEncounter& b) {
    if (a.person != b.person) return a.person < b.person;
    return a.shard->encounter_id(a.index) < b.shard->encounter_id(b.index);
  });
  return out;
}

void fill_receipt(const Scope& scope, const Census& census, const ShardStates& shards, SearchResult& result) {
  result.gallery_size = scope.counts.persons;
  result.searched = census.searched();
  result.searched_encounters = census.encounters();
  result.comparable_persons = census.comparable();
  result.failures = shards.failures();
  result.shards_total = static_cast<int>(scope.snapshot->shards.size());
  result.shards_ok = result.shards_total - static_cast<int>(result.failures.size());
}

}  // namespace

Result<std::vector<PersonEncounter>> choose_persons(const Scope& scope, const SearchRequest& request,
                                                    std::span<const Seeker> seekers, const Workers& workers,
                                                    SearchResult& result) {
  const std::vector<Range> ranges = ranges_of(*scope.snapshot);
  ShardStates shards(scope.snapshot->shards.size());
  for (;;) {
    const std::size_t failed = shards.failures().size();
    Pass pass{Census(scope, seekers), sources_for({scope, ranges, request, workers}, seekers)};
    if (!go_through(ranges, request, pass, shards, workers)) return too_late();
    // A shard that failed half way has left its traces: once more without it.
    if (shards.failures().size() != failed) continue;
    fill_receipt(scope, pass.census, shards, result);
    PersonBitmap chosen(scope.snapshot->ordinals);
    for (const auto& source : pass.sources) {
      if (!source->choose(chosen).ok()) return too_late();
    }
    return gather(scope, chosen, shards, workers);
  }
}

}  // namespace whorl::index
