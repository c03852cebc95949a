// whorl_train: trains the comparator's score models, tests them on sensors they never saw, and measures what each
// stage is worth. See --help and docs/accuracy.md.
#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/training/ablation.h"
#include "bench/training/ridge_table.h"
#include "bench/training/weights.h"
#include "cli/files.h"
#include "engine/evaluation/report.h"

namespace whorl::training {
namespace {

struct Options {
  std::vector<std::string> manifests;
  std::vector<std::string> sets;
  std::vector<std::string> test_sets;
  std::string weights;
  std::string scores;
  std::string ridge_table;
  bool ablate = false;
};

void say(const std::string& line) { std::cerr << line << std::endl; }

Result<std::vector<SetEvidence>> gather_all(const std::vector<CorpusSet>& corpus) {
  std::vector<SetEvidence> out;
  for (const CorpusSet& set : corpus) {
    say("comparing " + set.name + ", set " + std::to_string(out.size() + 1) + " of " + std::to_string(corpus.size()));
    WHORL_ASSIGN(SetEvidence gathered, gather(set, {}, {}));
    out.push_back(std::move(gathered));
  }
  return out;
}

std::vector<evaluation::Rates> rates_of(const std::vector<evaluation::Trial>& trials) {
  std::vector<evaluation::Rates> out;
  for (const auto& trial : trials) out.push_back(evaluation::rates_of(trial));
  return out;
}

std::vector<evaluation::Trial> trials_of(const std::vector<SetEvidence>& sets, const fingerprint::ScoreModels& models) {
  std::vector<evaluation::Trial> out;
  for (const SetEvidence& set : sets) out.push_back(trial_of(set, models, {}));
  return out;
}

Status ablate(const std::vector<CorpusSet>& corpus) {
  std::vector<AblationRow> rows;
  const auto all = variants();
  for (const Variant& variant : all) {
    say("variant " + std::to_string(rows.size() + 1) + " of " + std::to_string(all.size()) + ": " + variant.name);
    WHORL_ASSIGN(AblationRow row, measure(corpus, variant));
    rows.push_back(std::move(row));
  }
  std::vector<std::string> names;
  for (const CorpusSet& set : corpus) names.push_back(set.name);
  std::cout << markdown(rows, names);
  return {};
}

Status run(const Options& options) {
  WHORL_ASSIGN(const std::vector<CorpusSet> corpus, load_corpora(options.manifests, options.sets));
  if (options.ablate) return ablate(corpus);
  if (!options.ridge_table.empty()) return cli::write_file(options.ridge_table, ridge_table_text(corpus));
  WHORL_ASSIGN(const std::vector<SetEvidence> sets, gather_all(corpus));
  say("training, each set left out in turn");
  const auto left_out = leave_one_out(sets, all_features(), {});
  std::cout << "Each set scored by models trained on the others:\n" << evaluation::table_text(rates_of(left_out));
  say("training on all sets");
  const auto models = train_models(sets, sets.size(), all_features());
  std::cout << "\nThe same sets scored by models trained on all of them (optimistic):\n"
            << evaluation::table_text(rates_of(trials_of(sets, models)));
  if (!options.test_sets.empty()) {
    WHORL_ASSIGN(const std::vector<CorpusSet> fresh, load_corpora(options.manifests, options.test_sets));
    WHORL_ASSIGN(const std::vector<SetEvidence> gathered, gather_all(fresh));
    std::cout << "\nSets that took no part in training:\n"
              << evaluation::table_text(rates_of(trials_of(gathered, models)));
  }
  if (!options.scores.empty()) {
    std::vector<std::vector<evaluation::Sample>> samples;
    for (const SetEvidence& set : sets) samples.push_back(set.samples);
    WHORL_TRY(cli::write_file(options.scores, evaluation::scores_csv(left_out, samples)));
  }
  if (!options.weights.empty()) WHORL_TRY(cli::write_file(options.weights, source_text(models)));
  return {};
}

}  // namespace
}  // namespace whorl::training

int main(int argc, char** argv) {
  whorl::training::Options options;
  CLI::App app("Trains the score models of the fingerprint comparator and tests them on sensors they never saw.");
  app.add_option("--manifest", options.manifests, "manifest.csv of the data; repeat for more")->required();
  app.add_option("--set", options.sets, "Sets to train on")->required();
  app.add_option("--test-set", options.test_sets, "Sets of the manifest that only measure");
  app.add_option("--weights", options.weights, "Write the models here (templates/fingerprint/score_weights.inc)");
  app.add_option("--scores", options.scores, "Write the left-out scores here, for whorl calibrate --scores");
  app.add_option("--ridge-table", options.ridge_table,
                 "Write the table of the ridge map's code here instead (templates/fingerprint/ridge_table.inc)");
  app.add_flag("--ablate", options.ablate, "Print the table of what each stage is worth instead");
  CLI11_PARSE(app, argc, argv);
  const auto done = whorl::training::run(options);
  if (done.ok()) return 0;
  std::cerr << "whorl_train: " << done.error().text() << "\n";
  return 1;
}
