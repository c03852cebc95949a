// whorl evaluate: error rates over data sets, pair lists and scores of other tools.
#include "cli/evaluate.h"

#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "cli/face_figures.h"
#include "cli/failures.h"
#include "cli/print.h"
#include "cli/worst_pictures.h"
#include "engine/evaluation/report.h"
#include "engine/node_faces.h"

namespace whorl::cli {
namespace {

std::string pace(const datasets::Trials& run) {
  return std::to_string(run.extracted) + " extractions in " + fixed(run.extract_s) + " s, " +
         std::to_string(run.compared) + " comparisons in " + fixed(run.compare_s) + " s\n";
}

constexpr const char* kNotes =
    "\nFMR100, FMR1000 and ZeroFMR are the FNMR at FMR 1 %, 0.1 % and without a false match, which shows only the FMR\n"
    "named beside it. [low, high] is the 95 % interval: bootstrap over fingers for the EER, Clopper-Pearson for the\n"
    "others. \"< 3/n\" is the rule of three: nothing was counted in n, so no rate can be given. A failure to extract\n"
    "(FTE) counts as score 0.\n";

constexpr const char* kSearchNotes =
    "FPIR: share of searches for people who are not enrolled that name somebody. FNIR: share of searches for people "
    "who\n"
    "are enrolled that do not name them. DIR: share of those that name them first. [low, high] is the wider of\n"
    "Clopper-Pearson and a bootstrap over persons. A larger gallery needs a higher threshold for the same FPIR.\n\n";

std::string text_of(const Evaluated& run, bool check_calibration) {
  const Figures& figures = run.figures;
  const engine::Calibration* calibration = run.calibration ? &*run.calibration : nullptr;
  std::string out = evaluation::table_text(figures.rates) + kNotes + "\n" +
                    evaluation::points_text(figures.rates, calibration) + "\n" +
                    evaluation::searches_text(figures.searches);
  if (!figures.searches.empty()) out += kSearchNotes;
  if (!figures.discard.empty()) out += evaluation::discard_text(figures.discard) + "\n";
  out += evaluation::splits_text(figures.splits, calibration);
  for (const auto& check : figures.claims) {
    if (check_calibration) out += "\n" + evaluation::claims_text(check);
  }
  for (const auto& study : figures.fusion) out += "\n" + evaluation::fusion_text(study);
  if (!figures.differences.empty()) out += "\n" + evaluation::differences_text(figures.differences);
  for (const auto& one : run.judged) out += one.text() + "\n";
  return out;
}

Status write_report(const EvaluateOptions& options, const Evaluated& run, evaluation::PageContent page) {
  const bool pictures = !options.worst.empty();
  WHORL_ASSIGN(page.worst, worst_of(run.trials, page.calibration, pictures));
  WHORL_ASSIGN(const std::string html, evaluation::report_page(page));
  return write_file(options.report, html, pictures ? NewFile::kPrivate : NewFile::kShared);
}

// What was written where, for people.
Result<std::string> write_all(const EvaluateOptions& options, const Evaluated& run) {
  const engine::Calibration* calibration = run.calibration ? &*run.calibration : nullptr;
  std::string said;
  evaluation::PageContent page;
  if (!options.out.empty() || !options.report.empty()) page = page_of(run);
  if (!options.out.empty()) {
    WHORL_ASSIGN(const std::string files, write_run(options.out, run, page));
    said += "Written to " + options.out + ": " + files + "\n";
  }
  if (!options.failures.empty()) {
    WHORL_ASSIGN(const std::size_t pictures, write_failures(options.failures, run.trials, run.figures));
    said += "Written to " + options.failures + ": failures.csv and " + std::to_string(pictures) + " pictures\n";
  }
  if (!options.worst.empty()) {
    WHORL_ASSIGN(const std::size_t pictures, write_worst(options.worst, run.trials, calibration));
    said += "Written to " + options.worst + ": worst.csv and " + std::to_string(pictures) + " pictures\n";
  }
  if (!options.report.empty()) {
    WHORL_TRY(write_report(options, run, std::move(page)));
    said += "Written: " + options.report + "\n";
  }
  return said;
}

Status write_face_report(const EvaluateOptions& options, const datasets::FaceTrials& trials, const FaceFigures& figures,
                         evaluation::PageContent page) {
  WHORL_ASSIGN(page.worst, worst_face_pairs(trials, figures.calibration));
  WHORL_ASSIGN(const std::string html, evaluation::report_page(page));
  return write_file(options.report, html);
}

Result<int> run_faces(const EvaluateOptions& options) {
  WHORL_ASSIGN(const datasets::FaceTrials trials,
               run_face_trials(options.pairs, options.networks, wants_progress(options.progress)));
  engine::FaceConfig networks = options.networks;
  networks.calibration = options.calibration;
  WHORL_ASSIGN(const auto calibration, engine::face_calibration(networks, trials.network));
  WHORL_ASSIGN(const FaceFigures figures,
               face_figures(trials, options.pairs, calibration, {options.bootstrap, options.data.seed}));
  const std::string files = face_figure_files(!figures.groups.empty());
  if (!options.out.empty() || !options.report.empty()) {
    WHORL_ASSIGN(const evaluation::Provenance provenance, provenance_of(options, trials, calibration));
    evaluation::PageContent page = face_page(trials, figures, provenance);
    if (!options.out.empty()) {
      WHORL_ASSIGN(ResultsFolder folder, ResultsFolder::make(options.out, files, provenance));
      WHORL_TRY(write_face_figures(folder, trials, figures, page));
    }
    if (!options.report.empty()) WHORL_TRY(write_face_report(options, trials, figures, std::move(page)));
  }
  if (options.json) {
    print_json(face_figures_json(trials, figures));
    return 0;
  }
  print(face_figures_text(trials, figures));
  if (!options.out.empty()) print("Written to " + options.out + ": " + files + "\n");
  if (!options.report.empty()) print("Written: " + options.report + "\n");
  return 0;
}

Status check_use(const EvaluateOptions& options) {
  if (!options.failures.empty() && options.fuse.empty()) {
    return failure(ErrorCode::kFailuresOfFusion, "--failures");
  }
  const bool files = !options.data.manifest.empty() || !options.data.fvc.empty();
  if (!files && !options.failures.empty()) return failure(ErrorCode::kFailuresOfFiles, "--failures");
  if (!files && !options.worst.empty()) return failure(ErrorCode::kFailuresOfFiles, "--worst");
  const bool claims = options.check_calibration || options.json || !options.out.empty() || !options.fuse.empty() ||
                      !options.pairs.list.empty() || !options.report.empty() || !options.scores.empty();
  if (!options.calibration.empty() && !claims) {
    return failure(ErrorCode::kCalibrationUnused, "--calibration");
  }
  return {};
}

Result<int> run(const EvaluateOptions& options) {
  WHORL_TRY(check_use(options));
  for (const std::string& folder : {options.out, options.failures, options.worst}) {
    if (!folder.empty()) WHORL_TRY(make_directory(folder));  // says what is wrong before hours of work
  }
  if (!options.pairs.list.empty()) return run_faces(options);
  WHORL_ASSIGN(const Evaluated run, evaluated(options));
  WHORL_ASSIGN(const std::string said, write_all(options, run));
  if (options.json) {
    print_json(run_json(run));
  } else {
    const std::string speed = options.scores.empty() ? "\n" + pace(run.trials) : "";
    print(text_of(run, options.check_calibration) + speed + said);
  }
  return status_of(run.judged);
}

void add_score_options(CLI::App& verb, EvaluateOptions& options) {
  verb.add_option("--scores", options.scores, "Scores of another tool or run, in place of data");
  verb.add_option(
          "--scores-format", options.scores_format,
          "whorl: set,a,b,genuine,score; bob: four or five columns; pyeer: mated scores, a line each; openbr: a "
          "matrix, .mtx or CSV")
      ->check(CLI::IsMember({"whorl", "bob", "pyeer", "openbr"}));
  verb.add_option("--scores-more", options.scores_more,
                  "The second file: the non-mated scores of pyeer, the mask of openbr");
  only_with(verb, "--scores", {"--scores-format", "--scores-more"});
}

void add_output_options(CLI::App& verb, EvaluateOptions& options) {
  verb.add_option("--out", options.out, "Folder for " + figure_files() + "; with --pairs " + face_figure_files(true));
  verb.add_option("--report", options.report, "File for one HTML page with all figures; needs no network to be read");
  verb.add_option("--worst", options.worst,
                  "Folder for pictures of the worst pairs, and small ones in --report: they show people's prints");
  verb.add_option("--failures", options.failures,
                  "Folder for failures.csv and a picture of each pair of prints that fused fingers failed on");
  verb.add_option("--compare", options.compare, "scores.csv of another run on the same samples, to compare with");
  verb.add_option("--assert", options.asserted,
                  "End with status 13 when this is false and 14 when it is not shown, e.g. 'fnir@fpir=0.01<=0.02'; "
                  "also eer, fte, fnmr@fmr, dir@fpir, cmc@rank; of searches with ,fingers=K");
}

void add_measure_options(CLI::App& verb, EvaluateOptions& options) {
  verb.add_option("--calibration", options.calibration, "Calibration file to check; the built-in one when absent");
  verb.add_flag("--check-calibration", options.check_calibration, "Show the claimed FMR beside the one counted");
  verb.add_option("--fuse", options.fuse, "Also compare persons by so many fingers fused, e.g. --fuse 2 4")
      ->check(CLI::Range(1, 10));
  verb.add_option("--fmr", options.fmrs,
                  "False match rates to give thresholds for; those that the data support when absent")
      ->check(CLI::Range(1e-9, 0.5));
  verb.add_option("--fpir", options.fpirs, "The same of searches, e.g. --fpir 0.1 0.01 0.003")
      ->check(CLI::Range(1e-9, 0.5));
  verb.add_option("--bootstrap", options.bootstrap, "Draws for intervals")->check(CLI::Range(100, 100000));
}

}  // namespace

void add_evaluate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* verb = add_verb(app, "evaluate", "Measure error rates over data sets",
                            "  whorl evaluate --manifest people/manifest.csv --out results --report report.html\n"
                            "  whorl evaluate --manifest people/manifest.csv --assert 'fnir@fpir=0.01<=0.02'\n"
                            "  whorl evaluate --scores scores-dev --scores-format bob --report report.html\n"
                            "  whorl evaluate --pairs pairs.csv --images lfw --several central --out results",
                            *options);
  add_progress_option(*verb, *options);
  add_data_options(*verb, options->data);
  add_pair_options(*verb, options->pairs, options->networks);
  add_score_options(*verb, *options);
  add_output_options(*verb, *options);
  add_measure_options(*verb, *options);
  never_with(*verb, "--pairs",
             {"--manifest", "--set", "--fvc", "--synthetic", "--ppi", "--protocol", "--fuse", "--failures",
              "--check-calibration", "--fmr", "--fpir", "--scores", "--worst", "--compare", "--assert"});
  never_with(*verb, "--scores",
             {"--manifest", "--set", "--fvc", "--synthetic", "--ppi", "--protocol", "--fuse", "--failures", "--worst",
              "--metadata", "--group"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
