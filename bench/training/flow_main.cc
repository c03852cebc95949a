// whorl_flow: what the network of the ridge flow is trained on, and what it is worth. See --help and
// scripts/train-flow.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/files.h"
#include "base/freed_memory.h"
#include "bench/training/flow_samples.h"
#include "bench/training/flow_worth.h"

namespace whorl::training {
namespace {

struct Options {
  std::vector<std::string> manifests;
  std::vector<std::string> sets;
  std::vector<std::string> test_sets;
  std::string samples;
  std::size_t masters = 600;
  std::uint64_t seed = 5;
  std::string nets;
  bool versions = false;
};

Status run(const Options& options) {
  WHORL_ASSIGN(const std::vector<CorpusSet> corpus, load_corpora(options.manifests, options.sets));
  if (!options.samples.empty()) {
    std::vector<std::uint8_t> bytes = flow_samples(corpus);
    const std::vector<std::uint8_t> synthetic = flow_samples_of_masters(options.masters, options.seed);
    bytes.insert(bytes.end(), synthetic.begin(), synthetic.end());
    WHORL_TRY(write_file(options.samples, bytes));
  }
  if (options.versions) WHORL_TRY(print_versions(corpus));
  if (options.nets.empty()) return {};
  WHORL_ASSIGN(const std::vector<CorpusSet> tests, load_corpora(options.manifests, options.test_sets));
  return print_flow_worth(corpus, tests, options.nets);
}

}  // namespace
}  // namespace whorl::training

int main(int argc, char** argv) {
  whorl::keep_freed_memory();
  whorl::training::Options options;
  CLI::App app(
      "The network of the ridge flow: what it is trained on, and what it is worth on sensors that it never saw");
  app.add_option("--manifest", options.manifests, "Manifests of the sets")->required();
  app.add_option("--set", options.sets, "Sets to train on")->required();
  app.add_option("--test-set", options.test_sets, "Sets that only measure");
  app.add_option("--samples", options.samples, "Write what train_flow.py learns from here");
  app.add_option("--masters", options.masters, "So many synthetic fingers among it")->capture_default_str();
  app.add_option("--seed", options.seed, "Of the synthetic fingers")->capture_default_str();
  app.add_option("--nets", options.nets, "Measure the networks of this folder, that train_flow.py wrote");
  app.add_flag("--versions", options.versions,
               "Compare templates of the extractor before the network with this build's, by the models that ship");
  CLI11_PARSE(app, argc, argv);
  const whorl::Status done = whorl::training::run(options);
  if (done.ok()) return 0;
  std::cerr << "whorl_flow: " << done.error().text() << "\n";
  return 1;
}
