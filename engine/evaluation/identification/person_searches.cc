#include <algorithm>
#include <functional>

#include "base/catalogue.h"
#include "engine/evaluation/identification/searches.h"
#include "engine/evaluation/pair_db.h"
#include "engine/evaluation/person_pairs.h"

namespace whorl::evaluation {
namespace {

// The k samples of one person at these positions, impression `i`; empty where one is lacking.
std::vector<std::uint32_t> impression(const Person& person, const std::vector<std::string>& positions, std::size_t i) {
  std::vector<std::uint32_t> out;
  for (const std::string& position : positions) {
    const auto at = person.fingers.find(position);
    if (at == person.fingers.end() || at->second.size() <= i) return {};
    out.push_back(at->second[i]);
  }
  return out;
}

double fused(const PairDb& scores, const std::vector<std::uint32_t>& probe, const std::vector<std::uint32_t>& kept) {
  std::vector<double> db;
  for (std::size_t f = 0; f < probe.size(); ++f) db.push_back(scores.of(probe[f], kept[f]));
  return fused_db(db);
}

// The searches of person `a` with one choice of positions.
void append_searches(const std::vector<Person>& people, std::uint32_t a, const std::vector<std::string>& positions,
                     const PairDb& scores, std::vector<Search>& out) {
  const std::vector<std::uint32_t> own = impression(people[a], positions, 0);
  for (std::size_t i = 1;; ++i) {
    const std::vector<std::uint32_t> probe = impression(people[a], positions, i);
    if (probe.empty()) return;
    Search search{a, fused(scores, probe, own), {}};
    for (std::uint32_t b = 0; b < people.size(); ++b) {
      const std::vector<std::uint32_t> kept =
          b == a ? std::vector<std::uint32_t>{} : impression(people[b], positions, 0);
      if (!kept.empty()) search.non_mated.push_back(fused(scores, probe, kept));
    }
    if (search.non_mated.empty()) return;
    std::sort(search.non_mated.begin(), search.non_mated.end(), std::greater<>());
    out.push_back(std::move(search));
  }
}

}  // namespace

Result<SearchSet> searches_of_persons(const Trial& trial, const std::vector<Sample>& samples,
                                      const engine::Calibration& calibration, int k) {
  WHORL_ASSIGN(const PairDb scores, pair_db(trial, samples, calibration));
  const std::vector<Person> people = people_of(samples);
  SearchSet out{trial.name, k, ScoreUnit::kDecibels, people.size(), {}, {}};
  for (const Person& person : people) out.persons.push_back(person.subject);
  for (std::uint32_t a = 0; a < people.size(); ++a) {
    for (const Block& block : blocks_of(people, a, a, static_cast<std::size_t>(k))) {
      append_searches(people, a, block.positions, scores, out.searches);
    }
  }
  if (out.searches.empty()) {
    return failure(ErrorCode::kNoSharedFingers, "fuse", with<"set">(trial.name), with<"fingers">(k));
  }
  return out;
}

}  // namespace whorl::evaluation
