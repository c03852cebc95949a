#include "cli/figures.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/json_text.h"
#include "cli/results_folder.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/svg.h"

namespace whorl::cli {
namespace {
namespace json = boost::json;

using evaluation::DiscardCurve;
using evaluation::Rates;
using evaluation::Trial;

constexpr const char* kAll = "all sets";
constexpr double kDiscardFmrs[] = {0.001, 0.01};

std::string label_of(const Rates& rates) { return rates.name + "  EER " + rates.eer.text(); }

std::vector<evaluation::DetCurve> det_curves(const datasets::Trials& run, const Figures& figures) {
  std::vector<evaluation::DetCurve> out;
  for (std::size_t i = 0; i < figures.rates.size(); ++i) {
    out.push_back(evaluation::det_curve(label_of(figures.rates[i]), run.trials[i]));
  }
  return out;
}

}  // namespace

Figures figures_of(const datasets::Trials& run, const engine::Calibration& calibration,
                   const evaluation::BootstrapOptions& bootstrap) {
  Figures out;
  for (std::size_t i = 0; i < run.trials.size(); ++i) {
    const Trial& trial = run.trials[i];
    out.rates.push_back(evaluation::rates_of(trial, bootstrap));
    out.claims.push_back(evaluation::check_calibration(trial, calibration));
    for (const double fmr : kDiscardFmrs) {
      out.discard.push_back(evaluation::discard_curve(trial.name, {trial}, {run.samples[i]}, fmr));
    }
  }
  if (run.trials.size() == 1) return out;
  out.claims.push_back(evaluation::check_calibration(evaluation::pooled(run.trials, kAll), calibration));
  for (const double fmr : kDiscardFmrs) {
    out.discard.push_back(evaluation::discard_curve(kAll, run.trials, run.samples, fmr));
  }
  return out;
}

Status add_fusion(const datasets::Trials& run, const engine::Calibration& calibration, std::vector<int> fingers,
                  const evaluation::PersonOptions& options, Figures& figures) {
  fingers.push_back(1);
  std::sort(fingers.begin(), fingers.end());
  fingers.erase(std::unique(fingers.begin(), fingers.end()), fingers.end());
  for (std::size_t i = 0; i < run.trials.size(); ++i) {
    if (evaluation::fingers_to_fuse(run.samples[i]) < static_cast<std::size_t>(fingers.back())) continue;
    auto study = evaluation::study_fusion(run.trials[i], run.samples[i], calibration, fingers, options);
    if (!study.ok()) return study.error().within(run.trials[i].name);
    figures.fusion.push_back(std::move(study).value());
    figures.fused_samples.push_back(run.samples[i]);
  }
  if (!figures.fusion.empty()) return {};
  return failure(ErrorCode::kTooFewToFuse, "--fuse", with<"fingers">(fingers.back()));
}

std::string figure_files(bool fusion) {
  return std::string(fusion ? "fusion_failures.csv " : "") +
         "det.csv det.svg histogram.csv histogram.svg calibration.csv calibration.svg discard.csv "
         "discard.svg "
         "scores.csv worst_pairs.csv rates.json";
}

Status write_figures(const std::filesystem::path& folder, const datasets::Trials& run, const Figures& figures) {
  WHORL_TRY(make_results_folder(folder, figure_files(!figures.fusion.empty())));
  const std::string title = "DET, " + std::string(evaluation::name_of(run.trials.front().protocol)) + " protocol";
  WHORL_TRY(write_file(folder / "det.csv", evaluation::det_csv(run.trials)));
  WHORL_TRY(write_file(folder / "det.svg", evaluation::det_svg(det_curves(run, figures), title)));
  WHORL_TRY(write_file(folder / "histogram.csv", evaluation::histogram_csv(run.trials)));
  const std::string name = run.trials.size() == 1 ? run.trials.front().name : kAll;
  const Trial all = evaluation::pooled(run.trials, name);
  WHORL_TRY(write_file(folder / "histogram.svg",
                       evaluation::histogram_svg(evaluation::histogram_of(all), "Scores, " + name)));
  WHORL_TRY(write_file(folder / "calibration.csv", evaluation::claims_csv(figures.claims)));
  WHORL_TRY(write_file(folder / "calibration.svg", evaluation::claims_svg(figures.claims.back())));
  WHORL_TRY(write_file(folder / "discard.csv", evaluation::discard_csv(figures.discard)));
  // The last two curves are of all sets, or of the only one.
  const std::vector<DiscardCurve> shown(figures.discard.end() - std::size(kDiscardFmrs), figures.discard.end());
  WHORL_TRY(write_file(folder / "discard.svg", evaluation::discard_svg(shown, "Error versus discard, " + name)));
  WHORL_TRY(write_file(folder / "scores.csv", evaluation::scores_csv(run.trials, run.samples)));
  WHORL_TRY(write_file(folder / "worst_pairs.csv", evaluation::worst_pairs_csv(run.trials, run.samples)));
  if (!figures.fusion.empty()) {
    WHORL_TRY(write_file(folder / "fusion_failures.csv",
                         evaluation::fusion_failures_csv(figures.fusion, figures.fused_samples)));
  }
  return write_file(folder / "rates.json", json_text(figures_json(figures)) + "\n");
}

json::object figures_json(const Figures& figures) {
  json::object out = evaluation::rates_json(figures.rates);
  json::array claims;
  for (const auto& check : figures.claims) claims.push_back(evaluation::claims_json(check));
  out["calibration"] = std::move(claims);
  out["discard"] = evaluation::discard_json(figures.discard);
  if (figures.fusion.empty()) return out;
  json::array fusion;
  for (const auto& study : figures.fusion) fusion.push_back(evaluation::fusion_json(study));
  out["fusion"] = std::move(fusion);
  return out;
}

}  // namespace whorl::cli
