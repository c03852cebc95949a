#include "cli/figures.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/json_text.h"
#include "engine/evaluation/identification/charts.h"
#include "engine/evaluation/report.h"

namespace whorl::cli {
namespace {
namespace json = boost::json;

using evaluation::Trial;

constexpr const char* kAll = "all sets";
constexpr double kDiscardFmrs[] = {0.001, 0.01};

// The searches of one set by one finger, and by several where persons have them. A set that has none is passed over.
void add_searches(const datasets::Trials& run, std::size_t set, const engine::Calibration* calibration,
                  const FigureOptions& options, Figures& out) {
  const evaluation::IdentificationOptions how{options.fpirs, options.also_fpirs, options.bootstrap};
  const auto add = [&](const Result<evaluation::SearchSet>& searches) {
    if (searches.ok()) out.searches.push_back(evaluation::study_of(*searches, calibration, how));
  };
  const std::vector<evaluation::Sample>& samples = run.samples[set];
  add(evaluation::searches_of(run.trials[set], samples));
  if (calibration == nullptr) return;
  const auto most = static_cast<int>(evaluation::fingers_to_fuse(samples));
  for (const int k : options.fingers.empty() ? std::vector<int>{2, 4} : options.fingers) {
    if (k > 1 && k <= most) add(evaluation::searches_of_persons(run.trials[set], samples, *calibration, k));
  }
}

bool has_quality(const std::vector<evaluation::Sample>& samples) {
  return std::any_of(samples.begin(), samples.end(), [](const auto& s) { return s.quality.has_value(); });
}

}  // namespace

Result<Figures> figures_of(const datasets::Trials& run, const engine::Calibration* calibration,
                           const FigureOptions& options) {
  Figures out;
  const bool quality = std::all_of(run.samples.begin(), run.samples.end(), has_quality);
  const auto go_on = [&] { return options.go_on ? options.go_on() : Status(); };
  for (std::size_t i = 0; i < run.trials.size(); ++i) {
    const Trial& trial = run.trials[i];
    out.rates.push_back(evaluation::rates_of(trial, options.bootstrap, options.fmrs));
    WHORL_TRY(go_on());
    out.bands.push_back(evaluation::det_band(trial, options.bootstrap));
    WHORL_TRY(go_on());
    add_searches(run, i, calibration, options, out);
    if (calibration != nullptr) out.claims.push_back(evaluation::check_calibration(trial, *calibration));
    for (const double fmr : kDiscardFmrs) {
      if (quality) out.discard.push_back(evaluation::discard_curve(trial.name, {trial}, {run.samples[i]}, fmr));
    }
    WHORL_TRY(go_on());
  }
  WHORL_ASSIGN(out.splits, evaluation::splits_of(run.trials, run.samples, options.columns));
  if (run.trials.size() == 1) return out;
  if (calibration != nullptr) {
    out.claims.push_back(evaluation::check_calibration(evaluation::pooled(run.trials, kAll), *calibration));
  }
  for (const double fmr : kDiscardFmrs) {
    if (quality) out.discard.push_back(evaluation::discard_curve(kAll, run.trials, run.samples, fmr));
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

namespace {

// The points that a plot draws, with their band; det.csv has every corner.
json::array det_json(const Figures& figures, const engine::Calibration* calibration) {
  json::array out;
  for (std::size_t i = 0; i < figures.bands.size(); ++i) {
    json::array points;
    for (const evaluation::DetBandPoint& p : figures.bands[i]) {
      json::object point{{"fmr", p.fmr}, {"fnmr", p.fnmr}, {"low", p.low}, {"high", p.high}};
      if (calibration != nullptr) point["threshold_db"] = calibration->db(p.threshold);
      points.push_back(std::move(point));
    }
    out.push_back({{"set", figures.rates[i].name}, {"points", std::move(points)}});
  }
  return out;
}

}  // namespace

json::object figures_json(const Figures& figures, const engine::Calibration* calibration) {
  json::object out = evaluation::rates_json(figures.rates, evaluation::MeanEer::kShown, calibration);
  json::array claims;
  for (const auto& check : figures.claims) claims.push_back(evaluation::claims_json(check));
  out["calibration"] = std::move(claims);
  out["discard"] = evaluation::discard_json(figures.discard);
  out["det"] = det_json(figures, calibration);
  out["searches"] = evaluation::searches_json(figures.searches);
  out["parts"] = evaluation::splits_json(figures.splits);
  if (!figures.differences.empty()) out["comparison"] = evaluation::differences_json(figures.differences);
  if (figures.fusion.empty()) return out;
  json::array fusion;
  for (const auto& study : figures.fusion) fusion.push_back(evaluation::fusion_json(study));
  out["fusion"] = std::move(fusion);
  return out;
}

}  // namespace whorl::cli
