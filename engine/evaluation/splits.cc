#include "engine/evaluation/splits.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "engine/evaluation/persons.h"

namespace whorl::evaluation {
namespace {

constexpr double kAlpha = 0.05;

struct Counts {
  std::uint64_t mated = 0, misses = 0, non_mated = 0, false_matches = 0;

  void add(bool is_mated, bool accepted) {
    ++(is_mated ? mated : non_mated);
    if (is_mated && !accepted) ++misses;
    if (!is_mated && accepted) ++false_matches;
  }
};

using Parts = std::map<std::string, Counts>;
// The part a pair belongs to; null where it belongs to none.
using PartOf = std::function<const std::string*(const Pair&)>;

OperatingPoint threshold_of(const Trial& trial) {
  const OperatingPoint strict = operating_point(trial, 0.001);
  return strict.supported ? strict : operating_point(trial, 0.01);
}

Split split_of(std::string set, std::string by, const OperatingPoint& at, const Parts& parts) {
  Counts all;
  for (const auto& [name, c] : parts) {
    all.mated += c.mated;
    all.misses += c.misses;
    all.non_mated += c.non_mated;
    all.false_matches += c.false_matches;
  }
  Split out{std::move(set), std::move(by), at, {}};
  for (const auto& [name, c] : parts) {
    SplitPart part{name, rate_of(c.misses, c.mated), rate_of(c.false_matches, c.non_mated)};
    part.p_fnmr = fisher_p(c.misses, c.mated, all.misses - c.misses, all.mated - c.mated);
    part.p_fmr =
        fisher_p(c.false_matches, c.non_mated, all.false_matches - c.false_matches, all.non_mated - c.non_mated);
    out.parts.push_back(std::move(part));
  }
  return out;
}

void add_split(const Trial& trial, std::string by, const PartOf& part_of, SplitStudy& out) {
  const OperatingPoint at = threshold_of(trial);
  Parts parts;
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    const std::string* part = part_of(trial.pairs[i]);
    if (part != nullptr) parts[*part].add(trial.pairs[i].mated, trial.values[i] >= at.threshold);
  }
  if (parts.size() > 1) out.splits.push_back(split_of(trial.name, std::move(by), at, parts));
}

// Pairs whose two samples share the value.
PartOf shared(const std::vector<std::string>& values) {
  return [&values](const Pair& p) { return values[p.a] == values[p.b] ? &values[p.a] : nullptr; };
}

void add_positions(const Trial& trial, const std::vector<Sample>& samples, SplitStudy& out) {
  std::vector<std::string> positions;
  for (const Sample& s : samples) {
    positions.push_back(position_of(s));
    if (positions.back() == s.finger) return;  // nothing says which finger it is
  }
  add_split(trial, "finger position", shared(positions), out);
}

void add_qualities(const Trial& trial, const std::vector<Sample>& samples, SplitStudy& out) {
  static const std::string kQuarters[] = {"0 to 24", "25 to 49", "50 to 74", "75 to 100"};
  const auto none = [](const Sample& s) { return !s.quality.has_value(); };
  if (std::all_of(samples.begin(), samples.end(), none)) return;
  const auto quality = [&](std::uint32_t i) { return samples[i].extracted ? samples[i].quality.value_or(0) : 0.0; };
  add_split(
      trial, "quality",
      [&](const Pair& p) {
        const double worse = std::clamp(std::min(quality(p.a), quality(p.b)), 0.0, 99.0);
        return &kQuarters[static_cast<std::size_t>(worse / 25)];
      },
      out);
}

void add_sensors(const std::vector<Trial>& trials, SplitStudy& out) {
  if (trials.size() < 2) return;
  const Trial all = pooled(trials, "all sets");
  const OperatingPoint at = threshold_of(all);
  Parts parts;
  for (const Trial& trial : trials) {
    Counts& c = parts[trial.name];
    for (const Score& s : trial.mated) c.add(true, s.value >= at.threshold);
    for (const Score& s : trial.non_mated) c.add(false, s.value >= at.threshold);
  }
  out.splits.push_back(split_of(all.name, "sensor (set)", at, parts));
}

void mark_differences(SplitStudy& study) {
  for (const Split& split : study.splits) study.tests += 2 * split.parts.size();
  for (Split& split : study.splits) {
    for (SplitPart& part : split.parts) {
      part.differs_fnmr = part.p_fnmr * static_cast<double>(study.tests) < kAlpha;
      part.differs_fmr = part.p_fmr * static_cast<double>(study.tests) < kAlpha;
    }
  }
}

double log_choose(std::uint64_t n, std::uint64_t k) {
  const auto lg = [](std::uint64_t v) { return std::lgamma(static_cast<double>(v) + 1); };
  return lg(n) - lg(k) - lg(n - k);
}

}  // namespace

double fisher_p(std::uint64_t a, std::uint64_t n, std::uint64_t b, std::uint64_t m) {
  const std::uint64_t errors = a + b;
  if (n == 0 || m == 0 || errors == 0 || errors == n + m) return 1;
  const std::uint64_t least = errors > m ? errors - m : 0;
  const std::uint64_t most = std::min(errors, n);
  const double all = log_choose(n + m, errors);
  const auto chance = [&](std::uint64_t k) { return log_choose(n, k) + log_choose(m, errors - k) - all; };
  const double seen = chance(a) + 1e-7;
  double out = 0;
  for (std::uint64_t k = least; k <= most; ++k) {
    if (const double p = chance(k); p <= seen) out += std::exp(p);
  }
  return std::min(1.0, out);
}

Result<SplitStudy> splits_of(const std::vector<Trial>& trials, const std::vector<std::vector<Sample>>& samples,
                             const std::vector<std::vector<SampleColumn>>& columns) {
  SplitStudy out;
  add_sensors(trials, out);
  for (std::size_t t = 0; t < trials.size(); ++t) {
    add_positions(trials[t], samples[t], out);
    add_qualities(trials[t], samples[t], out);
    if (t >= columns.size()) continue;
    for (const SampleColumn& column : columns[t]) {
      if (column.values.size() != samples[t].size()) return invalid_input("every sample needs its value", column.name);
      add_split(trials[t], column.name, shared(column.values), out);
    }
  }
  mark_differences(out);
  return out;
}

}  // namespace whorl::evaluation
