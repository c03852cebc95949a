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

void compare_encounter(const PersonEncounter& found, std::span<const ProbeFinger> probe, std::uint32_t number,
                       std::vector<PairScore>& pairs) {
  const auto positions = found.shard->positions(found.index);
  for (std::uint32_t p = 0; p < probe.size(); ++p) {
    for (std::uint32_t f = 0; f < positions.size(); ++f) {
      if (!comparable(probe[p], positions[f])) continue;
      const double score = fingerprint::compare(*probe[p].prepared, found.shard->prepared(found.index, f)).score;
      pairs.push_back({p, number, f, positions[f], score});
    }
  }
}

// Asks the processor to fetch what comparing an encounter will read.
void prefetch(const PersonEncounter& found, std::span<const ProbeFinger> probe) {
  constexpr std::size_t kLine = 64;
  const auto positions = found.shard->positions(found.index);
  for (std::size_t f = 0; f < positions.size(); ++f) {
    const auto meets = [&](const ProbeFinger& p) { return comparable(p, positions[f]); };
    if (std::none_of(probe.begin(), probe.end(), meets)) continue;
    const auto bytes = found.shard->prepared(found.index, f).bytes();
    for (std::size_t offset = 0; offset < bytes.size(); offset += kLine) __builtin_prefetch(bytes.data() + offset);
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

PersonScore compare_person(std::span<const PersonEncounter> encounters, std::span<const ProbeFinger> probe,
                           const FaceProbe* face) {
  PersonScore out;
  for (const PersonEncounter& found : encounters) {
    if (found.shard->erased_at(found.index) != Shard::kNever) continue;
    const auto number = static_cast<std::uint32_t>(out.encounter_ids.size());
    compare_encounter(found, probe, number, out.pairs);
    const FaceView kept = found.shard->face(found.index);
    if (face != nullptr && !kept.empty()) out.faces.push_back({number, face->cosine(kept.values)});
    out.encounter_ids.emplace_back(found.shard->encounter_id(found.index));
    out.person_id = found.shard->person_id(found.index);
  }
  return out;
}

void compare_persons(const SearchRequest& request, const FaceProbe* face, const std::vector<PersonEncounter>& found,
                     const Workers& workers, SearchResult& result) {
  const std::vector<std::size_t> start = starts(found);
  std::mutex mutex;
  std::atomic<std::uint64_t> compared = 0;
  std::atomic<std::uint64_t> persons = 0;
  constexpr std::size_t kPersonsAtOnce = 8;
  workers.each(start.size() - 1, kPersonsAtOnce, [&](std::size_t begin, std::size_t stop) {
    std::vector<PersonScore> best;
    for (std::size_t i = begin; i < stop; ++i) {
      if (request.expired && request.expired()) return;
      if (start[i + 1] < found.size()) prefetch(found[start[i + 1]], request.probe);
      PersonScore person =
          compare_person(std::span(found).subspan(start[i], start[i + 1] - start[i]), request.probe, face);
      compared += person.pairs.size() + person.faces.size();
      if (person.pairs.empty() && person.faces.empty()) continue;
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
