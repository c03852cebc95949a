#include "engine/evaluation/populations.h"

#include <utility>

#include "base/catalogue.h"

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
        return failure(ErrorCode::kTooManySets, with<"most">(kMaxPopulations),
                       with<"pairs">(Calibration::kMinNonMated));
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
