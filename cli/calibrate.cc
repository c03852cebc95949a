// whorl calibrate: measured scores -> decibels of FMR.
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>

#include "base/files.h"
#include "base/progress_bar.h"
#include "cli/data_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "datasets/score_file.h"
#include "datasets/trials.h"
#include "engine/calibration.h"
#include "engine/node_faces.h"

namespace whorl::cli {
namespace {

using engine::Calibration;

struct Options : CommonOptions {
  datasets::DataOptions data;
  datasets::PairOptions pairs;
  engine::FaceConfig networks;
  std::string scores;
  std::string out;
  std::string source;
};

std::string source_of(const datasets::Trials& run) {
  std::string out = std::string(evaluation::name_of(run.trials.front().protocol)) + " pairs of";
  for (const auto& trial : run.trials) out += (&trial == &run.trials.front() ? " " : ", ") + trial.name;
  return out;
}

std::string padded(std::string text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string table(const Calibration& c) {
  std::string out = "       dB               FMR   raw score      FNMR\n";
  for (double db = 0; db <= c.max_db(); db += 5) {
    const auto row = static_cast<std::size_t>(db / 5);
    out += padded(fixed(db), 9) + padded("1 in " + fixed(std::pow(10.0, db / 10), 0), 18) +
           padded(fixed(c.score_at(db), 4), 12);
    if (row < c.misses().size()) out += padded(fixed(100 * c.misses()[row].fnmr, 2) + " %", 10);
    out += db > c.measured_db() ? "  extrapolated\n" : "\n";
  }
  return out;
}

struct Measured {
  datasets::MeasuredScores scores;
  std::string source;
  std::uint64_t failures = 0;  // to extract
  Calibration::Origin origin = Calibration::fingerprints();
};

// Scores of pairs whose faces were both found.
std::vector<double> found_of(const std::vector<evaluation::Score>& scores) {
  std::vector<double> out = evaluation::values_of(scores);
  std::erase(out, evaluation::kFaceFailure);
  return out;
}

Result<Measured> measure_faces(const Options& options) {
  WHORL_ASSIGN(const datasets::FaceTrials run,
               run_face_trials(options.pairs, options.networks, wants_progress(options.progress)));
  const evaluation::Trial& trial = run.cross ? *run.cross : run.listed;
  return Measured{{found_of(trial.non_mated), found_of(trial.mated)},
                  "faces of " + trial.name + ", network " + run.network.text(),
                  trial.failures,
                  Calibration::faces(run.network.text())};
}

Result<Measured> measure(const Options& options) {
  if (!options.scores.empty()) {
    WHORL_ASSIGN(datasets::MeasuredScores scores, datasets::read_scores(options.scores));
    return Measured{std::move(scores), "scores of " + std::filesystem::path(options.scores).filename().string(), 0,
                    Calibration::fingerprints()};
  }
  if (!options.pairs.list.empty()) return measure_faces(options);
  WHORL_ASSIGN(const datasets::Trials trials, datasets::run_trials(options.data, wants_progress(options.progress)));
  const evaluation::Trial all = evaluation::pooled(trials.trials, "all");
  return Measured{{evaluation::values_of(all.non_mated), evaluation::values_of(all.mated)},
                  source_of(trials),
                  all.failures,
                  Calibration::fingerprints()};
}

Result<int> run(const Options& options) {
  if (options.out.empty()) return invalid_input("give the file to write", "--out");
  WHORL_ASSIGN(Measured measured, measure(options));
  WHORL_ASSIGN(const Calibration made,
               Calibration::fit(std::move(measured.scores.non_mated), std::move(measured.scores.mated),
                                options.source.empty() ? measured.source : options.source, measured.origin));
  WHORL_TRY(write_file(options.out, made.to_json()));
  if (options.json) {
    print_json({{"out", options.out},
                {"impostors", made.non_mated()},
                {"genuines", made.mated()},
                {"failures_to_extract", measured.failures},
                {"measured_db", made.measured_db()},
                {"max_db", made.max_db()}});
    return 0;
  }
  if (options.out == "-") return 0;
  print(std::to_string(made.non_mated()) + " impostor and " + std::to_string(made.mated()) +
        " genuine scores; FMR counted up to " + fixed(made.measured_db()) + " dB, extrapolated to " +
        fixed(made.max_db()) + " dB\n\n" + table(made) + "\nWritten to " + options.out + "\n");
  return 0;
}

}  // namespace

void add_calibrate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "calibrate", "Make a calibration file from measured scores",
                            "  whorl calibrate --manifest people/manifest.csv --out calibration.json\n"
                            "  whorl calibrate --synthetic 40 --out calibration.json\n"
                            "  whorl calibrate --pairs pairs.csv --cross --out faces-calibration.json",
                            *options);
  add_progress_option(*verb, *options);
  add_data_options(*verb, options->data);
  add_pair_options(*verb, options->pairs, options->networks);
  verb->add_option("--scores", options->scores,
                   "Use the scores of this CSV file (set,a,b,genuine,score) instead of measuring");
  verb->add_option("--out", options->out, "The calibration file to write; - for standard output")->required();
  verb->add_option("--source", options->source, "What was measured, kept in the file; the sets' names when absent");
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
