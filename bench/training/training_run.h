// Training from evidence that is there, and what it is worth.
#pragma once

#include "bench/training/scarcity_fit.h"

namespace whorl::training {

// The first models: without each real set in turn, and of all. On all cores.
Models train_first_models(const std::vector<SetEvidence>& sets);
// Adds the second ones.
void train_second_models(Models& models, const std::vector<SetEvidence>& sets, const NonMated& non_mated);

// And what is taken off where prints show little, the same for all of them. A left-out set takes part in these six
// numbers, and in nothing else. Errors: those of Calibration::fit and fit_scarcity().
Status train_scarcity(Models& models, const std::vector<SetEvidence>& sets, const NonMated& non_mated,
                      const std::vector<PartPairs>& parts);

struct Outcome {
  std::string report;  // tables of docs/accuracy.md
  engine::Calibration calibration;
};

// Scores each set by models that never saw it, fits the calibration to that, and tries both on `tests`, which
// took no part. Errors: those of Calibration::fit.
Result<Outcome> measure_models(const Models& models, const std::vector<SetEvidence>& sets,
                               const std::vector<SetEvidence>& tests, const NonMated& non_mated,
                               const std::vector<PartPairs>& parts);

}  // namespace whorl::training
