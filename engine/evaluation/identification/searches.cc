#include "engine/evaluation/identification/searches.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <unordered_map>

#include "base/catalogue.h"

namespace whorl::evaluation {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

struct Roles {
  std::vector<std::uint32_t> finger;     // of each sample
  std::vector<std::uint32_t> person;     // of each sample
  std::vector<std::uint32_t> reference;  // of each finger, its sample
  std::vector<std::uint32_t> search;     // of each sample that is a probe, its place
  std::vector<std::string> persons;
};

Roles roles_of(const std::vector<Sample>& samples) {
  Roles out;
  std::unordered_map<std::string, std::uint32_t> fingers;
  std::unordered_map<std::string, std::uint32_t> persons;
  std::uint32_t searches = 0;
  for (std::uint32_t i = 0; i < samples.size(); ++i) {
    const Sample& sample = samples[i];
    const std::string& whose = sample.subject.empty() ? sample.finger : sample.subject;
    const auto [person, new_person] = persons.emplace(whose, static_cast<std::uint32_t>(persons.size()));
    if (new_person) out.persons.push_back(whose);
    const auto [finger, new_finger] = fingers.emplace(sample.finger, static_cast<std::uint32_t>(fingers.size()));
    if (new_finger) out.reference.push_back(i);
    out.finger.push_back(finger->second);
    out.person.push_back(person->second);
    out.search.push_back(new_finger ? kNone : searches++);
  }
  return out;
}

// The first probe and reference that were not compared.
Error missing_pair(const std::vector<Sample>& samples, const Roles& roles, const std::vector<std::uint32_t>& compared) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (roles.search[i] == kNone || compared[roles.search[i]] == roles.reference.size()) continue;
    return failure(ErrorCode::kNeedsEverySearch, with<"probe">(samples[i].name),
                   with<"reference">("a reference of the " + std::to_string(roles.reference.size())));
  }
  return failure(ErrorCode::kNoMatedPair);
}

}  // namespace

std::size_t SearchSet::gallery_size() const {
  std::size_t out = searches.empty() ? 0 : searches.front().non_mated.size();
  for (const Search& search : searches) out = std::min(out, search.non_mated.size());
  return out;
}

std::size_t SearchSet::rank_of(const Search& search) {
  const auto& scores = search.non_mated;
  const auto below = std::upper_bound(scores.begin(), scores.end(), search.mated, std::greater<>());
  return static_cast<std::size_t>(below - scores.begin()) + 1;
}

Result<SearchSet> searches_of(const Trial& trial, const std::vector<Sample>& samples) {
  const Roles roles = roles_of(samples);
  SearchSet out{trial.name, 1, ScoreUnit::kRaw, roles.reference.size(), roles.persons, {}};
  out.searches.resize(samples.size() - roles.reference.size());
  std::vector<std::uint32_t> compared(out.searches.size(), 0);
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    std::uint32_t probe = trial.pairs[i].a;
    std::uint32_t reference = trial.pairs[i].b;
    if (roles.search[probe] == kNone) std::swap(probe, reference);
    if (roles.search[probe] == kNone || roles.search[reference] != kNone) continue;
    Search& search = out.searches[roles.search[probe]];
    search.person = roles.person[probe];
    ++compared[roles.search[probe]];
    if (roles.finger[probe] == roles.finger[reference]) {
      search.mated = trial.values[i];
    } else if (roles.person[probe] != roles.person[reference]) {
      search.non_mated.push_back(trial.values[i]);
    }
  }
  const auto whole = [&](std::uint32_t n) { return n == roles.reference.size(); };
  if (out.searches.empty() || !std::all_of(compared.begin(), compared.end(), whole)) {
    return missing_pair(samples, roles, compared);
  }
  for (Search& search : out.searches) std::sort(search.non_mated.begin(), search.non_mated.end(), std::greater<>());
  if (out.gallery_size() == 0) return failure(ErrorCode::kNoNonMatedPair);
  return out;
}

}  // namespace whorl::evaluation
