#include "bench/training/training_run.h"

#include "base/parallel.h"
#include "bench/training/held_out.h"
#include "engine/evaluation/report.h"

namespace whorl::training {
namespace {

using evaluation::Trial;

constexpr const char* kSource =
    "the most pessimistic of: strangers of six FVC sets within a set, between sets, and with synthetic "
    "strangers, each left out of training; synthetic strangers, laid on those within a set at 20 dB; of all 2 dB "
    "taken off";

// The models of fold `i`; after the last set those of all.
fingerprint::ScoreModels& fold(Models& models, std::size_t i) {
  return i < models.without.size() ? models.without[i] : models.all;
}

std::string table_of(const std::vector<Trial>& trials) {
  std::vector<evaluation::Rates> rates;
  for (const Trial& trial : trials) {
    if (!is_synthetic(trial.name)) rates.push_back(evaluation::rates_of(trial));
  }
  return evaluation::table_text(rates);
}

// Real sets leave one fold each; the synthetic ones only train. The last is all sets.
std::vector<std::size_t> folds_of(const std::vector<SetEvidence>& sets) {
  std::vector<std::size_t> out = real_sets(sets);
  out.push_back(sets.size());
  return out;
}

// Each real set by the models of its own fold, or all by those of all sets; of a synthetic one the name
// alone.
std::vector<Trial> trials_of(const std::vector<SetEvidence>& sets, const Models& models, bool left_out,
                             const fingerprint::CompareParameters& compare = {}) {
  std::vector<Trial> out;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (is_synthetic(sets[s].name)) {
      out.emplace_back().name = sets[s].name;
    } else {
      out.push_back(trial_of(sets[s], left_out ? models.without[s] : models.all, compare));
    }
  }
  return out;
}

std::vector<double> mated_of(const std::vector<Trial>& trials) {
  std::vector<double> out;
  for (const Trial& trial : trials) {
    if (is_synthetic(trial.name)) continue;
    for (const evaluation::Score& s : trial.mated) out.push_back(s.value);
  }
  return out;
}

}  // namespace

Models train_first_models(const std::vector<SetEvidence>& sets) {
  Models out;
  out.without.resize(sets.size());
  const std::vector<std::size_t> folds = folds_of(sets);
  parallel_each(folds.size(), [&](std::size_t i) { fold(out, folds[i]) = train_first(sets, folds[i], all_features()); },
                {});
  return out;
}

void train_second_models(Models& models, const std::vector<SetEvidence>& sets, const NonMated& non_mated) {
  const std::vector<std::size_t> folds = folds_of(sets);
  parallel_each(folds.size(),
                [&](std::size_t i) { train_second(fold(models, folds[i]), sets, non_mated.mined, folds[i], {}); }, {});
}

Status train_scarcity(Models& models, const std::vector<SetEvidence>& sets, const NonMated& non_mated,
                      const std::vector<PartPairs>& parts) {
  WHORL_ASSIGN(const std::vector<engine::Calibration::NonMated> counted,
               populations(trials_of(sets, models, true), non_mated, models, {}));
  WHORL_ASSIGN(const engine::Calibration before, engine::Calibration::fit(counted, {}, kSource));
  WHORL_ASSIGN(const fingerprint::Scarcity scarcity, fit_scarcity(parts, models, before));
  for (const std::size_t i : folds_of(sets)) fold(models, i).scarcity = scarcity;
  return {};
}

Result<Outcome> measure_models(const Models& models, const std::vector<SetEvidence>& sets,
                               const std::vector<SetEvidence>& tests, const NonMated& non_mated,
                               const std::vector<PartPairs>& parts) {
  const std::vector<Trial> left_out = trials_of(sets, models, true);
  std::string report = "Each set scored by models trained on the others:\n" + table_of(left_out) +
                       "\nThe same without the second models:\n" +
                       table_of(trials_of(sets, models, true, first_only({}))) +
                       "\nThe same sets scored by models trained on all of them (optimistic):\n" +
                       table_of(trials_of(sets, models, false));
  std::vector<Trial> tested = trials_of(tests, models, false);
  if (!tests.empty())
    report += "\nSets that took no part in training:\n" + table_of(tested) + "\nThe same without the second models:\n" +
              table_of(trials_of(tests, models, false, first_only({})));
  report += "\n" + depth_table(sets, tests, non_mated, models, {});
  report += "\n" + highest_non_mated_table(sets, tests, non_mated, models, {});
  WHORL_ASSIGN(const std::vector<engine::Calibration::NonMated> fitted_to,
               populations(left_out, non_mated, models, {}));
  WHORL_ASSIGN(engine::Calibration calibration, engine::Calibration::fit(fitted_to, mated_of(left_out), kSource));
  WHORL_ASSIGN(const std::string slack, slack_table(fitted_to, calibration));
  report += "\n" + slack;
  std::vector<Trial> reach = left_out;
  reach.insert(reach.end(), tested.begin(), tested.end());
  report += "\n" + reach_table(reach, calibration);
  for (const Trial& trial : tested) {
    report += "\n" + evaluation::claims_text(evaluation::check_calibration(trial, calibration));
  }
  WHORL_ASSIGN(const std::string left_out_claims, left_out_claims_table(left_out, non_mated, models, {}));
  report += "\nEach set left out of training and of the calibration:\n" + left_out_claims;
  if (!parts.empty()) {
    report +=
        "\nNon-mated pairs of prints that show little (real: the higher score of two models that each left one set "
        "out):\n" +
        parts_table(parts, models, calibration);
  }
  for (const MinedPairs& pairs : non_mated.tested) {
    const bool real = pairs.group_b != kSyntheticNonMated;
    const std::string name =
        (real ? tests[static_cast<std::size_t>(pairs.group_b)].name + " with " : "") + "fresh synthetic people";
    report += "\n" + evaluation::claims_text(check_non_mated(name, pairs, models.all, calibration));
  }
  return Outcome{std::move(report), std::move(calibration)};
}

}  // namespace whorl::training
