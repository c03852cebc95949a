#include "bench/training/flow_worth.h"

#include <iostream>

#include "bench/training/ablation.h"
#include "templates/fingerprint/compare/compare.h"
#include "templates/fingerprint/extract/flow_net.h"

namespace whorl::training {
namespace {

using evaluation::Trial;
using fingerprint::ExtractParameters;
using fingerprint::FlowNet;

struct Means {
  double eer = 0;
  double fnmr = 0;
  double sets = 0;
};

void print_trial(const Trial& trial, Means& means) {
  const ErrorRates rates = error_rates(trial);
  std::cout << cell_of(rates) << std::flush;
  means.eer += rates.eer;
  means.fnmr += rates.fnmr;
  means.sets += 1;
}

Result<SetEvidence> evidence_of(const CorpusSet& set, const ExtractParameters& extract) {
  return gather(prepare(set, extract, {}), {});
}

Result<std::vector<SetEvidence>> evidence_of(const std::vector<CorpusSet>& sets, const ExtractParameters& extract) {
  std::vector<SetEvidence> out;
  for (const CorpusSet& set : sets) {
    WHORL_ASSIGN(SetEvidence evidence, evidence_of(set, extract));
    out.push_back(std::move(evidence));
  }
  return out;
}

Status print_row(const std::vector<CorpusSet>& sets, const std::vector<CorpusSet>& tests, const std::string* nets) {
  Means means;
  std::vector<SetEvidence> evidence;
  std::shared_ptr<const FlowNet> net;
  for (std::size_t fold = 0; fold <= sets.size(); ++fold) {
    ExtractParameters extract;
    extract.flow_by_network = nets != nullptr;
    if (nets != nullptr) {
      WHORL_ASSIGN(net, read_flow_net(*nets, fold < sets.size() ? sets[fold].name : "all"));
      extract.flow_net = net.get();
    }
    if (nets != nullptr || fold == 0) {
      WHORL_ASSIGN(evidence, evidence_of(sets, extract));
    }
    const fingerprint::ScoreModels models = train_first(evidence, fold, all_features());
    if (fold < sets.size()) {
      print_trial(trial_of(evidence[fold], models, first_only({})), means);
      continue;
    }
    std::cout << cell_of({means.eer / means.sets, means.fnmr / means.sets}) << std::flush;
    for (const CorpusSet& test : tests) {
      WHORL_ASSIGN(const SetEvidence measured, evidence_of(test, extract));
      print_trial(trial_of(measured, models, first_only({})), means);
    }
  }
  std::cout << "\n";
  return {};
}

// Every sample of `a` with every later one of `b`, which holds the same samples.
Result<Trial> across(const Prints& a, const Prints& b) {
  std::vector<evaluation::Sample> samples = a.samples;
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i].extracted = a.prepared[i] && b.prepared[i];
  return evaluation::run_trial(a.name, samples, evaluation::Protocol::kAllPairs, [&](std::size_t i, std::size_t j) {
    return fingerprint::compare(*a.prepared[i], *b.prepared[j]).score;
  });
}

}  // namespace

Status print_versions(const std::vector<CorpusSet>& sets) {
  ExtractParameters before;
  before.flow_by_network = false;
  before.enlarge_below_period_px500 = 0;
  std::vector<Prints> earlier;
  std::vector<Prints> later;
  for (const CorpusSet& set : sets) {
    earlier.push_back(prepare(set, before, {}));
    later.push_back(prepare(set, {}, {}));
  }
  std::cout << heading_of("templates", names_of(sets));
  const auto row = [&](const char* name, const std::vector<Prints>& a, const std::vector<Prints>& b) -> Status {
    std::cout << "| " << name << " |";
    for (std::size_t i = 0; i < sets.size(); ++i) {
      WHORL_ASSIGN(const Trial trial, across(a[i], b[i]));
      std::cout << cell_of(error_rates(trial)) << std::flush;
    }
    std::cout << "\n";
    return {};
  };
  WHORL_TRY(row("of the extractor before", earlier, earlier));
  WHORL_TRY(row("of the extractor before with this one's", earlier, later));
  return row("of this one", later, later);
}

Status print_flow_worth(const std::vector<CorpusSet>& sets, const std::vector<CorpusSet>& tests,
                        const std::string& nets) {
  std::vector<std::string> columns = names_of(sets);
  columns.push_back("mean");
  for (const CorpusSet& test : tests) columns.push_back(test.name);
  std::cout << heading_of("flow", columns) << "| by gradients |";
  WHORL_TRY(print_row(sets, tests, nullptr));
  std::cout << "| by the network |";
  return print_row(sets, tests, &nets);
}

}  // namespace whorl::training
