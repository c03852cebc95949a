// whorl_train: trains the comparator's score models, tests them on sensors they never saw, and measures what each
// stage is worth. See --help and docs/accuracy.md.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/files.h"
#include "base/freed_memory.h"
#include "bench/training/ablation.h"
#include "bench/training/alone_scale.h"
#include "bench/training/find_non_mated.h"
#include "bench/training/ridge_table.h"
#include "bench/training/training_run.h"
#include "bench/training/weights.h"

namespace whorl::training {
namespace {

struct Options {
  std::vector<std::string> manifests;
  std::vector<std::string> sets;
  std::vector<std::string> test_sets;
  NonMatedSources non_mated;
  std::string weights;
  std::string calibration;
  std::string minutiae_alone;
  std::string ridge_table;
  std::string flow_nets;
  bool ablate = false;
  std::string variant;
};

void say(const std::string& line) { std::cerr << line << std::endl; }

Status ablate(const std::vector<CorpusSet>& corpus, const std::vector<CorpusSet>& tests, const std::string& only) {
  std::vector<AblationRow> rows;
  auto all = variants();
  std::erase_if(all, [&](const Variant& variant) { return variant.name.find(only) == std::string::npos; });
  if (all.empty()) return not_found("no variant's name has \"" + only + "\"", "--variant");
  for (const Variant& variant : all) {
    say("variant " + std::to_string(rows.size() + 1) + " of " + std::to_string(all.size()) + ": " + variant.name);
    WHORL_ASSIGN(AblationRow row, measure(corpus, tests, variant));
    rows.push_back(std::move(row));
  }
  std::vector<std::string> real = names_of(corpus);
  std::erase_if(real, is_synthetic);
  std::cout << markdown(rows, real, names_of(tests));
  return {};
}

struct Gathered {
  std::vector<Prints> prints;
  std::vector<SetEvidence> evidence;
  std::vector<PartPairs> parts;  // of whole templates that train
};

// The sets, each with the network of the ridge flow that never saw it.
Result<std::vector<CorpusSet>> load_sets(const Options& options, const std::vector<std::string>& names) {
  WHORL_ASSIGN(std::vector<CorpusSet> corpus, load_corpora(options.manifests, names));
  if (!options.flow_nets.empty()) WHORL_TRY(give_left_out_nets(corpus, options.flow_nets));
  return corpus;
}

// `trains`: real ones beside damaged prints too.
Result<Gathered> gather_all(const Options& options, const std::vector<std::string>& names, Content content,
                            bool trains) {
  WHORL_ASSIGN(const std::vector<CorpusSet> corpus, load_sets(options, names));
  Gathered out;
  for (const CorpusSet& set : corpus) {
    say("comparing " + set.name + ", set " + std::to_string(out.prints.size() + 1) + " of " +
        std::to_string(corpus.size()));
    out.prints.push_back(prepare(set, {}, {}, content));
    WHORL_ASSIGN(SetEvidence evidence, gather(out.prints.back(), {}));
    if (trains && !is_synthetic(set.name)) evidence.damaged = gather_damaged(set, out.prints.back(), {}, {}, content);
    out.evidence.push_back(std::move(evidence));
  }
  if (trains && content == Content::kWhole) {
    say("comparing parts of prints and smaller ones");
    out.parts = gather_parts(corpus);
  }
  return out;
}

Status run(const Options& options) {
  if (options.ablate) {
    WHORL_ASSIGN(const std::vector<CorpusSet> corpus, load_sets(options, options.sets));
    std::vector<CorpusSet> tests;
    if (!options.test_sets.empty()) {
      WHORL_ASSIGN(tests, load_sets(options, options.test_sets));
    }
    return ablate(corpus, tests, options.variant);
  }
  if (!options.ridge_table.empty()) {
    WHORL_ASSIGN(const std::vector<CorpusSet> corpus, load_sets(options, options.sets));
    return write_file(options.ridge_table, ridge_table_text(corpus));
  }
  const Content content = options.minutiae_alone.empty() ? Content::kWhole : Content::kCutDown;
  WHORL_ASSIGN(const Gathered sets, gather_all(options, options.sets, content, true));
  Gathered tests;
  if (!options.test_sets.empty()) {
    WHORL_ASSIGN(tests, gather_all(options, options.test_sets, content, false));
  }
  say("training the first models, each set left out in turn");
  Models models = train_first_models(sets.evidence);
  WHORL_ASSIGN(const NonMated non_mated,
               find_non_mated(options.non_mated, sets.prints, tests.prints, content, models.all));
  say("training the second models, each set left out in turn");
  train_second_models(models, sets.evidence, non_mated);
  // Of records of minutiae nothing is taken off: their claims have more in hand (docs/accuracy.md, "Minutiae alone").
  if (content == Content::kWhole) {
    say("weighing what prints that show little are worth");
    WHORL_TRY(train_scarcity(models, sets.evidence, non_mated, sets.parts));
  }
  WHORL_ASSIGN(const Outcome outcome, measure_models(models, sets.evidence, tests.evidence, non_mated, sets.parts));
  std::cout << outcome.report;
  if (!options.minutiae_alone.empty()) {
    const fingerprint::AloneModels alone{models.all.minutiae, models.all.minutiae_tail,
                                         alone_scale(outcome.calibration, engine::Calibration::shipped())};
    return write_file(options.minutiae_alone, source_text(alone));
  }
  if (!options.calibration.empty()) WHORL_TRY(write_file(options.calibration, outcome.calibration.to_json()));
  if (!options.weights.empty()) WHORL_TRY(write_file(options.weights, source_text(models.all)));
  return {};
}

}  // namespace
}  // namespace whorl::training

int main(int argc, char** argv) {
  whorl::keep_freed_memory();
  whorl::training::Options options;
  CLI::App app("Trains the score models of the fingerprint comparator and tests them on sensors they never saw.");
  app.add_option("--manifest", options.manifests, "manifest.csv of the data; repeat for more")->required();
  app.add_option("--set", options.sets, "Sets to train on")->required();
  app.add_option("--test-set", options.test_sets, "Sets of the manifest that only measure");
  app.add_option("--weights", options.weights,
                 "Write the models here (templates/fingerprint/compare/score_weights.inc)");
  app.add_option("--calibration", options.calibration, "Write the calibration of left-out scores here");
  app.add_option("--mine", options.non_mated.mined, "manifest.csv of synthetic people to mine for non-mated pairs");
  app.add_option("--count", options.non_mated.counted, "manifest.csv of others, to count false matches of");
  app.add_option("--minutiae-alone", options.minutiae_alone,
                 "Cut the prints down to what records of minutiae keep, and write the models of those here instead "
                 "(templates/fingerprint/compare/minutiae_alone_weights.inc)");
  app.add_option("--ridge-table", options.ridge_table,
                 "Write the table of the ridge map's code here instead (templates/fingerprint/ridges/ridge_table.inc)");
  app.add_option(
      "--flow-nets", options.flow_nets,
      "Folder of scripts/train-flow: prints of each set are extracted by the network that never saw the set");
  CLI::Option* ablate = app.add_flag("--ablate", options.ablate, "Print the table of what each stage is worth instead");
  app.add_option("--variant", options.variant, "Of the table only the rows with this in their name")->needs(ablate);
  CLI11_PARSE(app, argc, argv);
  const auto done = whorl::training::run(options);
  if (done.ok()) return 0;
  std::cerr << "whorl_train: " << done.error().text() << "\n";
  return 1;
}
