// whorl verify: is this the person they say they are?
#include "cli/answers.h"
#include "cli/exit_codes.h"
#include "cli/samples.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  SampleOptions samples;
  engine::VerifyRequest request;
};

Result<int> run(const Options& options) {
  engine::VerifyRequest request = options.request;
  WHORL_ASSIGN(GivenSamples given, read_samples(options.samples));
  WHORL_ASSIGN(const auto engine, open_engine_for(given, options.node, false));
  request.samples = std::move(given.samples);
  WHORL_ASSIGN(const engine::VerifyAnswer answer, given.in_flags(engine->verify({}, request)));
  print_answer(answer, options.json);
  return exit_code(answer.decision);
}

}  // namespace

void add_verify(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      add_verb(app, "verify", "Compare fingers or a face with one enrolled person",
               "  whorl verify --gallery-dir gallery --person P1 --finger right_index=probe.png", *options);
  add_gallery_options(*verb, options->node);
  add_sample_options(*verb, options->samples, options->node.node.face);
  verb->add_option("--person", options->request.person_id, "The person claimed")->required();
  verb->add_option("--gallery", options->request.gallery_id, "Gallery that the person is in, or ALL");
  verb->add_option("--target-fmr", options->request.target_fmr,
                   "Wanted rate of strangers that answer match, e.g. 0.0001");
  verb->add_option("--threshold-db", options->request.threshold_db,
                   "Threshold in dB instead of the one from --target-fmr");
  never_with(*verb, "--threshold-db", {"--target-fmr"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
