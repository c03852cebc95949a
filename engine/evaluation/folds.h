// Verification accuracy over folds: the rule of the LFW protocol (G. Huang et al., "Labeled Faces in the Wild", 2007,
// View 2).
#pragma once

#include <string>
#include <vector>

#include "engine/evaluation/intervals.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct FoldResult {
  int fold = 0;
  double threshold = 0;  // chosen on the other folds
  Rate wrong;            // pairs of this fold that it decides wrongly
};

struct FoldAccuracy {
  std::vector<FoldResult> folds;  // by number
  double mean = 0;                // of the folds' shares of right decisions
  double standard_error = 0;      // of the mean, over the folds

  // "99.44 % +- 0.14 over 3 folds".
  [[nodiscard]] std::string text() const;
};

// For each fold the threshold that decides most pairs of the other folds rightly; where several do, the middle of the
// lowest such gap between scores. `fold_of` has one number for each pair of the trial. Errors: kInvalidInput for fewer
// than two folds, or numbers and pairs that do not go together. Cost: O(folds * n log n).
Result<FoldAccuracy> accuracy_over_folds(const Trial& trial, const std::vector<int>& fold_of);

}  // namespace whorl::evaluation
