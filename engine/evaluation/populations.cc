#include "engine/evaluation/populations.h"

#include <utility>

namespace whorl::evaluation {
namespace {

using engine::Calibration;

void append(Calibration::NonMated& to, const SetScores& set) {
  for (const double score : set.non_mated) to.scores.push_back({score, 1});
}

}  // namespace

Result<Populations> populations_of(const std::vector<SetScores>& sets) {
  Populations out;
  Calibration::NonMated small;
  std::vector<std::string> names;
  for (const SetScores& set : sets) {
    if (set.non_mated.size() >= Calibration::kMinNonMated) {
      if (out.all.size() == kMaxPopulations) {
        return invalid_input("there are more than " + std::to_string(kMaxPopulations) + " sets of " +
                             std::to_string(Calibration::kMinNonMated) +
                             " non-mated pairs or more; a set is the prints of one sensor, not of one person");
      }
      append(out.all.emplace_back(Calibration::NonMated{set.name, {}, 0}), set);
      continue;
    }
    append(small, set);
    names.push_back(set.name);
  }
  if (names.empty()) return out;
  small.name = names.size() == 1 ? names.front() : std::to_string(names.size()) + " small sets";
  if (out.all.empty() || small.scores.size() >= Calibration::kMinNonMated) {
    out.all.push_back(std::move(small));
  } else {
    out.left_out = std::move(names);
  }
  return out;
}

}  // namespace whorl::evaluation
