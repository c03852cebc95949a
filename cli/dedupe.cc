// whorl dedupe: who is in a gallery twice?
#include <boost/json.hpp>

#include "base/progress_bar.h"
#include "cli/answers.h"
#include "cli/exit_codes.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "engine/case_desk.h"
#include "engine/duplicate_cases.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  engine::DedupeRequest request;
  std::string accuracy = "fast";
  std::size_t most = 1000;
  bool cases = false;
};

engine::Accuracy accuracy_named(const std::string& name) {
  if (name == "default") return engine::Accuracy::kDefault;
  return name == "exhaustive" ? engine::Accuracy::kExhaustive : engine::Accuracy::kFast;
}

void print_json_of(const engine::Duplicates& found, std::optional<std::size_t> cases, double elapsed_s) {
  boost::json::array pairs;
  for (const auto& pair : found.pairs) {
    pairs.emplace_back(boost::json::object{
        {"person", pair.person_id}, {"other_person", pair.other_person_id}, {"score_db", pair.score_db}});
  }
  boost::json::object out{{"gallery", found.state.gallery_id},
                          {"persons", found.state.persons},
                          {"done", found.state.done},
                          {"without_samples", found.state.without_samples},
                          {"threshold_db", found.state.threshold_db},
                          {"total", found.total},
                          {"pairs", pairs},
                          {"elapsed_s", elapsed_s}};
  if (cases) out["cases"] = *cases;
  print_json(out);
}

std::string text_of(const engine::Duplicates& found, double elapsed_s) {
  const auto& state = found.state;
  std::string out = "looked for " + std::to_string(state.done) + " of " + std::to_string(state.persons) +
                    " people among all in " + fixed(elapsed_s) + " s; " + std::to_string(found.total) +
                    " pairs at or above " + fixed(state.threshold_db) + " dB\n";
  for (const auto& pair : found.pairs) {
    out += "  " + fixed(pair.score_db) + " dB  " + pair.person_id + "  " + pair.other_person_id + "\n";
  }
  if (found.total > found.pairs.size()) {
    out += "  and " + std::to_string(found.total - found.pairs.size()) + " more (--most)\n";
  }
  return out;
}

Result<int> run(const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  WHORL_ASSIGN(engine::NodeConfig config, options.node.config());
  config.create = false;
  WHORL_ASSIGN(const auto engine, open_engine(config));
  ProgressBar bar("looking for duplicates", wants_progress(options.progress));
  engine::DedupeRequest request = options.request;
  request.accuracy = accuracy_named(options.accuracy);
  WHORL_TRY(engine->dedupe(engine::local_call(), request, bar.callback()));
  WHORL_ASSIGN(const auto found, engine->duplicates(engine::local_call(), request.gallery_id, 0, options.most));
  std::optional<std::size_t> cases;
  if (options.cases) {
    WHORL_ASSIGN(cases, open_cases(*engine->case_desk(), engine::local_call(), found));
  }
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (options.json) {
    print_json_of(found, cases, elapsed_s);
  } else {
    print(text_of(found, elapsed_s));
    if (cases) print(std::to_string(*cases) + " cases wait for people to decide (docs/cases.md)\n");
  }
  return kExitOk;
}

}  // namespace

void add_dedupe(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "dedupe",
                            "Look for every person of a gallery among all of them, and list the pairs that may be one "
                            "person, for somebody to look at. It may be stopped or killed at any moment, and the same "
                            "command goes on; pairs are kept in the gallery, sealed",
                            "  whorl dedupe --gallery-dir gallery --progress", *options);
  add_progress_option(*verb, *options);
  add_gallery_options(*verb, options->node);
  engine::DedupeRequest& request = options->request;
  verb->add_option("--gallery", request.gallery_id, "Gallery to look through, or ALL");
  verb->add_option("--false-pairs", request.false_pairs,
                   "How many pairs of different people may come out, of all pairs of the gallery together; the "
                   "threshold follows from it")
      ->check(CLI::Range(1e-6, 1e6));
  verb->add_option("--threshold-db", request.threshold_db, "Threshold in dB instead of the one from --false-pairs")
      ->check(CLI::Range(10.0, 1000.0));
  verb->add_option("--accuracy", options->accuracy, "How thorough each search is")
      ->check(CLI::IsMember({"fast", "default", "exhaustive"}));
  verb->add_flag("--anew", request.anew, "Begin from the start, though an earlier one was ended or finished");
  verb->add_option("--most", options->most, "Pairs that are printed")->check(CLI::Range(0, 200'000));
  verb->add_flag("--cases", options->cases,
                 "Make each pair that is printed a case, for two people to decide on the page /review");
  never_with(*verb, "--threshold-db", {"--false-pairs"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
