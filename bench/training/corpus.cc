#include "bench/training/corpus.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "base/files.h"
#include "base/parallel.h"
#include "bench/training/cut_down.h"
#include "bench/training/damage.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "datasets/synthetic.h"
#include "templates/fingerprint/compare/ridge_match.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/fingerprint/extract/flow_net.h"

namespace whorl::training {

using fingerprint::PreparedTemplate;

Result<std::vector<CorpusSet>> load_corpora(const std::vector<std::string>& manifests,
                                            const std::vector<std::string>& sets) {
  std::vector<CorpusSet> out;
  for (const std::string& name : sets) out.push_back({name, {}, {}, nullptr});
  for (const std::string& manifest : manifests) {
    WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(manifest));
    for (const datasets::DatasetSample& sample : listed.samples) {
      const auto into = std::find_if(out.begin(), out.end(), [&](const CorpusSet& s) { return s.name == sample.set; });
      if (into == out.end()) continue;
      WHORL_ASSIGN(image::GreyImage image, datasets::load_image(sample.path, sample.ppi));
      into->samples.push_back({sample.path.filename().string(), sample.finger, true});
      into->images.push_back(std::move(image));
    }
  }
  for (const CorpusSet& set : out) {
    if (set.samples.empty()) return not_found("no manifest lists the set " + set.name, "--set");
  }
  return out;
}

namespace {

constexpr std::size_t kMostNetBytes = 16 << 20;
constexpr std::uint64_t kDamageSeed = 20040;
constexpr std::size_t kNonMatedStep = 4;  // of non-mated pairs with a damaged print one in so many is taken

std::string net_path(const std::string& folder, const std::string& name) {
  return folder + "/flow_net_" + name + ".bin";
}

fingerprint::FingerprintTemplate kept_of(const fingerprint::FingerprintTemplate& print, Content content,
                                         std::size_t number) {
  return content == Content::kWhole ? print : cut_down(print, number);
}

PairEvidence evidence_where_read(const std::optional<PreparedTemplate>& first,
                                 const std::optional<PreparedTemplate>& second,
                                 const fingerprint::CompareParameters& compare) {
  return first && second ? evidence_of(*first, *second, compare) : PairEvidence{};
}

}  // namespace

Result<std::shared_ptr<const fingerprint::FlowNet>> read_flow_net(const std::string& folder, const std::string& name) {
  WHORL_ASSIGN(const Bytes bytes, read_file(net_path(folder, name), kMostNetBytes));
  return std::make_shared<const fingerprint::FlowNet>(bytes);
}

Status give_left_out_nets(std::vector<CorpusSet>& sets, const std::string& folder) {
  for (CorpusSet& set : sets) {
    if (!std::filesystem::exists(net_path(folder, set.name))) continue;
    WHORL_ASSIGN(set.flow_net, read_flow_net(folder, set.name));
  }
  return {};
}

Prints prepare(const CorpusSet& set, const fingerprint::ExtractParameters& extract,
               const fingerprint::CompareParameters& compare, Content content) {
  Prints out{set.name, set.samples, {}};
  fingerprint::ExtractParameters parameters = extract;
  if (parameters.flow_net == nullptr) parameters.flow_net = set.flow_net.get();
  out.prepared.resize(set.images.size());
  parallel_each(set.images.size(),
                [&](std::size_t i) {
                  const auto got = fingerprint::extract(set.images[i], parameters);
                  out.samples[i].extracted = got.ok();
                  if (got.ok()) out.prepared[i].emplace(kept_of(*got, content, i), compare);
                },
                {});
  return out;
}

Result<Prints> prepare_set(const std::string& manifest, const std::string& set, Content content,
                           const ProgressCallback& progress) {
  WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(manifest, set));
  std::vector<datasets::SampleFile> files;
  Prints out{set, {}, {}};
  for (const datasets::DatasetSample& sample : listed.samples) {
    files.push_back({sample.path, sample.ppi});
    out.samples.push_back({sample.path.filename().string(), sample.finger, true});
  }
  WHORL_ASSIGN(auto templates, datasets::extract_all(files, progress));
  out.prepared.resize(templates.size());
  for (std::size_t i = 0; i < templates.size(); ++i) {
    out.samples[i].extracted = templates[i].has_value();
    if (templates[i]) out.prepared[i].emplace(kept_of(*templates[i], content, i));
    templates[i].reset();
  }
  return out;
}

