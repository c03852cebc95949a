// The exact stage: everything that is kept of each chosen person against the probe.
#include <algorithm>
#include <atomic>
#include <mutex>

#include "index/search.h"

namespace whorl::index {
namespace {

bool better(const PersonScore& a, const PersonScore& b) {
  return a.rank_value != b.rank_value ? a.rank_value > b.rank_value : a.person_id < b.person_id;
}

void compare_encounter(const Encounter& encounter, std::span<const ProbeFinger> probe, std::uint32_t number,
                       std::vector<PairScore>& pairs) {
  for (std::uint32_t p = 0; p < probe.size(); ++p) {
    for (std::uint32_t f = 0; f < encounter.fingers.size(); ++f) {
      const Finger& finger = encounter.fingers[f];
      if (!comparable(probe[p].position, finger.position)) continue;
      const double score = fingerprint::compare(*probe[p].prepared, finger.prepared).score;
      pairs.push_back({p, number, f, finger.position, score});
    }
  }
}

}  // namespace

PersonScore compare_person(const Scope& scope, const Person& person, std::span<const ProbeFinger> probe) {
  PersonScore out;
  out.person_id = person.id;
  const auto encounters = person.encounters.get();
  for (const auto& encounter : *encounters) {
    if (!scope.holds(*encounter)) continue;
    compare_encounter(*encounter, probe, static_cast<std::uint32_t>(out.encounter_ids.size()), out.pairs);
    out.encounter_ids.push_back(encounter->id);
  }
  return out;
}

void compare_persons(const Scope& scope, const SearchRequest& request, const Persons& persons,
                     const Workers& workers, SearchResult& result) {
  std::mutex mutex;
  std::atomic<std::uint64_t> compared = 0;
  constexpr std::size_t kPersonsAtOnce = 8;
  workers.each(persons.size(), kPersonsAtOnce, [&](std::size_t begin, std::size_t stop) {
    std::vector<PersonScore> best;
    for (std::size_t i = begin; i < stop; ++i) {
      if (request.expired && request.expired()) return;
      PersonScore person = compare_person(scope, *persons[i], request.probe);
      compared += person.pairs.size();
      if (person.pairs.empty()) continue;
      person.rank_value = request.rank(person.pairs);
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
}

}  // namespace whorl::index
