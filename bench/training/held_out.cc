#include "bench/training/held_out.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace whorl::training {
namespace {

using engine::Calibration;
using fingerprint::CompareParameters;
using fingerprint::ScoreModels;

constexpr int kLeast_db = 10;
constexpr int kMost_db = 50;
constexpr int kStep_db = 5;

bool has_print_of(const MinedPairs& pairs, std::size_t set) {
  const auto s = static_cast<int>(set);
  return pairs.group_a == s || pairs.group_b == s;
}

struct Scores {
  std::vector<double> mated;
  std::vector<double> non_mated;  // ascending

  // Per cent of the mated above all non-mated but `more`.
  [[nodiscard]] std::string above(std::size_t more) const {
    const double limit = non_mated[non_mated.size() - 1 - more];
    const auto n = std::count_if(mated.begin(), mated.end(), [&](double s) { return s > limit; });
    return " " + fixed(100 * static_cast<double>(n) / static_cast<double>(mated.size()), 2) + " |";
  }
};

// `with`: pairs that one of the set's prints is in.
Scores scores_of(const SetEvidence& set, const std::vector<const MinedPairs*>& with, const ScoreModels& models,
                 const CompareParameters& compare) {
  Scores out;
  for (std::size_t i = 0; i < set.pairs.size(); ++i) {
    (set.pairs[i].mated ? out.mated : out.non_mated).push_back(score_of(set.evidence[i], models, compare));
  }
  for (const MinedPairs* pairs : with) {
    for (const auto& [score, count] : pairs->others.items()) {
      out.non_mated.insert(out.non_mated.end(), count, score);
    }
    for (const AlikePair& pair : pairs->alike) {
      if (!pair.mated) out.non_mated.push_back(score_of(pair, models, compare));
    }
  }
  std::sort(out.non_mated.begin(), out.non_mated.end());
  return out;
}

std::string highest_row(const SetEvidence& set, const std::vector<const MinedPairs*>& with, const ScoreModels& models,
                        const CompareParameters& compare) {
  const Scores first = scores_of(set, with, models, first_only(compare));
  const Scores both = scores_of(set, with, models, compare);
  return "| " + set.name + " | " + std::to_string(both.non_mated.size()) + " |" + first.above(0) + both.above(0) +
         first.above(9) + both.above(9) + "\n";
}

// Decibels of non-mated pairs, and how many.
struct Claimed {
  const Calibration& calibration;
  std::vector<std::pair<double, std::uint64_t>> decibels = {};
  std::uint64_t n = 0;

  void add(double score, std::uint64_t count = 1) {
    decibels.emplace_back(calibration.db(score), count);
    n += count;
  }
};

std::string claims_row(const std::string& name, const Claimed& claimed) {
  std::string out = "| " + name + " | " + std::to_string(claimed.n) + " |";
  for (int db = kLeast_db; db <= kMost_db; db += kStep_db) {
    const double expected = static_cast<double>(claimed.n) * std::pow(10.0, -db / 10.0);
    std::uint64_t seen = 0;
    for (const auto& [decibels, count] : claimed.decibels) seen += decibels >= db ? count : 0;
    if (expected < 1 && seen == 0) {
      out += " |";
      continue;
    }
    out += " " + std::to_string(seen) + " / " + fixed(expected, 1) + " |";
  }
  return out + "\n";
}

std::string claims_heading() {
  std::string out = "| seen / expected | non-mated pairs |";
  std::string rule = "|---|---:|";
  for (int db = kLeast_db; db <= kMost_db; db += kStep_db) {
    out += " " + std::to_string(db) + " dB |";
    rule += "---:|";
  }
  return out + "\n" + rule + "\n";
}

// What is left when nothing of `set` takes part.
NonMated without(const NonMated& non_mated, std::size_t set) {
  NonMated out;
  for (const MinedPairs& pairs : non_mated.mined) {
    if (!has_print_of(pairs, set)) out.mined.push_back(pairs);
  }
  for (const MinedPairs& pairs : non_mated.counted) {
    if (!has_print_of(pairs, set)) out.counted.push_back(pairs);
  }
  return out;
}

}  // namespace

std::string highest_non_mated_table(const std::vector<SetEvidence>& sets, const std::vector<SetEvidence>& tests,
                                    const NonMated& non_mated, const Models& models, const CompareParameters& compare) {
  std::string out =
      "| mated pairs, % | non-mated pairs | above all of them, first models | with the second | above all but nine, "
      "first models | "
      "with the second |\n|---|---:|---:|---:|---:|---:|\n";
  const auto partners = [](const std::vector<MinedPairs>& all, std::size_t set) {
    std::vector<const MinedPairs*> with;
    for (const MinedPairs& pairs : all) {
      if (has_print_of(pairs, set)) with.push_back(&pairs);
    }
    return with;
  };
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (is_synthetic(sets[s].name)) continue;
    out += highest_row(sets[s], partners(non_mated.counted, s), models.without[s], compare);
  }
  for (std::size_t t = 0; t < tests.size(); ++t) {
    out += highest_row(tests[t], partners(non_mated.tested, t), models.all, compare);
  }
  return out;
}

Result<std::string> left_out_claims_table(const std::vector<evaluation::Trial>& left_out, const NonMated& non_mated,
                                          const Models& models, const CompareParameters& compare) {
  std::string out = claims_heading();
  for (std::size_t s = 0; s < left_out.size(); ++s) {
    if (is_synthetic(left_out[s].name)) continue;
    std::vector<evaluation::Trial> others = left_out;
    others[s].non_mated.clear();
    WHORL_ASSIGN(const std::vector<Calibration::NonMated> fitted_to,
                 populations(others, without(non_mated, s), models, compare));
    WHORL_ASSIGN(const Calibration calibration, Calibration::fit(fitted_to, {}, "left out"));
    Claimed within{calibration};
    for (const evaluation::Score& score : left_out[s].non_mated) within.add(score.value);
    out += claims_row(left_out[s].name, within);
    Claimed mixed{calibration};
    for (const MinedPairs& pairs : non_mated.counted) {
      if (!has_print_of(pairs, s)) continue;
      ScoreCounts counts;
      add_scores(pairs, {{}, models.without[s]}, compare, counts);
      for (const auto& [score, count] : counts.items()) mixed.add(score, count);
    }
    if (mixed.n > 0) out += claims_row("it with synthetic people", mixed);
  }
  return out;
}

}  // namespace whorl::training
