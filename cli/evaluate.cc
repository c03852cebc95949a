// whorl evaluate: error rates over data sets.
#include <boost/json.hpp>
#include <filesystem>

#include "cli/data_options.h"
#include "cli/files.h"
#include "cli/print.h"
#include "cli/progress_bar.h"
#include "cli/verb.h"
#include "engine/evaluation/report.h"
#include "engine/evaluation/svg.h"

namespace whorl::cli {
namespace {

using evaluation::Rates;
using evaluation::Trial;

struct Options : CommonOptions {
  DataOptions data;
  std::string out;
  int bootstrap = 1000;
};

std::string label_of(const Rates& rates) { return rates.name + "  EER " + rates.eer.text(); }

Status write_results(const std::filesystem::path& folder, const Trials& run,
                     const std::vector<Rates>& rates) {
  WHORL_TRY(make_directory(folder));
  std::vector<evaluation::DetCurve> curves;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    curves.push_back({label_of(rates[i]), evaluation::det_of(run.trials[i])});
  }
  const std::string title =
      "DET, " + std::string(evaluation::name_of(run.trials.front().protocol)) + " protocol";
  WHORL_TRY(write_file(folder / "det.csv", evaluation::det_csv(run.trials)));
  WHORL_TRY(write_file(folder / "det.svg", evaluation::det_svg(curves, title)));
  WHORL_TRY(write_file(folder / "histogram.csv", evaluation::histogram_csv(run.trials)));
  const Trial all = evaluation::pooled(run.trials, "all sets");
  const std::string heading = "Scores, " + (rates.size() == 1 ? rates.front().name : all.name);
  WHORL_TRY(write_file(folder / "histogram.svg",
                       evaluation::histogram_svg(evaluation::histogram_of(all), heading)));
  WHORL_TRY(write_file(folder / "scores.csv", evaluation::scores_csv(run.trials, run.samples)));
  return write_file(folder / "rates.json", evaluation::rates_json(rates) + "\n");
}

std::string pace(const Trials& run) {
  return std::to_string(run.extracted) + " extractions in " + fixed(run.extract_s) + " s, " +
         std::to_string(run.compared) + " comparisons in " + fixed(run.compare_s) + " s\n";
}

constexpr const char* kNotes =
    "\nFMR100, FMR1000 and ZeroFMR are the FNMR at FMR 1 %, 0.1 % and without a false match. [low, high] is "
    "the 95 %\n"
    "interval: bootstrap over fingers for the EER, Clopper-Pearson for the others. \"< 3/n\" is the rule of "
    "three:\n"
    "nothing was counted in n, so no rate can be given. A failure to extract (FTE) counts as score 0.\n";

Result<int> run(const Options& options) {
  WHORL_ASSIGN(const Trials trials, run_trials(options.data, wants_progress(options.progress)));
  std::vector<Rates> rates;
  for (const Trial& trial : trials.trials) {
    rates.push_back(evaluation::rates_of(trial, {options.bootstrap, options.data.seed}));
  }
  if (!options.out.empty()) WHORL_TRY(write_results(options.out, trials, rates));
  if (options.json) {
    print(evaluation::rates_json(rates) + "\n");
    return 0;
  }
  print(evaluation::table_text(rates) + kNotes + "\n" + pace(trials));
  if (!options.out.empty())
    print("Written to " + options.out + ": det.csv det.svg histogram.csv histogram.svg " +
          "scores.csv rates.json\n");
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "evaluate", "Measure error rates over data sets",
                            "  whorl evaluate --manifest people/manifest.csv --out results", *options);
  add_progress_option(*verb, *options);
  add_data_options(*verb, options->data);
  verb->add_option("--out", options->out,
                   "Folder for det.csv, det.svg, histogram.csv, histogram.svg, scores.csv, "
                   "rates.json");
  verb->add_option("--bootstrap", options->bootstrap, "Draws for the EER's interval")
      ->check(CLI::Range(100, 100000));
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
