// The exact stage: everything that is kept of each chosen person against the probe.
#include "index/search/exact_stage.h"

#include <algorithm>
#include <iterator>
#include <mutex>

#include "index/search/comparable.h"

namespace whorl::index {
namespace {

bool better(const PersonScore& a, const PersonScore& b) {
  return a.rank_value != b.rank_value ? a.rank_value > b.rank_value : a.person_id < b.person_id;
}

// An encounter's samples as comparing wants them: where they lie, or made again from the record.
class EncounterSamples {
 public:
  EncounterSamples(const PersonEncounter& found, WholeSamples& from_records) : found_(found), whole_(from_records) {}

  // Reads what the seekers will ask for. False: the encounter has been erased since.
  Result<bool> load(std::span<const Seeker> seekers) {
    for (const ModalityRow& row : modalities()) {
      const auto positions = found_.shard->positions(found_.index, row.modality);
      for (std::uint32_t k = 0; k < positions.size(); ++k) {
        const auto meets = [&](const Seeker& seeker) {
          return seeker.sample.modality() == row.modality && comparable(seeker.sample, positions[k]);
        };
        if (std::none_of(seekers.begin(), seekers.end(), meets)) continue;
        if (found_.shard->whole(found_.index, row.modality, k).empty()) wanted_.push_back({row.modality, k});
      }
    }
    if (wanted_.empty()) return true;
    WHORL_ASSIGN(auto read, whole_.get(*found_.shard, found_.index, wanted_));
    if (read) read_ = std::move(*read);
    return read.has_value();
  }

  [[nodiscard]] std::span<const std::byte> of(Modality modality, std::uint32_t k) const {
    for (std::size_t w = 0; w < wanted_.size(); ++w) {
      if (wanted_[w].modality == modality && wanted_[w].k == k) return *read_[w];
    }
    return found_.shard->whole(found_.index, modality, k);
  }

 private:
  const PersonEncounter& found_;
  WholeSamples& whole_;
  std::vector<WholeSamples::Wanted> wanted_;
  WholeSamples::Samples read_;  // by wanted_
};

void compare_encounter(const PersonEncounter& found, std::span<const Seeker> seekers, const EncounterSamples& samples,
                       std::uint32_t number, std::vector<PairScore>& pairs) {
  for (const Seeker& seeker : seekers) {
    const Modality modality = seeker.sample.modality();
    const auto positions = found.shard->positions(found.index, modality);
    for (std::uint32_t k = 0; k < positions.size(); ++k) {
      if (!comparable(seeker.sample, positions[k])) continue;
      const double score = seeker.comparer->score(samples.of(modality, k));
      pairs.push_back({seeker.number, number, k, modality, positions[k], score});
    }
  }
}

// Where each person's encounters begin, and the end.
std::vector<std::size_t> starts(const std::vector<PersonEncounter>& found) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i == 0 || found[i].person != found[i - 1].person) out.push_back(i);
  }
  out.push_back(found.size());
  return out;
}

}  // namespace

ComparedPerson compare_person(std::span<const PersonEncounter> encounters, std::span<const Seeker> seekers,
                              WholeSamples& from_records) {
  ComparedPerson out;
  for (const PersonEncounter& found : encounters) {
    if (found.shard->erased_at(found.index) != Shard::kNever) {
      ++out.left_out;
      continue;
    }
    EncounterSamples samples(found, from_records);
    const auto there = samples.load(seekers);
    if (!there.ok()) {
      out.failures.push_back({found.shard, there.error()});
      continue;
    }
    if (!*there) {
      ++out.left_out;
      continue;
    }
    PersonScore& score = out.score;
    compare_encounter(found, seekers, samples, static_cast<std::uint32_t>(score.encounter_ids.size()), score.pairs);
    score.encounter_ids.emplace_back(found.shard->encounter_id(found.index));
    score.person_id = found.shard->person_id(found.index);
  }
  return out;
}

namespace {

// What several threads gather.
class Gathered {
 public:
  explicit Gathered(const SearchRequest& request) : request_(request) {}

  // A thread's share.
  struct Share {
    std::vector<PersonScore> best;
    std::vector<FailedEncounter> failures;
    std::uint64_t compared = 0;
    std::uint64_t persons = 0;
    std::uint64_t left_out = 0;

    void add(ComparedPerson person, const Ranker& rank) {
      left_out += person.left_out;
      failures.insert(failures.end(), person.failures.begin(), person.failures.end());
      compared += person.score.pairs.size();
      if (person.score.pairs.empty()) return;
      ++persons;
      person.score.rank_value = rank(person.score);
      best.push_back(std::move(person.score));
    }
  };
  void add(Share share) {
    const std::scoped_lock lock(mutex_);
    compared_ += share.compared;
    persons_ += share.persons;
    left_out_ += share.left_out;
    failures_.insert(failures_.end(), share.failures.begin(), share.failures.end());
    std::move(share.best.begin(), share.best.end(), std::back_inserter(best_));
    if (best_.size() <= request_.max_results) return;
    const auto end = best_.begin() + static_cast<std::ptrdiff_t>(request_.max_results);
    std::nth_element(best_.begin(), end, best_.end(), better);
    best_.erase(end, best_.end());
  }
  // Once every share is in.
  void fill(const Scope& scope, SearchResult& result) {
    std::sort(best_.begin(), best_.end(), better);
    result.persons = std::move(best_);
    result.compared = compared_;
    result.compared_persons = persons_;
    result.left_out = left_out_;
    for (const FailedEncounter& failed : failures_) add_failure(scope, failed, result);
  }

 private:
  // A shard of which somebody could not be compared has failed: the first reason stays.
  static void add_failure(const Scope& scope, const FailedEncounter& failed, SearchResult& result) {
    const auto& shards = scope.snapshot->shards;
    const auto it =
        std::find_if(shards.begin(), shards.end(), [&](const auto& view) { return view.shard.get() == failed.shard; });
    const auto number = static_cast<std::uint32_t>(it - shards.begin());
    const auto at = std::lower_bound(result.failures.begin(), result.failures.end(), number,
                                     [](const ShardFailure& one, std::uint32_t other) { return one.shard < other; });
    if (at != result.failures.end() && at->shard == number) return;
    result.failures.insert(at, {number, failed.error.text()});
    --result.shards_ok;
  }

  const SearchRequest& request_;
  std::mutex mutex_;
  std::vector<PersonScore> best_;
  std::vector<FailedEncounter> failures_;
  std::uint64_t compared_ = 0;
  std::uint64_t persons_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace

void compare_persons(const Scope& scope, const SearchRequest& request, std::span<const Seeker> seekers,
                     const std::vector<PersonEncounter>& found, WholeSamples& from_records, const Workers& workers,
                     SearchResult& result) {
  const std::vector<std::size_t> start = starts(found);
  Gathered gathered(request);
  constexpr std::size_t kPersonsAtOnce = 8;
  workers.each(start.size() - 1, kPersonsAtOnce, [&](std::size_t begin, std::size_t stop) {
    Gathered::Share share;
    for (std::size_t i = begin; i < stop; ++i) {
      if (request.expired && request.expired()) return;
      const auto encounters = std::span(found).subspan(start[i], start[i + 1] - start[i]);
      share.add(compare_person(encounters, seekers, from_records), request.rank);
    }
    gathered.add(std::move(share));
  });
  gathered.fill(scope, result);
}

}  // namespace whorl::index
