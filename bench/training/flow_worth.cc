#include "bench/training/flow_worth.h"

#include <iostream>

#include "base/files.h"
#include "bench/training/ablation.h"
#include "templates/fingerprint/extract/flow_net.h"

namespace whorl::training {
namespace {

using evaluation::Trial;
using fingerprint::ExtractParameters;
using fingerprint::FlowNet;

constexpr std::size_t kMostNetBytes = 16 << 20;

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

Result<FlowNet> read_net(const std::string& folder, const std::string& name) {
  WHORL_ASSIGN(const Bytes bytes, read_file(folder + "/flow_net_" + name + ".bin", kMostNetBytes));
  return FlowNet(bytes);
}

Status print_row(const std::vector<CorpusSet>& sets, const std::vector<CorpusSet>& tests, const std::string* nets) {
  Means means;
  std::vector<SetEvidence> evidence;
  std::optional<FlowNet> net;
  for (std::size_t fold = 0; fold <= sets.size(); ++fold) {
    ExtractParameters extract;
    extract.flow_by_network = nets != nullptr;
    if (nets != nullptr) {
      WHORL_ASSIGN(net, read_net(*nets, fold < sets.size() ? sets[fold].name : "all"));
      extract.flow_net = &*net;
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

}  // namespace

Status print_flow_worth(const std::vector<CorpusSet>& sets, const std::vector<CorpusSet>& tests,
                        const std::string& nets) {
  std::string heading = "| flow |";
  std::string rule = "|---|";
  for (const CorpusSet& set : sets) heading += " " + set.name + " |", rule += "---|";
  heading += " mean |", rule += "---|";
  for (const CorpusSet& test : tests) heading += " " + test.name + " |", rule += "---|";
  std::cout << heading << "\n" << rule << "\n| by gradients |";
  WHORL_TRY(print_row(sets, tests, nullptr));
  std::cout << "| by the network |";
  return print_row(sets, tests, &nets);
}

}  // namespace whorl::training