std::vector<std::string> names_of(const std::vector<CorpusSet>& sets) {
  std::vector<std::string> out;
  for (const CorpusSet& set : sets) out.push_back(set.name);
  return out;
}

PairEvidence evidence_of(const PreparedTemplate& first, const PreparedTemplate& second,
                         const fingerprint::CompareParameters& compare) {
  const auto [a, b, swapped] = fingerprint::spread_pair(first, second);
  std::optional<fingerprint::Evidence> got = fingerprint::gather_evidence(a, b, compare);
  if (!got) return {};
  const bool ridges = fingerprint::add_ridge_evidence(a, b, *got);
  return {true, ridges, got->features};
}

bool is_synthetic(const std::string& set) { return set.starts_with("synthetic"); }
bool is_bent(const std::string& set) { return set.starts_with("synthetic_bent"); }

Result<SetEvidence> gather(const Prints& set, const fingerprint::CompareParameters& compare) {
  SetEvidence out{set.name, set.samples, {}, {}, is_bent(set.name) ? kBentWeight : 1, {}};
  const auto& prepared = set.prepared;
  WHORL_ASSIGN(out.pairs, evaluation::pairs_of(out.samples, evaluation::Protocol::kAllPairs));
  out.evidence.resize(out.pairs.size());
  parallel_each(out.pairs.size(),
                [&](std::size_t i) {
                  out.evidence[i] = evidence_where_read(prepared[out.pairs[i].a], prepared[out.pairs[i].b], compare);
                },
                {});
  return out;
}

std::vector<LabelledEvidence> gather_damaged(const CorpusSet& set, const Prints& prints,
                                             const fingerprint::ExtractParameters& extract,
                                             const fingerprint::CompareParameters& compare, Content content) {
  std::uint64_t seed = kDamageSeed;  // of this set alone
  for (const char letter : set.name) seed = datasets::derive_seed(seed, static_cast<unsigned char>(letter));
  CorpusSet worse = set;
  parallel_each(worse.images.size(),
                [&](std::size_t i) { worse.images[i] = damaged(set.images[i], datasets::derive_seed(seed, i)); }, {});
  const Prints damaged_prints = prepare(worse, extract, compare, content);
  std::vector<evaluation::Pair> pairs;
  const std::size_t n = prints.samples.size();
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      const bool mated = prints.samples[a].finger == prints.samples[b].finger;
      const bool taken = mated ? a != b : (a + b) % kNonMatedStep == 0;
      if (taken) pairs.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), mated});
    }
  }
  std::vector<LabelledEvidence> out(pairs.size());
  parallel_each(pairs.size(),
                [&](std::size_t i) {
                  const auto& [a, b, mated] = pairs[i];
                  out[i] = {evidence_where_read(prints.prepared[a], damaged_prints.prepared[b], compare), mated};
                },
                {});
  return out;
}

double score_of(const PairEvidence& pair, const fingerprint::ScoreModels& models,
                const fingerprint::CompareParameters& compare) {
  if (!pair.aligned) return 0;
  return fingerprint::raw_score(log_odds_of(pair.features, pair.has_ridges, models, compare));
}

float log_odds_of(const fingerprint::Features& features, bool has_ridges, const fingerprint::ScoreModels& models,
                  const fingerprint::CompareParameters& compare) {
  const float by_minutiae = models.minutiae.log_odds(features);
  return has_ridges && fingerprint::asks_ridges(by_minutiae, compare)
             ? models.with_ridges(features, compare)
             : models.without_ridges(by_minutiae, features, compare);
}

evaluation::Trial trial_of(const SetEvidence& set, const fingerprint::ScoreModels& models,
                           const fingerprint::CompareParameters& compare) {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> index;
  for (std::size_t i = 0; i < set.pairs.size(); ++i) index[{set.pairs[i].a, set.pairs[i].b}] = i;
  const auto score = [&](std::size_t a, std::size_t b) {
    return score_of(set.evidence[index.at({a, b})], models, compare);
  };
  auto trial = evaluation::run_trial(set.name, set.samples, evaluation::Protocol::kAllPairs, score);
  // The pairs were already enumerated once by gather(), which fails where this would.
  return std::move(trial).value();
}

}  // namespace whorl::training
