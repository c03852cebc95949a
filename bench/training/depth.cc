#include "bench/training/depth.h"

#include <algorithm>
#include <cstdio>

#include "base/parallel.h"
#include "base/text.h"

namespace whorl::training {
namespace {

using engine::Calibration;
using fingerprint::CompareParameters;
using fingerprint::ScoreModels;

// The models that never saw a group; those of all sets where it is none of them.
const ScoreModels& without(const Models& models, int group) {
  const auto at = static_cast<std::size_t>(group);
  return group >= 0 && at < models.without.size() ? models.without[at] : models.all;
}

// Taken off every population, for sensors differ. With it strangers of the six, each left out, and of two more sensors
// that train nothing reach 20 dB between 1.2 dB more often than promised and 8.6 dB less often, 25 dB 2.7 dB more at
// most.
constexpr double kSensorMargin_db = 2;
// Where synthetic people's curve is laid on that of real ones: of a few thousand pairs of each of six sensors there are
// enough above it, and claims that matter begin here.
constexpr double kLevel_db = 20;

Calibration::NonMated named(std::string name, const ScoreCounts& counts) {
  Calibration::NonMated out{std::move(name), {}};
  for (const auto& [score, count] : counts.items()) out.scores.push_back({score, count});
  return out;
}

// By how many decibels more synthetic people's curve would claim at the score where real ones' claims kLevel_db. Below
// 0, since synthetic strangers are more alike.
Result<double> synthetic_level(const Calibration::NonMated& real, const Calibration::NonMated& synthetic) {
  WHORL_ASSIGN(const Calibration of_real, Calibration::fit({real}, {}, real.name));
  WHORL_ASSIGN(const Calibration of_synthetic, Calibration::fit({synthetic}, {}, synthetic.name));
  return of_synthetic.db(of_real.score_at(kLevel_db)) - kLevel_db;
}

// The synthetic people's own curve under `models`.
Calibration synthetic_curve(const NonMated& non_mated, const ScoreModels& models, const CompareParameters& compare) {
  ScoreCounts counts;
  for (const MinedPairs& pairs : non_mated.counted) {
    if (pairs.group_a != kSyntheticNonMated || pairs.group_b != kSyntheticNonMated) continue;
    add_scores(pairs, {{}, models}, compare, counts);
  }
  // Millions of finite scores: fit has nothing to refuse.
  return std::move(Calibration::fit({named("synthetic", counts)}, {}, "synthetic")).value();
}

std::vector<double> mated_scores(const SetEvidence& set, const ScoreModels& models, const CompareParameters& compare) {
  std::vector<double> out;
  for (std::size_t i = 0; i < set.pairs.size(); ++i) {
    if (set.pairs[i].mated) out.push_back(score_of(set.evidence[i], models, compare));
  }
  return out;
}

double share_below(const std::vector<double>& scores, double threshold) {
  const auto below = std::count_if(scores.begin(), scores.end(), [&](double s) { return s < threshold; });
  return static_cast<double>(below) / static_cast<double>(std::max<std::size_t>(1, scores.size()));
}

std::string per_cent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, " %.2f |", 100 * share);
  return text;
}

constexpr int kLeast_db = 40;
constexpr int kMost_db = 90;

std::string heading(const std::string& first, int least_db = kLeast_db, int most_db = kMost_db) {
  std::string out = "| " + first + " |";
  std::string rule = "|---|";
  for (int db = least_db; db <= most_db; db += 10) {
    out += " " + std::to_string(db) + " dB |";
    rule += "---|";
  }
  return out + "\n" + rule + "\n";
}

// One row of the depth table for mated scores and the curve to read thresholds from; each fold has both.
std::string depth_row(const std::string& name, const std::vector<std::vector<double>>& mated,
                      const std::vector<Calibration>& curves) {
  std::string out = "| " + name + " |";
  for (int db = kLeast_db; db <= kMost_db; db += 10) {
    double mean = 0;
    for (std::size_t i = 0; i < mated.size(); ++i) {
      mean += share_below(mated[i], curves[i].score_at(db)) / static_cast<double>(mated.size());
    }
    out += per_cent(mean);
  }
  return out + "\n";
}

std::string depth_rows(const std::string& suffix, const std::vector<SetEvidence>& sets,
                       const std::vector<SetEvidence>& tests, const NonMated& non_mated, const Models& models,
                       const CompareParameters& compare) {
  std::vector<std::size_t> real;
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (!is_synthetic(sets[s].name)) real.push_back(s);
  }
  std::vector<std::vector<double>> mated(real.size());
  std::vector<std::optional<Calibration>> curves(real.size());
  parallel_each(real.size(),
                [&](std::size_t i) {
                  mated[i] = mated_scores(sets[real[i]], models.without[real[i]], compare);
                  curves[i] = synthetic_curve(non_mated, models.without[real[i]], compare);
                },
                {});
  std::vector<Calibration> folds;
  for (const auto& c : curves) folds.push_back(*c);
  std::string out = depth_row("left-out sets, mean; " + suffix, mated, folds);
  const Calibration all = synthetic_curve(non_mated, models.all, compare);
  for (const SetEvidence& test : tests) {
    out += depth_row(test.name + "; " + suffix, {mated_scores(test, models.all, compare)}, {all});
  }
  return out;
}

}  // namespace

