// whorl synth: a synthetic population on disk, as images or as templates.
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>

#include "base/progress_bar.h"
#include "cli/print.h"
#include "cli/synth_templates.h"
#include "cli/verb.h"
#include "datasets/population.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  std::string out;
  std::uint64_t templates = 0;  // persons as templates; 0: images
  bool impressions_given = false;
  datasets::PopulationPlan plan;
};

Result<int> write_images(const Options& options) {
  ProgressBar bar("drawing fingerprints", wants_progress(options.progress));
  WHORL_ASSIGN(const std::uint64_t images,
               datasets::write_population(options.out, options.plan, [&](std::uint64_t done, std::uint64_t total) {
                 bar.update(done, total);
                 return true;
               }));
  const std::string manifest = (std::filesystem::path(options.out) / "manifest.csv").string();
  if (options.json) {
    print_json({{"images", images}, {"manifest", manifest}, {"subjects", options.plan.subjects}});
    return 0;
  }
  print(std::to_string(images) + " images of " + std::to_string(options.plan.subjects) + " subjects; the list is " +
        manifest + "\n");
  return 0;
}

Result<int> write_templates(const Options& options) {
  datasets::TemplatePeople people;
  people.persons = options.templates;
  people.fingers = options.plan.fingers_per_subject;
  people.impressions = options.impressions_given ? options.plan.impressions : 1;
  people.seed = options.plan.seed;
  const auto started = std::chrono::steady_clock::now();
  ProgressBar bar("making people", wants_progress(options.progress));
  WHORL_ASSIGN(const WrittenPeople written,
               write_template_people(options.out, people,
                                     [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); }));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(written.templates) / std::max(seconds, 1e-6));
  if (options.json) {
    print_json({{"persons", people.persons},
                {"encounters", written.encounters},
                {"templates", written.templates},
                {"templateBytes", written.native_bytes},
                {"templatesPerSecond", rate},
                {"file", options.out}});
    return 0;
  }
  print(std::to_string(written.templates) + " templates of " + std::to_string(people.persons) + " persons in " +
        options.out + ", " + std::to_string(rate) + " a second\n");
  return 0;
}

Result<int> run(const Options& options) {
  return options.templates == 0 ? write_images(options) : write_templates(options);
}

}  // namespace

void add_synth(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "synth", "Make synthetic fingerprints: images and their list, or templates at once",
                            "  whorl synth --out people --subjects 20 --fingers 2 --impressions 4 --seed 1\n"
                            "  whorl synth --templates 1000000 --out million.enc --seed 1",
                            *options);
  add_progress_option(*verb, *options);
  verb->add_option("--out", options->out, "Folder to write, made where it is not there; with --templates, the file")
      ->required();
  CLI::Option* subjects =
      verb->add_option("--subjects", options->plan.subjects, "Persons")->check(CLI::Range(1, 1'000'000));
  verb->add_option("--templates", options->templates,
                   "So many persons as templates, without images: a file of encounters for a gallery")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->excludes(subjects);
  verb->add_option("--fingers", options->plan.fingers_per_subject, "Fingers a person; 2 are the index fingers")
      ->check(CLI::Range(1, 10));
  verb->add_option("--impressions", options->plan.impressions,
                   "Captures a finger: 4, the first clean; with --templates 1, each an encounter")
      ->check(CLI::Range(1, 100))
      ->each([options](const std::string&) { options->impressions_given = true; });
  verb->add_option("--bend", options->plan.bend,
                   "Press each capture after the first with slip and torsion, the last so many times as hard as a "
                   "distorted print; 0: captures of every kind")
      ->check(CLI::Range(0.0, datasets::kMostBend))
      ->excludes("--templates");
  verb->add_option("--seed", options->plan.seed, "The same seed gives the same bytes");
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
