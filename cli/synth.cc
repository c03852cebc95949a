// whorl synth: a synthetic population on disk.
#include <boost/json.hpp>

#include "cli/print.h"
#include "cli/progress_bar.h"
#include "cli/verb.h"
#include "datasets/population.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  std::string out;
  datasets::PopulationPlan plan;
};

Result<int> run(const Options& options) {
  ProgressBar bar("drawing fingerprints", wants_progress(options.progress));
  WHORL_ASSIGN(
      const std::uint64_t images,
      datasets::write_population(options.out, options.plan, [&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total);
        return true;
      }));
  const std::string manifest = (std::filesystem::path(options.out) / "manifest.csv").string();
  if (options.json) {
    print_json({{"images", images}, {"manifest", manifest}, {"subjects", options.plan.subjects}});
    return 0;
  }
  print(std::to_string(images) + " images of " + std::to_string(options.plan.subjects) +
        " subjects; the list is " + manifest + "\n");
  return 0;
}

}  // namespace

void add_synth(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      add_verb(app, "synth", "Make synthetic fingerprints: images and the manifest that lists them",
               "  whorl synth --out people --subjects 20 --fingers 2 --impressions 4 --seed 1", *options);
  add_progress_option(*verb, *options);
  verb->add_option("--out", options->out, "Folder to write, made where it is not there")->required();
  verb->add_option("--subjects", options->plan.subjects, "Persons")->check(CLI::Range(1, 1'000'000));
  verb->add_option("--fingers", options->plan.fingers_per_subject, "Fingers a person")
      ->check(CLI::Range(1, 10));
  verb->add_option("--impressions", options->plan.impressions, "Captures a finger; the first is clean")
      ->check(CLI::Range(1, 100));
  verb->add_option("--seed", options->plan.seed, "The same seed gives the same bytes");
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
