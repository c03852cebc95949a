#include "bench/training/find_non_mated.h"

#include <filesystem>

#include "base/progress_bar.h"

namespace whorl::training {
namespace {

struct Group {
  const Prints& prints;
  int number;
};

MinedPairs mine_groups(const Group& a, const Group& b, const fingerprint::ScoreModels& first) {
  ProgressBar bar("comparing " + a.prints.name + " with " + b.prints.name, true);
  MinedPairs out = mine(a.prints, b.prints, first, {}, bar.callback());
  out.group_a = a.number;
  out.group_b = b.number;
  return out;
}

// Three fifths of the fingers, and the rest.
std::pair<Prints, Prints> parted(Prints all) {
  std::size_t cut = all.samples.size() * 3 / 5;
  while (cut > 0 && cut < all.samples.size() && all.samples[cut].finger == all.samples[cut - 1].finger) ++cut;
  std::pair<Prints, Prints> out;
  out.first.name = all.name + ", three fifths";
  out.second.name = all.name + ", the rest";
  for (std::size_t i = 0; i < all.samples.size(); ++i) {
    Prints& to = i < cut ? out.first : out.second;
    to.samples.push_back(std::move(all.samples[i]));
    to.prepared.push_back(std::move(all.prepared[i]));
  }
  return out;
}

Result<Prints> population(const std::string& manifest, Content content) {
  const std::string name = std::filesystem::absolute(manifest).parent_path().filename().string();
  ProgressBar bar("extracting " + name, true);
  return prepare_set(manifest, name, content, bar.callback());
}

}  // namespace

Result<NonMated> find_non_mated(const NonMatedSources& sources, const std::vector<Prints>& prints,
                                const std::vector<Prints>& tests, Content content,
                                const fingerprint::ScoreModels& first) {
  std::vector<Group> real;
  for (std::size_t i = 0; i < prints.size(); ++i) {
    if (!is_synthetic(prints[i].name)) real.push_back({prints[i], static_cast<int>(i)});
  }
  NonMated out;
  for (std::size_t i = 0; i < real.size(); ++i) {
    for (std::size_t j = i + 1; j < real.size(); ++j) out.mined.push_back(mine_groups(real[i], real[j], first));
  }
  const auto with_population = [&](const Prints& people, std::vector<MinedPairs>& into) {
    const Group synthetic{people, kSyntheticNonMated};
    into.push_back(mine_groups(synthetic, synthetic, first));
    for (const Group& set : real) into.push_back(mine_groups(synthetic, set, first));
  };
  {
    WHORL_ASSIGN(const Prints people, population(sources.mined, content));
    with_population(people, out.mined);
  }
  WHORL_ASSIGN(Prints others, population(sources.counted, content));
  const auto [counted, tried] = parted(std::move(others));
  with_population(counted, out.counted);
  const auto test = [&](const Prints& people, const Group& with) {
    out.tested.push_back(mine_groups({people, kSyntheticNonMated}, with, first));
  };
  test(tried, {tried, kSyntheticNonMated});
  for (std::size_t t = 0; t < tests.size(); ++t) test(tried, {tests[t], static_cast<int>(t)});
  return out;
}

}  // namespace whorl::training
