#include "cli/data_options.h"

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/progress_bar.h"
#include "cli/data_sets.h"
#include "datasets/sample_files.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::cli {
namespace {

using fingerprint::PreparedTemplate;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

using Templates = std::vector<std::optional<fingerprint::FingerprintTemplate>>;

Status run_one(const DataSet& set, evaluation::Protocol protocol, bool progress, Trials& out) {
  const auto start = std::chrono::steady_clock::now();
  Templates templates;
  {
    ProgressBar bar(set.name + "  extracting", progress);
    WHORL_ASSIGN(templates, set.extract(bar.callback()));
  }
  std::vector<std::optional<PreparedTemplate>> prepared;
  std::vector<evaluation::Sample> samples;
  std::vector<datasets::SampleFile> files;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    evaluation::Sample sample{set.samples[i].name, set.samples[i].finger, templates[i].has_value(),
                              set.samples[i].subject};
    if (templates[i]) sample.quality = templates[i]->quality;
    samples.push_back(std::move(sample));
    files.push_back(set.samples[i].file);
    prepared.push_back(templates[i] ? std::optional<PreparedTemplate>(*templates[i]) : std::nullopt);
  }
  out.extract_s += seconds_since(start);
  out.extracted += templates.size();
  const auto start_comparing = std::chrono::steady_clock::now();
  const auto score = [&](std::size_t a, std::size_t b) {
    return fingerprint::compare(*prepared[a], *prepared[b]).score;
  };
  ProgressBar bar(set.name + "  comparing ", progress);
  auto trial = evaluation::run_trial(set.name, samples, protocol, score, bar.callback());
  if (!trial.ok()) return trial.error().within(set.name);
  out.compare_s += seconds_since(start_comparing);
  out.compared += trial->pairs.size();
  out.trials.push_back(std::move(trial).value());
  out.samples.push_back(std::move(samples));
  out.files.push_back(std::move(files));
  return {};
}

}  // namespace

void add_data_options(CLI::App& verb, DataOptions& options) {
  verb.add_option("--manifest", options.manifest, "CSV file that lists the images of one or more sets");
  verb.add_option("--set", options.sets, "Sets of the manifest to use; all when absent");
  verb.add_option("--fvc", options.fvc, "Folder of images named FINGER_IMPRESSION.*, as the FVC contests had them");
  verb.add_option("--synthetic", options.synthetic, "Make this many synthetic fingers of 8 impressions")
      ->check(CLI::Range(0, 100000));
  verb.add_option("--seed", options.seed, "Seed of the synthetic fingers and of the bootstrap");
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  verb.add_option("--protocol", options.protocol,
                  "all-pairs: every impostor pair; fvc: first impressions only for impostors")
      ->check(CLI::IsMember({"all-pairs", "fvc"}));
}

Result<Trials> run_trials(const DataOptions& options, bool progress) {
  WHORL_ASSIGN(const std::vector<DataSet> sets, data_sets(options));
  const evaluation::Protocol protocol = *evaluation::protocol_named(options.protocol);
  Trials out;
  for (const DataSet& set : sets) WHORL_TRY(run_one(set, protocol, progress, out));
  return out;
}

}  // namespace whorl::cli
