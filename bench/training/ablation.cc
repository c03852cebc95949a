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

}  // namespace

ErrorRates error_rates(const evaluation::Trial& trial) {
  const auto point = evaluation::operating_point(trial, 0.001);
  return {100 * evaluation::equal_error_rate(trial, {.replicates = 1, .seed = 1}).value,
          100 * static_cast<double>(point.fnmr.errors) / static_cast<double>(point.fnmr.trials)};
}

std::string cell_of(const ErrorRates& rates) { return " " + fixed(rates.eer, 2) + " (" + fixed(rates.fnmr, 2) + ") |"; }

std::vector<Variant> variants() {
  using namespace fingerprint;
  return {
      {"the product", [](ExtractParameters&, CompareParameters&, FeatureMask&) {}},
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

Result<AblationRow> measure(const std::vector<CorpusSet>& corpus, const Variant& variant) {
  ExtractParameters extract;
  CompareParameters compare;
  FeatureMask mask = all_features();
  variant.change(extract, compare, mask);
  std::vector<SetEvidence> sets;
  for (const CorpusSet& set : corpus) {
    WHORL_ASSIGN(SetEvidence gathered, gather(prepare(set, extract, compare), compare));
    sets.push_back(std::move(gathered));
  }
  AblationRow row{variant.name, {}, {}, 0, 0};
  const auto n = static_cast<double>(sets.size());
  for (const evaluation::Trial& trial : leave_one_out(sets, mask, compare)) {
    const ErrorRates rates = error_rates(trial);
    row.eer.push_back(rates.eer);
    row.fnmr.push_back(rates.fnmr);
    row.mean_eer += row.eer.back() / n;
    row.mean_fnmr += row.fnmr.back() / n;
  }
  return row;
}

std::string markdown(const std::vector<AblationRow>& rows, const std::vector<std::string>& sets) {
  std::string out = "| variant |";
  std::string rule = "|---|";
  for (const std::string& set : sets) out += " " + set + " |", rule += "---|";
  out += " mean |\n" + rule + "---|\n";
  for (const AblationRow& row : rows) {
    out += "| " + row.name + " |";
    for (std::size_t i = 0; i < row.eer.size(); ++i) {
      out += cell_of({row.eer[i], row.fnmr[i]});
    }
    out += cell_of({row.mean_eer, row.mean_fnmr}) + "\n";
  }
  return out;
}

}  // namespace whorl::training
