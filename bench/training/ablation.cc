#include "bench/training/ablation.h"

#include "base/text.h"
#include "engine/evaluation/rates.h"

namespace whorl::training {
namespace {

using fingerprint::CompareParameters;
using fingerprint::ExtractParameters;

void hide(FeatureMask& mask, std::initializer_list<fingerprint::Feature> features) {
  for (const auto f : features) mask[f] = false;
}

Variant extraction(std::string name, const std::function<void(ExtractParameters&)>& change) {
  return {std::move(name), [change](ExtractParameters& e, CompareParameters&, FeatureMask&) { change(e); }};
}

Variant comparison(std::string name, const std::function<void(CompareParameters&)>& change) {
  return {std::move(name), [change](ExtractParameters&, CompareParameters& c, FeatureMask&) { change(c); }};
}

Variant evidence(std::string name, const std::function<void(FeatureMask&)>& change) {
  return {std::move(name), [change](ExtractParameters&, CompareParameters&, FeatureMask& m) { change(m); }};
}

ErrorRates mean_of(const std::vector<ErrorRates>& all) {
  ErrorRates out;
  for (const ErrorRates& each : all) {
    out.eer += each.eer / static_cast<double>(all.size());
    out.fnmr += each.fnmr / static_cast<double>(all.size());
  }
  return out;
}

std::vector<ErrorRates> rates_of(const std::vector<evaluation::Trial>& trials) {
  std::vector<ErrorRates> out;
  for (const evaluation::Trial& trial : trials) out.push_back(error_rates(trial));
  return out;
}

// Of each set over the trainings.
std::vector<ErrorRates> mean_by_set(const std::vector<std::vector<ErrorRates>>& trainings) {
  std::vector<ErrorRates> out;
  for (std::size_t set = 0; !trainings.empty() && set < trainings[0].size(); ++set) {
    std::vector<ErrorRates> of_set;
    for (const auto& training : trainings) of_set.push_back(training[set]);
    out.push_back(mean_of(of_set));
  }
  return out;
}

}  // namespace

ErrorRates error_rates(const evaluation::Trial& trial) {
  const auto point = evaluation::operating_point(trial, 0.001);
  return {100 * evaluation::equal_error_rate(trial, {.replicates = 1, .seed = 1}).value,
          100 * static_cast<double>(point.fnmr.errors) / static_cast<double>(point.fnmr.trials)};
}

std::string heading_of(const std::string& what, const std::vector<std::string>& columns) {
  std::string heading = "| " + what + " |";
  std::string rule = "|---|";
  for (const std::string& column : columns) heading += " " + column + " |", rule += "---|";
  return heading + "\n" + rule + "\n";
}

std::string cell_of(const ErrorRates& rates) { return " " + fixed(rates.eer, 2) + " (" + fixed(rates.fnmr, 2) + ") |"; }

std::vector<Variant> variants() {
  using namespace fingerprint;
  const auto as_it_is = [](ExtractParameters&, CompareParameters&, FeatureMask&) {};
  return {
      {"the product", as_it_is},
      {"no bent prints to train on", as_it_is, 0},
      {"bent prints of full weight", as_it_is, 1},
      {"no damaged prints to train on", as_it_is, kBentWeight, 0},
      {"damaged prints of full weight", as_it_is, kBentWeight, 1},
      extraction("flow by gradients alone", [](auto& e) { e.flow_by_network = false; }),
      extraction("orientation not measured again after the first filtering", [](auto& e) { e.enhancement_passes = 1; }),
      extraction("orientation measured three times", [](auto& e) { e.enhancement_passes = 3; }),
      extraction("orientation at the fine scale alone",
                 [](auto& e) { e.orientation_coarse_sigma_px500 = e.orientation_fine_sigma_px500; }),
      extraction("one ridge period of 9 px everywhere",
                 [](auto& e) { e.min_period_px500 = 8.95, e.max_period_px500 = 9.05; }),
      extraction("filter half as long again along the ridge", [](auto& e) { e.along_sigma_periods *= 1.5; }),
      extraction("gaps are not closed, bridges not cut", [](auto& e) { e.gap_px500 = e.bridge_px500 = 0; }),
      extraction("minutiae up to the very border", [](auto& e) { e.border_px500 = 4; }),
      comparison("cylinder bits at 0.010", [](auto& c) { c.cylinder_threshold = 0.010; }),
      comparison("cylinder bits at 0.003", [](auto& c) { c.cylinder_threshold = 0.003; }),
      comparison("cylinders of 55 px", [](auto& c) { c.cylinder_radius_px500 = 55; }),
      comparison("the flow around minutiae not looked at", [](auto& c) { c.weigh_by_flow = false; }),
      comparison("pairs need no support by those before them", [](auto& c) { c.consensus_least_support = 0; }),
      comparison("neither the flow around minutiae nor support",
                 [](auto& c) { c.weigh_by_flow = false, c.consensus_least_support = 0; }),
      comparison("rigid alignment, no bending", [](auto& c) { c.bend_sigma_px500 = 0.01; }),
      comparison("minutiae of quality under 35 left out", [](auto& c) { c.min_quality = 35; }),
      comparison("ridge maps asked for every pair", [](auto& c) { c.ridge_gate_log_odds = -1000; }),
      comparison("ridge maps never asked", [](auto& c) { c.ridge_gate_log_odds = 1000; }),
      evidence("no flow agreement",
               [](auto& m) {
                 hide(m, {kFlowAgreement, kFlowWorst, kPeriodAgreement, kOverlap, kOverlapShare});
               }),
      evidence("no unmated minutiae, no shares",
               [](auto& m) {
                 hide(m, {kUnpaired, kPairedShare, kPairedShareQuality});
               }),
      evidence("no qualities",
               [](auto& m) {
                 hide(m, {kPairedQuality, kPairedShareQuality, kUnpaired});
               }),
      evidence("consensus support alone",
               [](auto& m) {
                 m.fill(false);
                 m[kSupport] = true;
               }),
  };
}

Result<AblationRow> measure(const std::vector<CorpusSet>& corpus, const std::vector<CorpusSet>& tests,
                            const Variant& variant) {
  ExtractParameters extract;
  CompareParameters compare;
  FeatureMask mask = all_features();
  variant.change(extract, compare, mask);
  std::vector<SetEvidence> sets;
  for (const CorpusSet& set : corpus) {
    if (is_bent(set.name) && variant.bent_weight == 0) continue;
    const Prints prints = prepare(set, extract, compare);
    WHORL_ASSIGN(SetEvidence gathered, gather(prints, compare));
    if (is_bent(set.name)) gathered.weight = variant.bent_weight;
    if (!is_synthetic(set.name) && variant.damaged_weight > 0) {
      gathered.damaged = gather_damaged(set, prints, extract, compare);
      gathered.damaged_weight = variant.damaged_weight;
    }
    sets.push_back(std::move(gathered));
  }
  std::vector<SetEvidence> measured;
  for (const CorpusSet& set : tests) {
    WHORL_ASSIGN(SetEvidence gathered, gather(prepare(set, extract, compare), compare));
    measured.push_back(std::move(gathered));
  }
  std::vector<std::vector<ErrorRates>> left_out;
  std::vector<std::vector<ErrorRates>> of_tests;
  for (int n = 0; n < kTrainings; ++n) {
    const TrainingParameters training{.seed = 1 + 1000 * static_cast<std::uint64_t>(n)};
    left_out.push_back(rates_of(leave_one_out(sets, mask, compare, training)));
    if (measured.empty()) continue;
    const fingerprint::ScoreModels of_all = train_first(sets, sets.size(), mask, training);
    std::vector<evaluation::Trial> trials;
    for (const SetEvidence& set : measured) trials.push_back(trial_of(set, of_all, first_only(compare)));
    of_tests.push_back(rates_of(trials));
  }
  return AblationRow{variant.name, mean_by_set(left_out), mean_by_set(of_tests)};
}

std::string markdown(const std::vector<AblationRow>& rows, const std::vector<std::string>& sets,
                     const std::vector<std::string>& tests) {
  std::vector<std::string> names = sets;
  names.emplace_back("mean");
  names.insert(names.end(), tests.begin(), tests.end());
  std::string out = heading_of("variant", names);
  for (const AblationRow& row : rows) {
    out += "| " + row.name + " |";
    for (const ErrorRates& rates : row.left_out) out += cell_of(rates);
    out += cell_of(mean_of(row.left_out));
    for (const ErrorRates& rates : row.tests) out += cell_of(rates);
    out += "\n";
  }
  return out;
}

}  // namespace whorl::training
