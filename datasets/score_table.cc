#include "datasets/score_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <system_error>

#include "base/catalogue.h"
#include "datasets/score_lines.h"
#include "engine/evaluation/polarity.h"

namespace whorl::datasets {
namespace {

using evaluation::Pair;
using evaluation::Sample;

// One set's samples, in the order of their coming, and its pairs.
struct OneSet {
  std::map<std::uint32_t, std::uint32_t> place;  // of a sample of the file
  std::vector<Sample> samples;
  std::vector<Pair> pairs;
  std::vector<double> values;

  std::uint32_t sample(std::uint32_t of_file, const std::string& name) {
    const auto [at, is_new] = place.emplace(of_file, static_cast<std::uint32_t>(samples.size()));
    if (is_new) samples.push_back({name, {}});
    return at->second;
  }
};

Status read_whorl(const std::filesystem::path& file, Trials& out) {
  WHORL_ASSIGN(const ScoreLines read, read_score_lines(file));
  std::vector<OneSet> sets(read.sets.size());
  for (const ScoreLine& line : read.lines) {
    OneSet& set = sets[line.set];
    const std::uint32_t a = set.sample(line.low, read.samples[line.low]);
    const std::uint32_t b = set.sample(line.high, read.samples[line.high]);
    set.pairs.push_back({a, b, line.mated});
    set.values.push_back(line.score);
  }
  for (std::size_t s = 0; s < sets.size(); ++s) {
    Joined fingers(sets[s].samples.size());
    for (const Pair& pair : sets[s].pairs) {
      if (pair.mated) fingers.join(pair.a, pair.b);
    }
    for (std::uint32_t i = 0; i < sets[s].samples.size(); ++i) {
      sets[s].samples[i].finger = std::to_string(fingers.root(i));
    }
    WHORL_TRY(
        add_listed(file, read.sets[s], std::move(sets[s].samples), std::move(sets[s].pairs), sets[s].values, out));
  }
  return out.trials.empty() ? Status(failure(ErrorCode::kListsNoPair, file.string())) : Status();
}

}  // namespace

std::optional<double> finite_number(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string> Names::list() const {
  std::vector<std::string> out(known_.size());
  for (const auto& [name, at] : known_) out[at] = name;
  return out;
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r";
  std::vector<std::string_view> out;
  for (std::size_t at = line.find_first_not_of(kBlank); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.size(), line.find_first_of(kBlank, at));
    out.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlank, end);
  }
  return out;
}

Status add_listed(const std::filesystem::path& file, std::string name, std::vector<Sample> samples,
                  std::vector<Pair> pairs, const std::vector<double>& values, Trials& out) {
  auto trial = evaluation::listed_trial(std::move(name), samples, std::move(pairs), values);
  if (!trial.ok()) return trial.error().within(file.string());
  if (evaluation::look_like_distances(evaluation::values_of(trial->mated), evaluation::values_of(trial->non_mated))) {
    return failure(ErrorCode::kDistances, file.string());
  }
  out.compared += trial->pairs.size();
  out.trials.push_back(std::move(trial).value());
  out.files.emplace_back(samples.size());
  out.samples.push_back(std::move(samples));
  return {};
}

std::optional<ScoreFormat> score_format_named(std::string_view name) {
  if (name == "whorl") return ScoreFormat::kWhorl;
  if (name == "bob") return ScoreFormat::kBob;
  if (name == "pyeer") return ScoreFormat::kPyeer;
  if (name == "openbr") return ScoreFormat::kOpenbr;
  return std::nullopt;
}

Result<Trials> read_score_table(const std::filesystem::path& scores, ScoreFormat format,
                                const std::filesystem::path& more) {
  Trials out;
  switch (format) {
    case ScoreFormat::kWhorl: WHORL_TRY(read_whorl(scores, out)); break;
    case ScoreFormat::kBob: WHORL_TRY(read_bob(scores, out)); break;
    case ScoreFormat::kPyeer: WHORL_TRY(read_pyeer(scores, more, out)); break;
    case ScoreFormat::kOpenbr: WHORL_TRY(read_openbr(scores, more, out)); break;
  }
  return out;
}

Result<std::vector<std::vector<double>>> scores_of_pairs(const Trials& trials, const std::filesystem::path& file) {
  WHORL_ASSIGN(const ScoreLines read, read_score_lines(file));
  Names names;
  for (const std::string& name : read.samples) names.number(name);
  std::map<std::string, std::map<std::pair<std::uint32_t, std::uint32_t>, double>> known;
  for (const ScoreLine& line : read.lines) known[read.sets[line.set]][{line.low, line.high}] = line.score;
  std::vector<std::vector<double>> out;
  for (std::size_t t = 0; t < trials.trials.size(); ++t) {
    const evaluation::Trial& trial = trials.trials[t];
    const auto& of_set = known[trial.name];
    std::vector<double> values;
    for (const Pair& pair : trial.pairs) {
      const auto [low, high] =
          std::minmax({names.number(trials.samples[t][pair.a].name), names.number(trials.samples[t][pair.b].name)});
      const auto at = of_set.find({low, high});
      values.push_back(at == of_set.end() ? std::numeric_limits<double>::quiet_NaN() : at->second);
    }
    out.push_back(std::move(values));
  }
  return out;
}

}  // namespace whorl::datasets
