// whorl identify: who is this?
#include "cli/answers.h"
#include "cli/exit_codes.h"
#include "cli/samples.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  SampleOptions samples;
  std::string accuracy = "default";
  int deadline_ms = 0;
  engine::IdentifyRequest request;
};

engine::Accuracy accuracy_named(const std::string& name) {
  if (name == "fast") return engine::Accuracy::kFast;
  return name == "exhaustive" ? engine::Accuracy::kExhaustive : engine::Accuracy::kDefault;
}

Result<int> run(const Options& options) {
  engine::IdentifyRequest request = options.request;
  request.accuracy = accuracy_named(options.accuracy);
  WHORL_ASSIGN(GivenSamples given, read_samples(options.samples));
  WHORL_ASSIGN(const auto engine, open_engine_for(given, options.node, false));
  request.samples = std::move(given.samples);
  engine::Call call;
  if (options.deadline_ms > 0) {
    call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(options.deadline_ms);
  }
  WHORL_ASSIGN(const engine::IdentifyAnswer answer, given.in_flags(engine->identify(call, request)));
  print_answer(answer, options.json);
  return exit_code(answer.decision);
}

}  // namespace

void add_identify(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "identify", "Search a gallery for the person whose fingers or face these are",
                            "  whorl identify --gallery-dir gallery --finger right_index=probe.png", *options);
  add_gallery_options(*verb, options->node);
  add_sample_options(*verb, options->samples, options->node.node.face);
  engine::IdentifyRequest& request = options->request;
  verb->add_option("--gallery", request.gallery_id, "Gallery to search, or ALL");
  verb->add_option("--target-fpir", request.target_fpir,
                   "Wanted rate of searches of unknown people that answer match, above 0 up to 0.5");
  verb->add_option("--threshold-db", request.threshold_db, "Threshold in dB instead of the one from --target-fpir");
  verb->add_option("--max-candidates", request.max_candidates, "Longest list of candidates")
      ->check(CLI::Range(1, 1000));
  verb->add_option("--accuracy", options->accuracy, "How thorough the search is; exhaustive compares everybody")
      ->check(CLI::IsMember({"fast", "default", "exhaustive"}));
  verb->add_option("--deadline-ms", options->deadline_ms, "Give up after this many milliseconds; 0 for never")
      ->check(CLI::Range(0, 86'400'000));
  verb->add_flag("--partial-ok", request.partial_ok,
                 "Answer indeterminate instead of failing when part of the "
                 "gallery could not be searched");
  verb->add_flag("--show-all", request.show_all, "Name the likeliest people even where they are below the review line");
  never_with(*verb, "--threshold-db", {"--target-fpir"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
