#include "cli/measuring_bounds.h"

#include <algorithm>
#include <string>

namespace whorl::cli {
namespace {

Error too_many(const std::string& what, std::uint64_t have, std::uint64_t most) {
  return invalid_input(what + ": " + std::to_string(have) + ", at most " + std::to_string(most) + " are measured here",
                       "scores");
}

std::size_t count_of(const Bytes& bytes, char sign) {
  return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), static_cast<std::uint8_t>(sign)));
}

// What `whorl evaluate` writes of the pairs of a set into its scores.csv.
std::uint64_t table_bytes(const evaluation::Trial& trial, const std::vector<evaluation::Sample>& samples) {
  constexpr std::uint64_t kOfNumbers = 32;
  std::uint64_t out = 0;
  for (const evaluation::Pair& pair : trial.pairs) {
    out += trial.name.size() + samples[pair.a].name.size() + samples[pair.b].name.size() + kOfNumbers;
  }
  return out;
}

}  // namespace

bool is_matrix(const engine::ScoresToMeasure& scores) {
  return scores.format == "openbr" && scores.scores.size() > 2 && scores.scores[1] == '2';
}

Status check_lines(const engine::ScoresToMeasure& scores, const MeasuringLimits& limits) {
  constexpr std::size_t kBytesOfCell = 4;
  std::size_t have = count_of(scores.scores, '\n');
  if (scores.format == "pyeer") have += count_of(scores.more, '\n');
  if (scores.format == "openbr") {
    have = is_matrix(scores) ? scores.scores.size() / kBytesOfCell : count_of(scores.scores, ',');
  }
  const std::size_t most = limits.most_pairs + 1;  // a heading
  return have > most ? Status(too_many("lines or cells of scores", have, limits.most_pairs)) : Status();
}

Status check_counts(const datasets::Trials& trials, const MeasuringLimits& limits, int draws) {
  std::uint64_t pairs = 0;
  std::uint64_t samples = 0;
  std::uint64_t drawn = 0;
  std::uint64_t bytes = 0;
  for (std::size_t t = 0; t < trials.trials.size(); ++t) {
    pairs += trials.trials[t].pairs.size();
    samples += trials.samples[t].size();
    drawn += trials.trials[t].fingers.size() * static_cast<std::uint64_t>(draws);
    bytes += table_bytes(trials.trials[t], trials.samples[t]);
  }
  if (trials.trials.size() > limits.most_sets) return too_many("sets", trials.trials.size(), limits.most_sets);
  if (pairs > limits.most_pairs) return too_many("pairs", pairs, limits.most_pairs);
  if (samples > limits.most_samples) return too_many("samples", samples, limits.most_samples);
  if (drawn > limits.most_drawn) {
    return too_many("fingers times " + std::to_string(draws) + " draws", drawn, limits.most_drawn);
  }
  if (bytes > limits.most_table_bytes) {
    return too_many("bytes of the table that names each pair", bytes, limits.most_table_bytes);
  }
  return {};
}

}  // namespace whorl::cli
