#include "bench/training/leave_one_out.h"

#include <optional>

#include "base/parallel.h"

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
      out.push_back({masked(e.features, mask, ridges), sets[s].pairs[i].mated, sets[s].weight, static_cast<int>(s)});
    }
    const int group = static_cast<int>(sets.size() + s);
    for (const LabelledEvidence& e : sets[s].damaged) {
      if (!e.evidence.aligned || (ridges && !e.evidence.has_ridges)) continue;
      out.push_back({masked(e.evidence.features, mask, ridges), e.mated, sets[s].damaged_weight, group});
    }
  }
  return out;
}

// Kinds of pairs that weigh the same in the second models.
enum Kind { kReal, kSynthetic, kMixed, kDamaged };

Kind kind_of(const MinedPairs& pairs) {
  const bool a = pairs.group_a == kSyntheticNonMated;
  const bool b = pairs.group_b == kSyntheticNonMated;
  return a && b ? kSynthetic : a || b ? kMixed : kReal;
}

// Examples for the second models: with ridge features for the full one, without for the other.
class AlikeExamples {
 public:
  AlikeExamples(const fingerprint::ScoreModels& models, const fingerprint::CompareParameters& compare)
      : models_(models), compare_(compare) {}

  void add(const Features& features, bool has_ridges, bool mated, Kind kind) {
    const float by_minutiae = models_.minutiae.log_odds(features);
    if (above(by_minutiae)) minutiae.push_back({masked(features, all_features(), false), mated, 1, kind});
    if (!has_ridges || static_cast<double>(by_minutiae) < compare_.ridge_gate_log_odds) return;
    if (above(models_.full.log_odds(features))) full.push_back({features, mated, 1, kind});
  }

  std::vector<Example> minutiae;
  std::vector<Example> full;

 private:
  [[nodiscard]] bool above(float odds) const { return static_cast<double>(odds) > compare_.tail_gate_log_odds; }

  const fingerprint::ScoreModels& models_;
  const fingerprint::CompareParameters& compare_;
};

// An input that is always zero in training must weigh nothing afterwards.
template <class Model>
void forget_input(Model& model, std::size_t f) {
  model.weight[f].fill(0);
  model.straight[f] = 0;
  model.mean[f] = 0;
  model.inverse_deviation[f] = 0;
}

template <class Model>
void forget(Model& model, const FeatureMask& mask, bool ridges) {
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    if (!mask[f] || (!ridges && f >= fingerprint::kRidgeBlocks)) forget_input(model, f);
  }
}

void forget_ridges(fingerprint::TailModel& model) {
  forget(model, all_features(), false);
  for (const std::size_t f : fingerprint::kTailRidgeInputs) forget_input(model, f);
}

}  // namespace

fingerprint::CompareParameters first_only(fingerprint::CompareParameters parameters) {
  parameters.tail_gate_log_odds = 1e9;
  return parameters;
}

FeatureMask all_features() {
  FeatureMask out{};
  out.fill(true);
  return out;
}

fingerprint::ScoreModels train_first(const std::vector<SetEvidence>& sets, std::size_t left_out,
                                     const FeatureMask& mask, const TrainingParameters& parameters) {
  fingerprint::ScoreModels out;
  out.minutiae = train(examples_of(sets, left_out, mask, false), parameters);
  forget(out.minutiae, mask, false);
  out.full = train(examples_of(sets, left_out, mask, true), parameters);
  forget(out.full, mask, true);
  return out;
}

void train_second(fingerprint::ScoreModels& models, const std::vector<SetEvidence>& sets,
                  const std::vector<MinedPairs>& mined, std::size_t left_out,
                  const fingerprint::CompareParameters& compare, const TrainingParameters& parameters) {
  AlikeExamples examples(models, compare);
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (s == left_out) continue;
    for (std::size_t i = 0; i < sets[s].pairs.size(); ++i) {
      const PairEvidence& e = sets[s].evidence[i];
      if (!e.aligned) continue;
      examples.add(e.features, e.has_ridges, sets[s].pairs[i].mated, is_synthetic(sets[s].name) ? kSynthetic : kReal);
    }
    for (const LabelledEvidence& e : sets[s].damaged) {
      if (e.evidence.aligned) examples.add(e.evidence.features, e.evidence.has_ridges, e.mated, kDamaged);
    }
  }
  for (const MinedPairs& pairs : mined) {
    const auto out = static_cast<int>(left_out);
    if (pairs.group_a == out || pairs.group_b == out) continue;
    for (const AlikePair& e : pairs.alike) examples.add(e.features, e.has_ridges, e.mated, kind_of(pairs));
  }
  models.minutiae_tail = train_tail(examples.minutiae, parameters);
  forget_ridges(models.minutiae_tail);
  models.full_tail = train_tail(examples.full, parameters);
}

std::vector<std::size_t> real_sets(const std::vector<SetEvidence>& sets) {
  std::vector<std::size_t> out;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (!is_synthetic(sets[s].name)) out.push_back(s);
  }
  return out;
}

std::vector<evaluation::Trial> leave_one_out(const std::vector<SetEvidence>& sets, const FeatureMask& mask,
                                             const fingerprint::CompareParameters& compare,
                                             const TrainingParameters& parameters) {
  const std::vector<std::size_t> real = real_sets(sets);
  std::vector<evaluation::Trial> out(real.size());
  parallel_each(real.size(),
                [&](std::size_t i) {
                  out[i] = trial_of(sets[real[i]], train_first(sets, real[i], mask, parameters), first_only(compare));
                },
                {});
  return out;
}

}  // namespace whorl::training