void add_scores(const MinedPairs& pairs, const Models& models, const CompareParameters& compare, ScoreCounts& to) {
  to.add(pairs.others);
  for (const AlikePair& pair : pairs.alike) {
    if (pair.mated) continue;
    to.add(std::max(score_of(pair, without(models, pairs.group_a), compare),
                    score_of(pair, without(models, pairs.group_b), compare)));
  }
}

Result<std::vector<Calibration::NonMated>> populations(const std::vector<evaluation::Trial>& trials,
                                                       const NonMated& non_mated, const Models& models,
                                                       const CompareParameters& compare) {
  ScoreCounts within;
  ScoreCounts between;
  ScoreCounts mixed;
  ScoreCounts synthetic;
  for (const evaluation::Trial& trial : trials) {
    if (is_synthetic(trial.name)) continue;
    for (const evaluation::Score& s : trial.non_mated) within.add(s.value);
  }
  for (const MinedPairs& pairs : non_mated.mined) {
    const bool between_real = pairs.group_a != kSyntheticNonMated && pairs.group_b != kSyntheticNonMated;
    if (between_real) add_scores(pairs, models, compare, between);
  }
  for (const MinedPairs& pairs : non_mated.counted) {
    const bool both = pairs.group_a == kSyntheticNonMated && pairs.group_b == kSyntheticNonMated;
    add_scores(pairs, models, compare, both ? synthetic : mixed);
  }
  std::vector<Calibration::NonMated> out = {
      named("non-mated of one sensor", within), named("non-mated of two sensors", between),
      named("non-mated, real with synthetic", mixed), named("non-mated, synthetic", synthetic)};
  WHORL_ASSIGN(const double level_db, synthetic_level(out.front(), out.back()));
  for (Calibration::NonMated& population : out) population.margin_db = kSensorMargin_db;
  out.back().margin_db += level_db;
  return out;
}

evaluation::ClaimCheck check_non_mated(const std::string& name, const MinedPairs& pairs, const ScoreModels& models,
                                       const Calibration& calibration) {
  std::vector<double> decibels;
  ScoreCounts counts;
  add_scores(pairs, {{}, models}, {}, counts);
  for (const auto& [score, count] : counts.items()) decibels.insert(decibels.end(), count, calibration.db(score));
  return evaluation::check_claims(name, std::move(decibels), calibration.measured_db(), calibration.max_db());
}

std::string depth_table(const std::vector<SetEvidence>& sets, const std::vector<SetEvidence>& tests,
                        const NonMated& non_mated, const Models& models, const CompareParameters& compare) {
  return heading("FNMR % at an FMR of synthetic people of") +
         depth_rows("first models alone", sets, tests, non_mated, models, first_only(compare)) +
         depth_rows("with the second", sets, tests, non_mated, models, compare);
}

std::string reach_table(const std::vector<evaluation::Trial>& trials, const Calibration& calibration) {
  std::string out = heading("% of mated pairs that reach");
  for (const evaluation::Trial& trial : trials) {
    if (trial.mated.empty()) continue;
    out += "| " + trial.name + " |";
    for (int db = kLeast_db; db <= kMost_db; db += 10) {
      const auto reach = std::count_if(trial.mated.begin(), trial.mated.end(),
                                       [&](const evaluation::Score& s) { return calibration.db(s.value) >= db; });
      out += per_cent(static_cast<double>(reach) / static_cast<double>(trial.mated.size()));
    }
    out += "\n";
  }
  return out;
}

Result<std::string> slack_table(const std::vector<Calibration::NonMated>& populations, const Calibration& calibration) {
  constexpr int kFirst_db = 10;
  const int last_db = static_cast<int>(calibration.measured_db());
  std::string out = heading("dB more by this population alone", kFirst_db, last_db);
  for (const Calibration::NonMated& population : populations) {
    WHORL_ASSIGN(const Calibration alone, Calibration::fit({population}, {}, population.name));
    const double counted_to = alone.score_at(alone.measured_db());
    out += "| " + population.name + " |";
    for (int db = kFirst_db; db <= last_db; db += 10) {
      const double score = calibration.score_at(db);
      out += score > counted_to ? " |" : " " + fixed(std::max(0.0, alone.db(score) - db), 1) + " |";
    }
    out += "\n";
  }
  return out;
}

}  // namespace whorl::training
