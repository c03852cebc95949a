#include "engine/evaluation/trial.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/catalogue.h"
#include "base/parallel.h"

namespace whorl::evaluation {
namespace {

struct Labels {
  std::vector<std::string> fingers;
  std::vector<std::uint32_t> finger;  // of each sample
  std::vector<bool> first;            // whether the sample is its finger's first
};

Labels labels_of(const std::vector<Sample>& samples) {
  Labels out;
  std::unordered_map<std::string_view, std::uint32_t> known;
  for (const Sample& sample : samples) {
    const auto [at, is_new] = known.emplace(sample.finger, static_cast<std::uint32_t>(known.size()));
    if (is_new) out.fingers.push_back(sample.finger);
    out.finger.push_back(at->second);
    out.first.push_back(is_new);
  }
  return out;
}

Result<std::vector<Pair>> pairs_of(const Labels& labels, Protocol protocol) {
  std::vector<Pair> out;
  const auto n = static_cast<std::uint32_t>(labels.finger.size());
  for (std::uint32_t a = 0; a < n; ++a) {
    for (std::uint32_t b = a + 1; b < n; ++b) {
      const bool mated = labels.finger[a] == labels.finger[b];
      const bool wanted = mated || protocol == Protocol::kAllPairs || (labels.first[a] && labels.first[b]);
      if (!wanted) continue;
      if (out.size() == kMaxPairs) {
        return failure(ErrorCode::kTooManyPairs, with<"most">(kMaxPairs));
      }
      out.push_back({a, b, mated});
    }
  }
  return out;
}

// Sorts the values of the trial's pairs into mated and non-mated scores.
Status divide(Trial& out, Labels labels) {
  for (std::size_t i = 0; i < out.pairs.size(); ++i) {
    const Pair& pair = out.pairs[i];
    if (!std::isfinite(out.values[i])) return internal_error("a comparison gave a score that is not finite");
    (pair.mated ? out.mated : out.non_mated).push_back({out.values[i], labels.finger[pair.a], labels.finger[pair.b]});
  }
  out.fingers = std::move(labels.fingers);
  return {};
}

// The errors of a list that lacks a kind.
Status check_both_kinds(const Trial& trial) {
  if (trial.mated.empty()) return failure(ErrorCode::kListWithoutMated);
  if (trial.non_mated.empty()) return failure(ErrorCode::kListWithoutNonMated);
  return {};
}

bool are_there(const std::vector<Pair>& pairs, std::size_t samples) {
  return std::all_of(pairs.begin(), pairs.end(), [&](const Pair& p) { return p.a < samples && p.b < samples; });
}

// Scores of `pairs`, with the trial's other fields.
Result<Trial> compare_all(std::string name, const std::vector<Sample>& samples, Labels labels, Protocol protocol,
                          std::vector<Pair> pairs, const ScoreFunction& score, const ProgressCallback& progress,
                          double failure) {
  Trial out;
  out.name = std::move(name);
  out.protocol = protocol;
  out.samples = samples.size();
  out.failures = static_cast<std::uint64_t>(
      std::count_if(samples.begin(), samples.end(), [](const Sample& s) { return !s.extracted; }));
  out.pairs = std::move(pairs);
  out.values.resize(out.pairs.size());
  const auto compare_one = [&](std::size_t i) {
    const Pair& pair = out.pairs[i];
    const bool both = samples[pair.a].extracted && samples[pair.b].extracted;
    out.values[i] = both ? score(pair.a, pair.b) : failure;
  };
  parallel_each(out.pairs.size(), compare_one, progress);
  WHORL_TRY(divide(out, std::move(labels)));
  return out;
}

}  // namespace

std::string_view name_of(Protocol protocol) {
  if (protocol == Protocol::kListed) return "listed pairs";
  return protocol == Protocol::kFvc ? "fvc" : "all-pairs";
}

std::optional<Protocol> protocol_named(std::string_view name) {
  for (const Protocol p : {Protocol::kAllPairs, Protocol::kFvc}) {
    if (name == name_of(p)) return p;
  }
  return std::nullopt;
}

Result<std::vector<Pair>> pairs_of(const std::vector<Sample>& samples, Protocol protocol) {
  return pairs_of(labels_of(samples), protocol);
}

Result<Trial> run_trial(std::string name, const std::vector<Sample>& samples, Protocol protocol,
                        const ScoreFunction& score, const ProgressCallback& progress, double failure) {
  Labels labels = labels_of(samples);
  WHORL_ASSIGN(std::vector<Pair> pairs, pairs_of(labels, protocol));
  auto out =
      compare_all(std::move(name), samples, std::move(labels), protocol, std::move(pairs), score, progress, failure);
  if (!out.ok()) return out;
  if (out->mated.empty()) return whorl::failure(ErrorCode::kNoMatedPair);
  if (out->non_mated.empty()) return whorl::failure(ErrorCode::kNoNonMatedPair);
  return out;
}

Result<Trial> run_listed(std::string name, const std::vector<Sample>& samples, std::vector<Pair> pairs,
                         const ScoreFunction& score, const ProgressCallback& progress, double failure) {
  if (!are_there(pairs, samples.size())) return invalid_input("a pair of samples that are not there");
  auto out = compare_all(std::move(name), samples, labels_of(samples), Protocol::kListed, std::move(pairs), score,
                         progress, failure);
  if (!out.ok()) return out;
  WHORL_TRY(check_both_kinds(*out));
  return out;
}

Result<Trial> listed_trial(std::string name, const std::vector<Sample>& samples, std::vector<Pair> pairs,
                           const std::vector<double>& values) {
  if (!are_there(pairs, samples.size())) return invalid_input("a pair of samples that are not there");
  if (values.size() != pairs.size()) return invalid_input("every pair needs its score");
  Trial out;
  out.name = std::move(name);
  out.protocol = Protocol::kListed;
  out.samples = samples.size();
  out.pairs = std::move(pairs);
  out.values = values;
  WHORL_TRY(divide(out, labels_of(samples)));
  WHORL_TRY(check_both_kinds(out));
  return out;
}

std::vector<double> values_of(const std::vector<Score>& scores) {
  std::vector<double> out;
  out.reserve(scores.size());
  for (const Score& s : scores) out.push_back(s.value);
  return out;
}

Trial pooled(const std::vector<Trial>& trials, std::string name) {
  Trial out;
  out.name = std::move(name);
  for (const Trial& trial : trials) {
    out.protocol = trial.protocol;
    const auto offset = static_cast<std::uint32_t>(out.fingers.size());
    const auto append = [offset](std::vector<Score>& to, const std::vector<Score>& from) {
      for (const Score& s : from) to.push_back({s.value, s.finger_a + offset, s.finger_b + offset});
    };
    append(out.mated, trial.mated);
    append(out.non_mated, trial.non_mated);
    for (const std::string& finger : trial.fingers) out.fingers.push_back(trial.name + "/" + finger);
    out.samples += trial.samples;
    out.failures += trial.failures;
  }
  return out;
}

}  // namespace whorl::evaluation
