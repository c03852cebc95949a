#include "datasets/trials.h"

#include <chrono>

#include "base/catalogue.h"
#include "base/progress_bar.h"
#include "templates/fingerprint/compare/compare.h"

namespace whorl::datasets {
namespace {

using fingerprint::PreparedTemplate;

using Templates = std::vector<std::optional<fingerprint::FingerprintTemplate>>;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Status run_one(const DataSet& set, evaluation::Protocol protocol, bool progress, Trials& out) {
  const auto start = std::chrono::steady_clock::now();
  Templates templates;
  {
    ProgressBar bar(set.name + "  extracting", progress);
    WHORL_ASSIGN(templates, set.extract(bar.callback(), out.notices));
  }
  std::vector<std::optional<PreparedTemplate>> prepared;
  std::vector<evaluation::Sample> samples;
  std::vector<SampleFile> files;
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

Result<Trials> run_trials(const DataOptions& options, bool progress) {
  const auto protocol = evaluation::protocol_named(options.protocol);
  if (!protocol) return failure(ErrorCode::kProtocolUnknown, "--protocol", with<"protocol">(options.protocol));
  WHORL_ASSIGN(const std::vector<DataSet> sets, data_sets(options));
  Trials out;
  for (const DataSet& set : sets) WHORL_TRY(run_one(set, *protocol, progress, out));
  return out;
}

}  // namespace whorl::datasets
