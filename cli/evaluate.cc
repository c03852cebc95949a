// whorl evaluate: error rates over data sets.
#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "cli/data_options.h"
#include "cli/face_figures.h"
#include "cli/failures.h"
#include "cli/figures.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "datasets/trials.h"
#include "engine/calibration_file.h"
#include "engine/evaluation/report.h"
#include "engine/node_faces.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  datasets::DataOptions data;
  datasets::PairOptions pairs;
  engine::FaceConfig networks;
  std::string out;
  std::string failures;
  std::string calibration;
  bool check_calibration = false;
  std::vector<int> fuse;
  int bootstrap = 1000;
};

std::string pace(const datasets::Trials& run) {
  return std::to_string(run.extracted) + " extractions in " + fixed(run.extract_s) + " s, " +
         std::to_string(run.compared) + " comparisons in " + fixed(run.compare_s) + " s\n";
}

constexpr const char* kNotes =
    "\nFMR100, FMR1000 and ZeroFMR are the FNMR at FMR 1 %, 0.1 % and without a false match, which shows only the FMR\n"
    "named beside it. [low, high] is the 95 % interval: bootstrap over fingers for the EER, Clopper-Pearson for the\n"
    "others. \"< 3/n\" is the rule of three: nothing was counted in n, so no rate can be given. A failure to extract\n"
    "(FTE) counts as score 0.\n";

std::string text_of(const Figures& figures, bool check_calibration) {
  std::string out = evaluation::table_text(figures.rates) + kNotes + "\n" + evaluation::discard_text(figures.discard);
  for (const auto& check : figures.claims) {
    if (check_calibration) out += "\n" + evaluation::claims_text(check);
  }
  for (const auto& study : figures.fusion) out += "\n" + evaluation::fusion_text(study);
  return out;
}

evaluation::PersonOptions person_options(const Options& options) {
  evaluation::PersonOptions out;
  out.seed = options.data.seed;
  out.replicates = options.bootstrap;
  return out;
}

Result<int> run_faces(const Options& options) {
  WHORL_ASSIGN(const datasets::FaceTrials trials,
               run_face_trials(options.pairs, options.networks, wants_progress(options.progress)));
  engine::FaceConfig networks = options.networks;
  networks.calibration = options.calibration;
  WHORL_ASSIGN(const auto calibration, engine::face_calibration(networks, trials.network));
  WHORL_ASSIGN(const FaceFigures figures,
               face_figures(trials, options.pairs, calibration, {options.bootstrap, options.data.seed}));
  if (!options.out.empty()) WHORL_TRY(write_face_figures(options.out, trials, figures));
  if (options.json) {
    print_json(face_figures_json(trials, figures));
    return 0;
  }
  print(face_figures_text(trials, figures));
  if (!options.out.empty()) {
    print("Written to " + options.out + ": " + face_figure_files(!figures.groups.empty()) + "\n");
  }
  return 0;
}

Result<int> run(const Options& options) {
  if (!options.failures.empty() && options.fuse.empty()) {
    return failure(ErrorCode::kFailuresOfFusion, "--failures");
  }
  const bool claims = options.check_calibration || options.json || !options.out.empty() || !options.fuse.empty() ||
                      !options.pairs.list.empty();
  if (!options.calibration.empty() && !claims) {
    return failure(ErrorCode::kCalibrationUnused, "--calibration");
  }
  if (!options.out.empty()) WHORL_TRY(make_directory(options.out));  // says what is wrong before hours of work
  if (!options.failures.empty()) WHORL_TRY(make_directory(options.failures));
  if (!options.pairs.list.empty()) return run_faces(options);
  WHORL_ASSIGN(const engine::Calibration calibration, engine::fingerprint_calibration(options.calibration));
  WHORL_ASSIGN(const datasets::Trials trials, datasets::run_trials(options.data, wants_progress(options.progress)));
  Figures figures = figures_of(trials, calibration, {options.bootstrap, options.data.seed});
  if (!options.fuse.empty()) {
    WHORL_TRY(add_fusion(trials, calibration, options.fuse, person_options(options), figures));
  }
  if (!options.out.empty()) WHORL_TRY(write_figures(options.out, trials, figures));
  std::size_t pictures = 0;
  if (!options.failures.empty()) {
    WHORL_ASSIGN(pictures, write_failures(options.failures, trials, figures));
  }
  if (options.json) {
    print_json(figures_json(figures));
    return 0;
  }
  print(text_of(figures, options.check_calibration) + "\n" + pace(trials));
  if (!options.out.empty()) print("Written to " + options.out + ": " + figure_files(!options.fuse.empty()) + "\n");
  if (!options.failures.empty()) {
    print("Written to " + options.failures + ": failures.csv and " + std::to_string(pictures) + " pictures\n");
  }
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "evaluate", "Measure error rates over data sets",
                            "  whorl evaluate --manifest people/manifest.csv --out results\n"
                            "  whorl evaluate --pairs pairs.csv --images lfw --several central --out results",
                            *options);
  add_progress_option(*verb, *options);
  add_data_options(*verb, options->data);
  add_pair_options(*verb, options->pairs, options->networks);
  verb->add_option("--out", options->out,
                   "Folder for " + figure_files(false) + "; with --pairs " + face_figure_files(true));
  verb->add_option("--calibration", options->calibration, "Calibration file to check; the built-in one when absent");
  verb->add_flag("--check-calibration", options->check_calibration, "Show the claimed FMR beside the one counted");
  verb->add_option("--fuse", options->fuse, "Also compare persons by so many fingers fused, e.g. --fuse 2 4")
      ->check(CLI::Range(1, 10));
  verb->add_option("--failures", options->failures,
                   "Folder for failures.csv and a picture of each pair of prints that fused fingers failed on");
  verb->add_option("--bootstrap", options->bootstrap, "Draws for the EER's interval")->check(CLI::Range(100, 100000));
  never_with(*verb, "--pairs",
             {"--manifest", "--set", "--fvc", "--synthetic", "--ppi", "--protocol", "--fuse", "--failures",
              "--check-calibration"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
