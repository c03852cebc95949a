#include "cli/face_figures.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/files.h"
#include "base/json_text.h"
#include "cli/print.h"
#include "cli/results_folder.h"
#include "cli/worst_pictures.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/svg.h"

namespace whorl::cli {
namespace {
namespace json = boost::json;

using evaluation::OperatingPoint;
using evaluation::Rate;
using evaluation::Rates;
using evaluation::Trial;

constexpr double kFmrs[] = {0.001, 0.01};
// The list and the cross comparison are of the same images: a mean of them would mean nothing.
constexpr auto kMean = evaluation::MeanEer::kNone;
// Of millions of comparisons an interval needs no more draws.
constexpr int kCrossReplicates = 100;

const Trial& wider(const datasets::FaceTrials& run) { return run.cross ? *run.cross : run.listed; }

std::string point_text(const OperatingPoint& point) {
  return point.text() + (point.supported ? ", threshold " + fixed(point.threshold, 4) : "");
}

// The table's figures again, each with the threshold that makes it.
std::string thresholds_text(const Rates& rates) {
  return rates.name + ": " + std::to_string(rates.mated) + " mated and " + std::to_string(rates.non_mated) +
         " non-mated pairs\n  FNMR at FMR 1 %:            " + point_text(rates.fmr100) +
         "\n  FNMR at FMR 0.1 %:          " + point_text(rates.fmr1000) +
         "\n  FNMR without a false match: " + point_text(rates.zero_fmr) + "\n";
}

json::object rate_object(const Rate& rate) {
  return {{"errors", rate.errors}, {"trials", rate.trials}, {"low", rate.low}, {"high", rate.high}};
}

json::object accuracy_json(const evaluation::FoldAccuracy& accuracy) {
  json::array folds;
  for (const auto& f : accuracy.folds) {
    folds.push_back({{"fold", f.fold}, {"threshold", f.threshold}, {"wrong", rate_object(f.wrong)}});
  }
  return {{"mean", accuracy.mean}, {"standard_error", accuracy.standard_error}, {"folds", std::move(folds)}};
}

std::string faces_csv(const datasets::FaceTrials& run) {
  std::string out =
      "file,found,reason,quality,eyes_px,yaw_deg,pitch_deg,roll_deg,sharpness,uniformity,dark,bright,"
      "contrast,cut_off,faces,confidence\n";
  for (std::size_t i = 0; i < run.samples.size(); ++i) {
    const datasets::FaceOutcome& o = run.outcomes[i];
    out += evaluation::csv_field(run.samples[i].name) + (o.extracted ? ",1," : ",0,") + evaluation::csv_field(o.reason);
    if (o.extracted) {
      const auto& q = o.extracted->quality;
      out += "," + std::to_string(q.overall);
      for (const double v : {q.eyes_px, q.pose.yaw_deg, q.pose.pitch_deg, q.pose.roll_deg, q.sharpness, q.uniformity,
                             q.dark, q.bright, q.contrast, q.cut_off, static_cast<double>(q.faces), q.confidence}) {
        out += "," + fixed(v, 4);
      }
    } else {
      out += std::string(13, ',');
    }
    out += "\n";
  }
  return out;
}

std::string not_found_sentence(const datasets::FaceTrials& run) {
  return "faces not found: " + std::to_string(run.listed.failures) + " of " + std::to_string(run.listed.samples) +
         " images, " + evaluation::rate_of(run.listed.failures, run.listed.samples).text();
}

std::string not_found_text(const datasets::FaceTrials& run) {
  std::string out = not_found_sentence(run) + "\n";
  constexpr int kShown = 5;
  int shown = 0;
  for (std::size_t i = 0; i < run.samples.size() && shown < kShown; ++i) {
    if (run.outcomes[i].extracted) continue;
    out += "  " + printable(run.samples[i].name) + ": " + run.outcomes[i].reason + "\n";
    ++shown;
  }
  return out;
}

}  // namespace

Result<FaceFigures> face_figures(const datasets::FaceTrials& run, const datasets::PairOptions& options,
                                 const std::optional<engine::Calibration>& calibration,
                                 const evaluation::BootstrapOptions& bootstrap) {
  FaceFigures out;
  const auto [least, most] = std::minmax_element(run.folds.begin(), run.folds.end());
  if (*least != *most) {
    WHORL_ASSIGN(out.accuracy, evaluation::accuracy_over_folds(run.listed, run.folds));
  }
  out.rates.push_back(evaluation::rates_of(run.listed, bootstrap));
  if (run.cross) {
    out.rates.push_back(
        evaluation::rates_of(*run.cross, {std::min(bootstrap.replicates, kCrossReplicates), bootstrap.seed}));
  }
  for (std::size_t g = 0; g < run.group_values.size(); ++g) {
    for (const double fmr : kFmrs) {
      WHORL_ASSIGN(auto study,
                   evaluation::rates_by_group(options.groups[g], wider(run), run.samples, run.group_values[g], fmr));
      out.groups.push_back(std::move(study));
    }
  }
  for (const double fmr : kFmrs) {
    out.discard.push_back(evaluation::discard_curve(wider(run).name, {wider(run)}, {run.samples}, fmr));
  }
  out.calibration = calibration;
  if (calibration) out.claims = evaluation::check_calibration(wider(run), *calibration);
  return out;
}

std::string face_figures_text(const datasets::FaceTrials& run, const FaceFigures& figures) {
  std::string out = "network " + run.network.text() + "\n" + not_found_text(run);
  if (figures.accuracy) out += "accuracy: " + figures.accuracy->text() + "\n";
  for (const Rates& rates : figures.rates) out += thresholds_text(rates);
  out += "\n" + evaluation::table_text(figures.rates, "subjects", kMean);
  for (const auto& study : figures.groups) out += "\n" + evaluation::groups_text(study);
  out += "\n" + evaluation::discard_text(figures.discard);
  if (figures.claims) out += "\n" + evaluation::claims_text(*figures.claims);
  return out + "\nEach rate with its 95 % interval. A face that is not found refuses every pair it is in.\n" +
         std::to_string(run.samples.size()) + " extractions in " + fixed(run.extract_s) + " s, comparisons in " +
         fixed(run.compare_s) + " s\n";
}

json::object face_figures_json(const datasets::FaceTrials& run, const FaceFigures& figures) {
  json::object all =
      evaluation::rates_json(figures.rates, kMean, figures.calibration ? &*figures.calibration : nullptr);
  all["modality"] = "face";
  all["network"] = run.network.text();
  all["not_found"] = rate_object(evaluation::rate_of(run.listed.failures, run.listed.samples));
  if (figures.accuracy) all["accuracy"] = accuracy_json(*figures.accuracy);
  json::array groups;
  for (const auto& study : figures.groups) groups.push_back(evaluation::groups_json(study));
  if (!groups.empty()) all["groups"] = std::move(groups);
  all["discard"] = evaluation::discard_json(figures.discard);
  if (figures.claims) all["calibration"] = evaluation::claims_json(*figures.claims);
  all["extract_s"] = run.extract_s;
  all["compare_s"] = run.compare_s;
  return all;
}

namespace {

std::vector<const Trial*> trials_of(const datasets::FaceTrials& run) {
  std::vector<const Trial*> out = {&run.listed};
  if (run.cross) out.push_back(&*run.cross);
  return out;
}

evaluation::Plots face_plots(const datasets::FaceTrials& run, const FaceFigures& figures) {
  std::vector<evaluation::DetCurve> curves;
  for (const Trial* trial : trials_of(run)) {
    const std::string eer = figures.rates[curves.size()].eer.text();
    curves.push_back(evaluation::det_curve(trial->name + "  EER " + eer, *trial));
  }
  const std::string title = "faces, " + run.network.name;
  const engine::Calibration* calibration = figures.calibration ? &*figures.calibration : nullptr;
  evaluation::Plots out;
  out.det = evaluation::det_svg(curves, "DET, " + title);
  out.histogram = evaluation::histogram_svg(evaluation::histogram_of(wider(run)), "Scores, " + title, calibration);
  out.discard = evaluation::discard_svg(figures.discard, "Error versus discard, " + title);
  if (figures.claims) out.calibration = evaluation::claims_svg(*figures.claims);
  return out;
}

}  // namespace

evaluation::PageContent face_page(const datasets::FaceTrials& run, const FaceFigures& figures,
                                  const evaluation::Provenance& provenance) {
  evaluation::PageContent out;
  out.faces = true;
  out.also = "Images in which no face was found refuse every pair they are in; " + not_found_sentence(run) + ".";
  if (figures.accuracy) out.also += " Accuracy over the folds of the list: " + figures.accuracy->text() + ".";
  out.provenance = provenance;
  out.calibration = figures.calibration ? &*figures.calibration : nullptr;
  out.rates = figures.rates;
  for (const evaluation::GroupStudy& study : figures.groups) {
    // Who is seen is nobody's to read of a report that goes round.
    if (study.column != "subject") out.groups.push_back(study);
  }
  if (figures.claims) out.claims = {*figures.claims};
  out.discard = figures.discard;
  out.plots = face_plots(run, figures);
  return out;
}

Result<std::vector<evaluation::WorstPair>> worst_face_pairs(const datasets::FaceTrials& run,
                                                            const std::optional<engine::Calibration>& calibration) {
  constexpr std::size_t kMost = 10;
  std::vector<evaluation::WorstPair> out;
  const auto add = [&](const evaluation::Pair&, evaluation::WorstPair worst) -> Status {
    out.push_back(std::move(worst));
    return {};
  };
  for (const Trial* trial : trials_of(run)) {
    WHORL_TRY(each_worst(*trial, run.samples, calibration ? &*calibration : nullptr, kMost, add));
  }
  return out;
}

std::string face_figure_files(bool groups) {
  return "report.html " + std::string(groups ? "groups.csv " : "") +
         "det.csv det.svg histogram.csv histogram.svg discard.csv discard.svg scores.csv worst_pairs.csv faces.csv "
         "rates.json provenance.json";
}

Status write_face_figures(ResultsFolder& folder, const datasets::FaceTrials& run, const FaceFigures& figures,
                          const evaluation::PageContent& content) {
  std::vector<Trial> trials;
  for (const Trial* trial : trials_of(run)) trials.push_back(*trial);
  // Of so many groups that it would be larger than a report may be there is none.
  const auto page = evaluation::report_page(content);
  if (page.ok()) WHORL_TRY(folder.write("report.html", *page));
  WHORL_TRY(folder.write("det.csv", evaluation::det_csv(trials, content.calibration)));
  WHORL_TRY(folder.write("det.svg", content.plots.det));
  WHORL_TRY(folder.write("histogram.csv", evaluation::histogram_csv(trials, content.calibration)));
  WHORL_TRY(folder.write("histogram.svg", content.plots.histogram));
  WHORL_TRY(folder.write("discard.csv", evaluation::discard_csv(figures.discard)));
  WHORL_TRY(folder.write("discard.svg", content.plots.discard));
  if (!figures.groups.empty()) WHORL_TRY(folder.write("groups.csv", evaluation::groups_csv(figures.groups)));
  WHORL_TRY(folder.write("scores.csv", evaluation::scores_csv({run.listed}, {run.samples})));
  WHORL_TRY(folder.write("worst_pairs.csv", evaluation::worst_pairs_csv(trials, std::vector(trials.size(), run.samples),
                                                                        content.calibration)));
  WHORL_TRY(folder.write("faces.csv", faces_csv(run)));
  json::object rates = face_figures_json(run, figures);
  rates["provenance"] = evaluation::provenance_json(content.provenance);
  WHORL_TRY(folder.write("rates.json", json_text(rates) + "\n"));
  return folder.finish();
}

}  // namespace whorl::cli
