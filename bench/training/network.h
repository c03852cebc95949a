// Training of the comparator's score model: a network of one hidden layer, by Adam on the logistic loss.
// Deterministic for a seed. Single-threaded; a few seconds for twenty thousand examples.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <vector>

#include "templates/fingerprint/compare/score_model.h"

namespace whorl::training {

struct Example {
  fingerprint::Features features{};
  bool mated = false;
  double weight = 1;  // of its group, which has the same for all its examples
  int group = 0;      // the sensor, or it with damaged prints; of second models the kind of pair
};

struct TrainingParameters {
  int members = 6;  // networks of the model's units / members, averaged
  int epochs = 400;
  double learning_rate = 0.01;
  double decay = 1e-4;
  std::uint64_t seed = 1;
};

// The second models are for non-mated pairs that no training ever saw: they are held back harder.
inline constexpr TrainingParameters kTailTraining{.members = 3, .decay = 1e-3};

// Mated and non-mated examples are given equal total weight, and within each every group its weight, however many
// examples it has. The scale of the features counts each example by `weight`, without that balance. Of no examples
// comes a model that says nothing: of prints without ridge maps none are for the models of ridges.
fingerprint::ScoreModel train(const std::vector<Example>& examples, const TrainingParameters& parameters = {});
fingerprint::TailModel train_tail(const std::vector<Example>& examples,
                                  const TrainingParameters& parameters = kTailTraining);

}  // namespace whorl::training
