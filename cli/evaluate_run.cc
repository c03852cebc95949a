// The run of `whorl evaluate`: data, figures, comparison, judgements.
#include <algorithm>
#include <filesystem>

#include "base/catalogue.h"
#include "base/progress_bar.h"
#include "cli/evaluate.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "datasets/pair_list.h"
#include "datasets/score_table.h"
#include "engine/calibration_file.h"
#include "engine/evaluation/populations.h"

namespace whorl::cli {
namespace {

using engine::Calibration;

// Decibels counted on the scores themselves, where they are enough: they say where a threshold lies among them, and are
// no check of anything.
std::optional<Calibration> own_decibels(const datasets::Trials& trials) {
  std::vector<evaluation::SetScores> sets;
  for (const auto& trial : trials.trials) sets.push_back({trial.name, evaluation::values_of(trial.non_mated)});
  const auto populations = evaluation::populations_of(sets);
  if (!populations.ok()) return std::nullopt;
  auto out = Calibration::fit(populations->all, {}, "the scores themselves");
  return out.ok() ? std::optional(std::move(out).value()) : std::nullopt;
}

Result<std::optional<Calibration>> calibration_of(const EvaluateOptions& options, const datasets::Trials& trials) {
  if (!options.scores.empty()) {
    if (options.calibration.empty()) return own_decibels(trials);
    WHORL_ASSIGN(Calibration out, engine::read_calibration(options.calibration));
    return std::optional(std::move(out));
  }
  WHORL_ASSIGN(Calibration out, engine::fingerprint_calibration(options.calibration));
  return std::optional(std::move(out));
}

Result<datasets::Trials> trials_of(const EvaluateOptions& options) {
  if (options.scores.empty()) {
    WHORL_ASSIGN(auto out, datasets::run_trials(options.data, wants_progress(options.progress)));
    print_first_notices(out.notices);
    return out;
  }
  return datasets::read_score_table(options.scores, *datasets::score_format_named(options.scores_format),
                                    options.scores_more);
}

// What the metadata says of each sample, of each set.
Result<std::vector<std::vector<evaluation::SampleColumn>>> columns_of(const EvaluateOptions& options,
                                                                      const datasets::Trials& trials) {
  std::vector<std::vector<evaluation::SampleColumn>> out(trials.trials.size());
  std::vector<std::string> names;
  for (const auto& samples : trials.samples) {
    for (const evaluation::Sample& sample : samples) names.push_back(sample.name);
  }
  for (const std::string& column : options.pairs.groups) {
    WHORL_ASSIGN(const std::vector<std::string> values, datasets::read_column(options.pairs.metadata, column, names));
    auto at = values.begin();
    for (std::size_t t = 0; t < trials.samples.size(); ++t) {
      const auto end = at + static_cast<std::ptrdiff_t>(trials.samples[t].size());
      out[t].push_back({column, {at, end}});
      at = end;
    }
  }
  return out;
}

Result<std::vector<evaluation::Assertion>> assertions_of(const EvaluateOptions& options) {
  std::vector<evaluation::Assertion> out;
  for (const std::string& text : options.asserted) {
    auto parsed = evaluation::parse_assertion(text);
    if (!parsed.ok()) return parsed.error().within("--assert");
    out.push_back(std::move(parsed).value());
  }
  return out;
}

Result<FigureOptions> figure_options(const EvaluateOptions& options, const datasets::Trials& trials,
                                     const std::vector<evaluation::Assertion>& asserted) {
  FigureOptions out;
  out.bootstrap = {options.bootstrap, options.data.seed};
  out.fmrs = options.fmrs;
  out.fpirs = options.fpirs;
  out.fingers = options.fuse;
  out.go_on = options.go_on;
  for (const evaluation::Assertion& a : asserted) {
    if (a.measure.ends_with("@fpir")) out.also_fpirs.push_back(a.at);
    const auto& have = out.fingers;
    if (a.fingers > 1 && std::find(have.begin(), have.end(), a.fingers) == have.end()) {
      if (out.fingers.empty()) out.fingers = {2, 4};
      if (a.fingers != 2 && a.fingers != 4) out.fingers.push_back(a.fingers);
    }
  }
  WHORL_ASSIGN(out.columns, columns_of(options, trials));
  return out;
}

Status compare_with(const EvaluateOptions& options, Evaluated& out) {
  WHORL_ASSIGN(const auto other, datasets::scores_of_pairs(out.trials, options.compare));
  for (std::size_t t = 0; t < out.trials.trials.size(); ++t) {
    auto difference = evaluation::difference_of(out.trials.trials[t], out.trials.samples[t], other[t],
                                                {options.bootstrap, options.data.seed});
    if (!difference.ok()) return difference.error().within(options.compare);
    out.figures.differences.push_back(std::move(difference).value());
  }
  return {};
}

}  // namespace

Result<Evaluated> evaluated(const EvaluateOptions& options) {
  WHORL_ASSIGN(const auto asserted, assertions_of(options));  // says what is wrong before hours of work
  Evaluated out;
  WHORL_ASSIGN(out.trials, trials_of(options));
  if (options.admit) WHORL_TRY(options.admit(out.trials));
  WHORL_ASSIGN(out.calibration, calibration_of(options, out.trials));
  const Calibration* calibration = out.calibration ? &*out.calibration : nullptr;
  WHORL_ASSIGN(const FigureOptions how, figure_options(options, out.trials, asserted));
  WHORL_ASSIGN(out.figures, figures_of(out.trials, calibration, how));
  if (!options.scores.empty() && options.calibration.empty()) out.figures.claims.clear();
  if (!options.fuse.empty()) {
    evaluation::PersonOptions persons;
    persons.seed = options.data.seed;
    persons.replicates = options.bootstrap;
    WHORL_TRY(add_fusion(out.trials, *out.calibration, options.fuse, persons, out.figures));
  }
  if (!options.compare.empty()) WHORL_TRY(compare_with(options, out));
  const evaluation::Evidence evidence{out.figures.rates, out.trials.trials, out.figures.searches, how.bootstrap};
  for (const evaluation::Assertion& assertion : asserted) {
    auto judged = evaluation::judge(assertion, evidence);
    if (!judged.ok()) return judged.error().within("--assert");
    out.judged.insert(out.judged.end(), judged->begin(), judged->end());
  }
  WHORL_ASSIGN(out.provenance, provenance_of(options, out.trials, out.calibration));
  return out;
}

int status_of(const std::vector<evaluation::Judged>& judged) {
  int out = kExitOk;
  for (const evaluation::Judged& one : judged) {
    if (one.judgement == evaluation::Judgement::kFalse) return kExitAssertionFalse;
    if (one.judgement == evaluation::Judgement::kNotShown) out = kExitNotShown;
  }
  return out;
}

}  // namespace whorl::cli
