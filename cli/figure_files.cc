// The files of `whorl evaluate --out`.
#include <algorithm>
#include <boost/json.hpp>

#include "base/json_text.h"
#include "cli/figures.h"
#include "engine/evaluation/identification/charts.h"
#include "engine/evaluation/report.h"

namespace whorl::cli {
namespace {

using evaluation::DiscardCurve;
using evaluation::Rates;
using evaluation::Trial;

constexpr const char* kSearchFiles =
    "searches.csv ranks.csv gallery_size.csv iet.svg dir.svg cmc.svg gallery_size.svg ";

std::string label_of(const Rates& rates) { return rates.name + "  EER " + rates.eer.text(); }

std::vector<evaluation::DetCurve> det_curves(const datasets::Trials& run, const Figures& figures) {
  std::vector<evaluation::DetCurve> out;
  for (std::size_t i = 0; i < figures.rates.size(); ++i) {
    out.push_back(evaluation::det_curve(label_of(figures.rates[i]), run.trials[i]));
    out.back().band = figures.bands[i];
  }
  return out;
}

// Whose gallery is the largest.
const evaluation::SearchStudy& largest(const std::vector<evaluation::SearchStudy>& studies) {
  return *std::max_element(studies.begin(), studies.end(),
                           [](const auto& a, const auto& b) { return a.rates.gallery_size < b.rates.gallery_size; });
}

std::string name_of_all(const datasets::Trials& run) {
  return run.trials.size() == 1 ? run.trials.front().name : "all sets";
}

Status write_searches(ResultsFolder& folder, const Figures& figures, const evaluation::Plots& plots) {
  if (figures.searches.empty()) return {};
  WHORL_TRY(folder.write("searches.csv", evaluation::searches_csv(figures.searches)));
  WHORL_TRY(folder.write("ranks.csv", evaluation::ranks_csv(figures.searches)));
  WHORL_TRY(folder.write("gallery_size.csv", evaluation::sizes_csv(figures.searches)));
  WHORL_TRY(folder.write("iet.svg", plots.iet));
  WHORL_TRY(folder.write("dir.svg", plots.dir));
  WHORL_TRY(folder.write("cmc.svg", plots.cmc));
  return folder.write("gallery_size.svg", plots.sizes);
}

// Files of what is not always measured.
Status write_some(ResultsFolder& folder, const Figures& figures, const evaluation::Plots& plots,
                  const engine::Calibration* calibration) {
  if (!figures.claims.empty()) {
    WHORL_TRY(folder.write("calibration.csv", evaluation::claims_csv(figures.claims)));
    WHORL_TRY(folder.write("calibration.svg", plots.calibration));
  }
  if (!figures.discard.empty()) {
    WHORL_TRY(folder.write("discard.csv", evaluation::discard_csv(figures.discard)));
    WHORL_TRY(folder.write("discard.svg", plots.discard));
  }
  if (!figures.splits.splits.empty()) {
    WHORL_TRY(folder.write("parts.csv", evaluation::splits_csv(figures.splits, calibration)));
  }
  if (!figures.differences.empty()) {
    WHORL_TRY(folder.write("comparison.csv", evaluation::differences_csv(figures.differences)));
  }
  if (!figures.fusion.empty()) {
    WHORL_TRY(
        folder.write("fusion_failures.csv", evaluation::fusion_failures_csv(figures.fusion, figures.fused_samples)));
  }
  return write_searches(folder, figures, plots);
}

}  // namespace

evaluation::Plots plots_of(const datasets::Trials& run, const Figures& figures,
                           const engine::Calibration* calibration) {
  evaluation::Plots out;
  const std::string name = name_of_all(run);
  out.det = evaluation::det_svg(det_curves(run, figures),
                                "DET, " + std::string(evaluation::name_of(run.trials.front().protocol)) + " protocol");
  const Trial all = evaluation::pooled(run.trials, name);
  out.histogram = evaluation::histogram_svg(evaluation::histogram_of(all), "Scores, " + name, calibration);
  if (!figures.claims.empty()) out.calibration = evaluation::claims_svg(figures.claims.back());
  if (figures.discard.size() > 1) {
    // The last two curves are of all sets, or of the only one.
    const std::vector<DiscardCurve> shown(figures.discard.end() - 2, figures.discard.end());
    out.discard = evaluation::discard_svg(shown, "Error versus discard, " + name);
  }
  if (figures.searches.empty()) return out;
  out.iet = evaluation::iet_svg(figures.searches, "Searches: FNIR over FPIR");
  out.dir = evaluation::dir_svg(figures.searches, "Searches: found first, over FPIR");
  out.cmc = evaluation::cmc_svg(figures.searches, "Searches: rank of the mate");
  const evaluation::SearchStudy& shown = largest(figures.searches);
  out.sizes = evaluation::sizes_svg(shown, "FPIR by gallery size, " + shown.rates.name);
  return out;
}

std::string figure_files() {
  return "report.html fusion_failures.csv comparison.csv det.csv det.svg histogram.csv histogram.svg calibration.csv "
         "calibration.svg discard.csv discard.svg parts.csv " +
         std::string(kSearchFiles) + "scores.csv worst_pairs.csv rates.json provenance.json";
}

std::string figure_files(const Figures& figures) {
  std::string out;
  if (!figures.fusion.empty()) out += "fusion_failures.csv ";
  if (!figures.differences.empty()) out += "comparison.csv ";
  out += "det.csv det.svg histogram.csv histogram.svg ";
  if (!figures.claims.empty()) out += "calibration.csv calibration.svg ";
  if (!figures.discard.empty()) out += "discard.csv discard.svg ";
  if (!figures.splits.splits.empty()) out += "parts.csv ";
  if (!figures.searches.empty()) out += kSearchFiles;
  return out + "scores.csv worst_pairs.csv rates.json provenance.json";
}

Status write_figures(ResultsFolder& folder, const datasets::Trials& run, const Figures& figures,
                     const evaluation::Plots& plots, const engine::Calibration* calibration,
                     const boost::json::object& rates) {
  WHORL_TRY(folder.write("det.csv", evaluation::det_csv(run.trials, calibration)));
  WHORL_TRY(folder.write("det.svg", plots.det));
  WHORL_TRY(folder.write("histogram.csv", evaluation::histogram_csv(run.trials, calibration)));
  WHORL_TRY(folder.write("histogram.svg", plots.histogram));
  WHORL_TRY(write_some(folder, figures, plots, calibration));
  WHORL_TRY(folder.write("scores.csv", evaluation::scores_csv(run.trials, run.samples)));
  WHORL_TRY(folder.write("worst_pairs.csv", evaluation::worst_pairs_csv(run.trials, run.samples, calibration)));
  WHORL_TRY(folder.write("rates.json", json_text(rates) + "\n"));
  return folder.finish();
}

}  // namespace whorl::cli
