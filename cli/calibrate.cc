// whorl calibrate: measured scores -> decibels of FMR.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "cli/columns.h"
#include "cli/data_options.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "datasets/score_file.h"
#include "datasets/trials.h"
#include "engine/calibration.h"
#include "engine/evaluation/populations.h"
#include "engine/gallery_scores.h"
#include "engine/node_faces.h"

namespace whorl::cli {
namespace {

using engine::Calibration;

struct Options : CommonOptions {
  datasets::DataOptions data;
  datasets::PairOptions pairs;
  engine::FaceConfig networks;
  std::string scores;
  NodeOptions node;
  bool from_gallery = false;
  std::string modality = "finger";
  engine::GalleryScoresRequest gallery;
  std::string out;
  std::string source;
};

std::string source_of(const datasets::Trials& run) {
  std::string out = std::string(evaluation::name_of(run.trials.front().protocol)) + " pairs of";
  for (const auto& trial : run.trials) out += (&trial == &run.trials.front() ? " " : ", ") + trial.name;
  return out;
}

std::string table(const Calibration& c) {
  std::string out = "       dB               FMR   raw score      FNMR\n";
  for (double db = 0; db <= c.max_db(); db += 5) {
    const auto row = static_cast<std::size_t>(db / 5);
    out += at_right(fixed(db), 9) + at_right("1 in " + fixed(std::pow(10.0, db / 10), 0), 18) +
           at_right(fixed(c.score_at(db), 4), 12);
    if (row < c.misses().size()) out += at_right(fixed(100 * c.misses()[row].fnmr, 2) + " %", 10);
    out += db > c.measured_db() ? "  extrapolated\n" : "\n";
  }
  return out;
}

// Which curve holds where there are several.
std::string populations_text(const evaluation::Populations& populations) {
  if (populations.all.size() < 2) return {};
  return "Each of " + std::to_string(populations.all.size()) +
         " populations (sets of 1,000 non-mated pairs or more, the smaller together) gives a curve; at every score the "
         "most pessimistic holds.\n";
}

// Names the first few.
std::string left_out_text(const std::vector<std::string>& sets) {
  constexpr std::size_t kNamed = 10;
  std::string names;
  for (std::size_t i = 0; i < std::min(kNamed, sets.size()); ++i) names += (i == 0 ? "" : ", ") + sets[i];
  if (sets.size() > kNamed) names += " and " + std::to_string(sets.size() - kNamed) + " more";
  return "left out, with fewer than " + std::to_string(Calibration::kMinNonMated) +
         " non-mated pairs even together: " + names;
}

struct Measured {
  std::vector<evaluation::SetScores> non_mated;
  std::vector<Calibration::NonMated> counted;  // where they are populations already
  std::vector<double> mated;
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
  return Measured{{{trial.name, found_of(trial.non_mated)}},
                  {},
                  found_of(trial.mated),
                  "faces of " + trial.name + ", network " + run.network.text(),
                  trial.failures,
                  Calibration::faces(run.network.text())};
}

Result<Measured> measure_file(const std::string& file) {
  WHORL_ASSIGN(const datasets::MeasuredScores scores, datasets::read_scores(file));
  if (scores.repeated > 0) print_notice(repeated_text(scores.repeated, file));
  Measured out{{},
               {},
               scores.mated(),
               "scores of " + std::filesystem::path(file).filename().string(),
               0,
               Calibration::fingerprints()};
  for (const datasets::ScoreSet& set : scores.sets) out.non_mated.push_back({set.name, set.non_mated});
  return out;
}

// Notices on standard error tell what else was found.
Result<Measured> measure_gallery(const Options& options) {
  WHORL_ASSIGN(engine::NodeConfig config, options.node.config());
  if (config.gallery.empty()) return invalid_input("name the gallery", "--gallery-dir");
  config.create = false;
  WHORL_ASSIGN(const auto gallery, index::Gallery::open(gallery_options(config)));
  ProgressBar bar("comparing people", wants_progress(options.progress));
  engine::GalleryScoresRequest request = options.gallery;
  request.modality = options.modality == "face" ? Modality::kFace : Modality::kFinger;
  request.progress = bar.callback();
  WHORL_ASSIGN(engine::GalleryScores scores, engine::score_gallery(*gallery, request));
  if (scores.set_aside > 0) {
    print_notice(
        std::to_string(scores.set_aside) +
        " pairs of people are so alike that they are taken for one person under two numbers, and were left out");
  }
  const std::string what = options.modality + "s of a gallery, " + std::to_string(scores.people) + " people, " +
                           std::to_string(scores.pairs) + " pairs of them, " + std::to_string(scores.set_aside) +
                           " left out";
  return Measured{{}, std::move(scores.non_mated), std::move(scores.mated), what, 0, scores.origin};
}

Result<Measured> measure(const Options& options) {
  if (options.from_gallery) return measure_gallery(options);
  if (!options.scores.empty()) return measure_file(options.scores);
  if (!options.pairs.list.empty()) return measure_faces(options);
  WHORL_ASSIGN(const datasets::Trials trials, datasets::run_trials(options.data, wants_progress(options.progress)));
  print_first_notices(trials.notices);
  Measured out{{}, {}, {}, source_of(trials), 0, Calibration::fingerprints()};
  for (const evaluation::Trial& trial : trials.trials) {
    out.non_mated.push_back({trial.name, evaluation::values_of(trial.non_mated)});
    for (const evaluation::Score& score : trial.mated) out.mated.push_back(score.value);
    out.failures += trial.failures;
  }
  return out;
}

Result<int> run(const Options& options) {
  if (options.out.empty()) return failure(ErrorCode::kOutNotGiven, "--out");
  if (options.out == "-" && options.json) {
    return failure(ErrorCode::kOutputTakenTwice, "--out");
  }
  WHORL_ASSIGN(Measured measured, measure(options));
  WHORL_ASSIGN(evaluation::Populations populations, evaluation::populations_of(measured.non_mated));
  if (!measured.counted.empty()) populations.all = std::move(measured.counted);
  if (!populations.left_out.empty()) print_notice(left_out_text(populations.left_out));
  WHORL_ASSIGN(const Calibration made,
               Calibration::fit(populations.all, std::move(measured.mated),
                                options.source.empty() ? measured.source : options.source, measured.origin));
  const std::string file = made.to_json();
  if (const auto read_back = Calibration::parse(file); !read_back.ok()) {
    return failure(ErrorCode::kCalibrationUnreadable, with<"cause">(read_back.error().text()));
  }
  WHORL_TRY(write_file(options.out, file));
  if (options.json) {
    print_json({{"out", options.out},
                {"populations", populations.all.size()},
                {"impostors", made.non_mated()},
                {"genuines", made.mated()},
                {"failures_to_extract", measured.failures},
                {"measured_db", made.measured_db()},
                {"max_db", made.max_db()}});
    return 0;
  }
  if (options.out == "-") return 0;
  print(std::to_string(made.non_mated()) + " non-mated and " + std::to_string(made.mated()) +
        " mated scores; FMR counted up to " + fixed(made.measured_db()) + " dB, extrapolated to " +
        fixed(made.max_db()) + " dB\n" + populations_text(populations) + "\n" + table(made) + "\nWritten to " +
        options.out + "\n");
  return 0;
}

}  // namespace

void add_calibrate(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "calibrate", "Make a calibration file from measured scores",
                            "  whorl calibrate --manifest people/manifest.csv --out calibration.json\n"
                            "  whorl calibrate --synthetic 40 --out calibration.json\n"
                            "  whorl calibrate --pairs pairs.csv --cross --out faces-calibration.json\n"
                            "  whorl calibrate --from-gallery --gallery-dir gallery --out calibration.json\n"
                            "  whorl calibrate --from-gallery --modality face --out faces-calibration.json",
                            *options);
  add_progress_option(*verb, *options);
  add_data_options(*verb, options->data);
  add_pair_options(*verb, options->pairs, options->networks);
  verb->add_option("--scores", options->scores,
                   "Use the scores of this CSV file (set,a,b,genuine,score) instead of measuring");
  verb->add_flag(
      "--from-gallery", options->from_gallery,
      "Use the people of the gallery, compared with each other: no labels are needed. Two numbers that are one "
      "person are found by their scores and left out");
  add_storage_options(*verb, options->node);
  verb->get_option("--gallery-dir")->required(false);
  add_modality_option(*verb, options->modality);
  verb->add_option("--people", options->gallery.people, "So many of them, drawn at random")
      ->check(CLI::Range(std::size_t{64}, engine::GalleryScores::kMostPeople))
      ->capture_default_str();
  verb->add_option("--out", options->out, "The calibration file to write; - for standard output")->required();
  verb->add_option("--source", options->source, "What was measured, kept in the file; the sets' names when absent");
  never_with(*verb, "--pairs",
             {"--manifest", "--set", "--fvc", "--synthetic", "--ppi", "--protocol", "--seed", "--scores"});
  only_with(*verb, "--pairs", {"--metadata", "--group"});
  only_with(*verb, "--synthetic", {"--seed"});
  never_with(*verb, "--from-gallery",
             {"--manifest", "--set", "--fvc", "--synthetic", "--ppi", "--protocol", "--scores", "--pairs"});
  only_with(*verb, "--from-gallery",
            {"--gallery-dir", "--config", "--root-key", "--audit-checkpoints", "--threads", "--memory-limit",
             "--skip-record-check", "--modality", "--people"});
  never_with(*verb, "--scores", {"--manifest", "--set", "--fvc", "--synthetic", "--ppi", "--protocol", "--seed"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
