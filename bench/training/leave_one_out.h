// Training and testing on different sensors: each set is scored by models that never saw it.
#pragma once

#include <string>
#include <vector>

#include "bench/training/corpus.h"

namespace whorl::training {

// Which features the models may see; the others are zero for them.
using FeatureMask = std::array<bool, fingerprint::kFeatureCount>;
FeatureMask all_features();

// Both models, from all the sets but `left_out` (none is left out when it is out of range).
fingerprint::ScoreModels train_models(const std::vector<SetEvidence>& sets, std::size_t left_out,
                                      const FeatureMask& mask, const TrainingParameters& parameters = {});

// One trial a set, each scored by models trained on the others. The folds run on all cores.
std::vector<evaluation::Trial> leave_one_out(const std::vector<SetEvidence>& sets, const FeatureMask& mask,
                                             const fingerprint::CompareParameters& compare,
                                             const TrainingParameters& parameters = {});

}  // namespace whorl::training
