// Training and testing on different sensors: each set is scored by models that never saw it.
#pragma once

#include <string>
#include <vector>

#include "bench/training/corpus.h"
#include "bench/training/mining.h"

namespace whorl::training {

// Which features the models may see; the others are zero for them.
using FeatureMask = std::array<bool, fingerprint::kFeatureCount>;
FeatureMask all_features();

// The same parameters with a gate that no pair passes: no second models.
fingerprint::CompareParameters first_only(fingerprint::CompareParameters parameters);

// Both first models, from all the sets but `left_out` (none is left out when it is out of range). No second models.
fingerprint::ScoreModels train_first(const std::vector<SetEvidence>& sets, std::size_t left_out,
                                     const FeatureMask& mask, const TrainingParameters& parameters = {});

// Pairs mined between the sets, and with further populations. The groups of MinedPairs are places in the list of sets,
// or kSyntheticStrangers.
inline constexpr int kSyntheticNonMated = -1;

// Adds the second models: from the mated pairs and the non-mated ones, of the sets and of `mined`, that the first
// models take for mated. Nothing of the set `left_out` takes part, nor any pair that one of its prints is in. Strangers
// of real prints, of synthetic ones, and of one with the other weigh the same; bent ones are synthetic as any.
void train_second(fingerprint::ScoreModels& models, const std::vector<SetEvidence>& sets,
                  const std::vector<MinedPairs>& mined, std::size_t left_out,
                  const fingerprint::CompareParameters& compare, const TrainingParameters& parameters = kTailTraining);

// The places of the real sets: those that are left out in turn, where synthetic ones only train.
std::vector<std::size_t> real_sets(const std::vector<SetEvidence>& sets);

// One trial a real set, each scored by first models trained on all the others. The folds run on all cores.
std::vector<evaluation::Trial> leave_one_out(const std::vector<SetEvidence>& sets, const FeatureMask& mask,
                                             const fingerprint::CompareParameters& compare,
                                             const TrainingParameters& parameters = {});

}  // namespace whorl::training
