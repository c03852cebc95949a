#include "bench/training/leave_one_out.h"

#include <optional>

#include "engine/evaluation/parallel.h"

namespace whorl::training {
namespace {

using fingerprint::Features;
using fingerprint::kFeatureCount;

Features masked(const Features& features, const FeatureMask& mask, bool ridges) {
  Features out{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    if (mask[f] && (ridges || f < fingerprint::kRidgeBlocks)) out[f] = features[f];
  }
  return out;
}

std::vector<Example> examples_of(const std::vector<SetEvidence>& sets, std::size_t left_out, const FeatureMask& mask,
                                 bool ridges) {
  std::vector<Example> out;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (s == left_out) continue;
    for (std::size_t i = 0; i < sets[s].pairs.size(); ++i) {
      const PairEvidence& e = sets[s].evidence[i];
      if (!e.aligned || (ridges && !e.has_ridges)) continue;
      out.push_back({masked(e.features, mask, ridges), sets[s].pairs[i].genuine, 1, static_cast<int>(s)});
    }
  }
  return out;
}

// A feature that is always zero in training must weigh nothing afterwards.
void forget(fingerprint::ScoreModel& model, const FeatureMask& mask, bool ridges) {
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    if (mask[f] && (ridges || f < fingerprint::kRidgeBlocks)) continue;
    model.weight[f].fill(0);
    model.straight[f] = 0;
    model.mean[f] = 0;
    model.inverse_deviation[f] = 0;
  }
}

}  // namespace

FeatureMask all_features() {
  FeatureMask out{};
  out.fill(true);
  return out;
}

fingerprint::ScoreModels train_models(const std::vector<SetEvidence>& sets, std::size_t left_out,
                                      const FeatureMask& mask, const TrainingParameters& parameters) {
  fingerprint::ScoreModels out;
  out.minutiae = train(examples_of(sets, left_out, mask, false), parameters);
  forget(out.minutiae, mask, false);
  out.full = train(examples_of(sets, left_out, mask, true), parameters);
  forget(out.full, mask, true);
  return out;
}

std::vector<evaluation::Trial> leave_one_out(const std::vector<SetEvidence>& sets, const FeatureMask& mask,
                                             const fingerprint::CompareParameters& compare,
                                             const TrainingParameters& parameters) {
  std::vector<evaluation::Trial> out(sets.size());
  evaluation::parallel_each(
      sets.size(),
      [&](std::size_t s) { out[s] = trial_of(sets[s], train_models(sets, s, mask, parameters), compare); }, {});
  return out;
}

}  // namespace whorl::training
