#include "engine/evaluation/folds.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/catalogue.h"
#include "engine/evaluation/text.h"

namespace whorl::evaluation {
namespace {

struct Scored {
  double value;
  bool mated;
};

double best_threshold(std::vector<Scored> scores) {
  std::sort(scores.begin(), scores.end(), [](const Scored& x, const Scored& y) { return x.value < y.value; });
  // Below them all every mated pair is right and every non-mated wrong; then one score after another falls below.
  std::int64_t right = std::count_if(scores.begin(), scores.end(), [](const Scored& s) { return s.mated; });
  std::int64_t best = right;
  double threshold = scores.front().value;
  for (std::size_t i = 0; i < scores.size();) {
    const double value = scores[i].value;
    for (; i < scores.size() && scores[i].value == value; ++i) right += scores[i].mated ? -1 : 1;
    if (right <= best) continue;
    best = right;
    threshold = i < scores.size() ? std::midpoint(value, scores[i].value) : std::nextafter(value, 1e300);
    if (threshold <= value && i < scores.size()) threshold = scores[i].value;  // neighbours among doubles
  }
  return threshold;
}

}  // namespace

std::string FoldAccuracy::text() const {
  return fixed_text(100 * mean, 2) + " % +- " + fixed_text(100 * standard_error, 2) + " over " +
         std::to_string(folds.size()) + " folds";
}

Result<FoldAccuracy> accuracy_over_folds(const Trial& trial, const std::vector<int>& fold_of) {
  if (fold_of.size() != trial.pairs.size() || trial.values.size() != trial.pairs.size()) {
    return invalid_input("every pair needs its fold", "fold");
  }
  const std::set<int> folds(fold_of.begin(), fold_of.end());
  if (folds.size() < 2) return failure(ErrorCode::kOneFold, "fold");
  FoldAccuracy out;
  for (const int fold : folds) {
    std::vector<Scored> others;
    for (std::size_t i = 0; i < fold_of.size(); ++i) {
      if (fold_of[i] != fold) others.push_back({trial.values[i], trial.pairs[i].mated});
    }
    const double threshold = best_threshold(std::move(others));
    std::uint64_t wrong = 0;
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < fold_of.size(); ++i) {
      if (fold_of[i] != fold) continue;
      ++n;
      wrong += (trial.values[i] >= threshold) == trial.pairs[i].mated ? 0 : 1;
    }
    out.folds.push_back({fold, threshold, rate_of(wrong, n)});
  }
  const auto count = static_cast<double>(out.folds.size());
  for (const FoldResult& f : out.folds) out.mean += (1 - f.wrong.value()) / count;
  double squares = 0;
  for (const FoldResult& f : out.folds) squares += std::pow(1 - f.wrong.value() - out.mean, 2);
  out.standard_error = std::sqrt(squares / (count - 1) / count);
  return out;
}

}  // namespace whorl::evaluation
