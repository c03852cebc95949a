// The exact stage: everything that is kept of each chosen person against the probe.
#include "index/search/exact_stage.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "index/search/comparable.h"

namespace whorl::index {
namespace {

bool better(const PersonScore& a, const PersonScore& b) {
  return a.rank_value != b.rank_value ? a.rank_value > b.rank_value : a.person_id < b.person_id;
}

void compare_encounter(const PersonEncounter& found, std::span<const Seeker> seekers, std::uint32_t number,
                       std::vector<PairScore>& pairs) {
  for (const Seeker& seeker : seekers) {
    const Modality modality = seeker.sample.modality();
    const auto positions = found.shard->positions(found.index, modality);
    for (std::uint32_t k = 0; k < positions.size(); ++k) {
      if (!comparable(seeker.sample, positions[k])) continue;
      const double score = seeker.comparer->score(found.shard->sample(found.index, modality, k).bytes);
      pairs.push_back({seeker.number, number, k, modality, positions[k], score});
    }
  }
}

// Asks the processor to fetch what comparing an encounter will read.
void prefetch(const PersonEncounter& found, std::span<const Seeker> seekers) {
  constexpr std::size_t kLine = 64;
  for (const ModalityRow& row : modalities()) {
    const auto positions = found.shard->positions(found.index, row.modality);
    for (std::size_t k = 0; k < positions.size(); ++k) {
      const auto meets = [&](const Seeker& seeker) {
        return seeker.sample.modality() == row.modality && comparable(seeker.sample, positions[k]);
      };
      if (std::none_of(seekers.begin(), seekers.end(), meets)) continue;
      const auto bytes = found.shard->sample(found.index, row.modality, k).bytes;
      for (std::size_t offset = 0; offset < bytes.size(); offset += kLine) __builtin_prefetch(bytes.data() + offset);
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

PersonScore compare_person(std::span<const PersonEncounter> encounters, std::span<const Seeker> seekers) {
  PersonScore out;
  for (const PersonEncounter& found : encounters) {
    if (found.shard->erased_at(found.index) != Shard::kNever) continue;
    compare_encounter(found, seekers, static_cast<std::uint32_t>(out.encounter_ids.size()), out.pairs);
    out.encounter_ids.emplace_back(found.shard->encounter_id(found.index));
    out.person_id = found.shard->person_id(found.index);
  }
  return out;
}

void compare_persons(const SearchRequest& request, std::span<const Seeker> seekers,
                     const std::vector<PersonEncounter>& found, const Workers& workers, SearchResult& result) {
  const std::vector<std::size_t> start = starts(found);
  std::mutex mutex;
  std::atomic<std::uint64_t> compared = 0;
  std::atomic<std::uint64_t> persons = 0;
  constexpr std::size_t kPersonsAtOnce = 8;
  workers.each(start.size() - 1, kPersonsAtOnce, [&](std::size_t begin, std::size_t stop) {
    std::vector<PersonScore> best;
    for (std::size_t i = begin; i < stop; ++i) {
      if (request.expired && request.expired()) return;
      if (start[i + 1] < found.size()) prefetch(found[start[i + 1]], seekers);
      PersonScore person = compare_person(std::span(found).subspan(start[i], start[i + 1] - start[i]), seekers);
      compared += person.pairs.size();
      if (person.pairs.empty()) continue;
      ++persons;
      person.rank_value = request.rank(person);
      best.push_back(std::move(person));
    }
    const std::scoped_lock lock(mutex);
    std::move(best.begin(), best.end(), std::back_inserter(result.persons));
    if (result.persons.size() <= request.max_results) return;
    const auto end = result.persons.begin() + static_cast<std::ptrdiff_t>(request.max_results);
    std::nth_element(result.persons.begin(), end, result.persons.end(), better);
    result.persons.erase(end, result.persons.end());
  });
  std::sort(result.persons.begin(), result.persons.end(), better);
  result.compared = compared;
  result.compared_persons = persons;
}

}  // namespace whorl::index
