// Where one non-mated pair in a million or fewer is let through: what the sets alone are too small to show.
#pragma once

#include <string>
#include <vector>

#include "bench/training/leave_one_out.h"
#include "engine/calibration.h"
#include "engine/evaluation/claims.h"

namespace whorl::training {

// Models that never saw a set, one for each set (those of synthetic sets are empty), and those from all of
// them.
struct Models {
  std::vector<fingerprint::ScoreModels> without;
  fingerprint::ScoreModels all;
};

// What is needed to train and to count beyond the sets' own pairs.
struct NonMated {
  std::vector<MinedPairs> mined;    // trains: between real sets, a synthetic population, and that with the real sets
  std::vector<MinedPairs> counted;  // trains nothing: another synthetic population, and that with the real sets
  // A third population, alone and with the sets that only measure (group_b counts those): neither trains nor
  // calibrates.
  std::vector<MinedPairs> tested;
};

// Scores of non-mated pairs under models that never saw the prints of `pairs`, as far as `models` has such: a pair
// of two real sets is given the higher of its two sets' scores.
void add_scores(const MinedPairs& pairs, const Models& models, const fingerprint::CompareParameters& compare,
                ScoreCounts& to);

// The populations that the shipped calibration is fitted to: non-mated pairs within a real set, between two of
// them, of the synthetic population with the real sets, and within the synthetic population, each scored by
// models that never saw it. A margin is taken off all, for sensors differ. Synthetic strangers are more alike than real
// ones: their curve is first laid on that of pairs within a real set at 20 dB, so that real strangers say how often a
// score is reached, and synthetic ones, counted a thousand times deeper, how that falls from there on. `trials`: of
// the sets, left out; only the real ones are taken. Errors: those of Calibration::fit, of one population alone.
Result<std::vector<engine::Calibration::NonMated>> populations(const std::vector<evaluation::Trial>& trials,
                                                               const NonMated& non_mated, const Models& models,
                                                               const fingerprint::CompareParameters& compare);

// The claims of `calibration` on non-mated pairs that took no part in it, as evaluation::claims_text shows them.
evaluation::ClaimCheck check_non_mated(const std::string& name, const MinedPairs& pairs,
                                       const fingerprint::ScoreModels& models, const engine::Calibration& calibration);

// Rows of Markdown: at each FMR of synthetic people, counted down to 1e-6 and beyond extrapolated, the
// FNMR of the left-out sets (their mean) and of each set that only measured. `tests`: evidence of those.
std::string depth_table(const std::vector<SetEvidence>& sets, const std::vector<SetEvidence>& tests,
                        const NonMated& non_mated, const Models& models, const fingerprint::CompareParameters& compare);

// Rows of Markdown: which share of a trial's mated pairs reaches 40, 50 .. 90 dB.
std::string reach_table(const std::vector<evaluation::Trial>& trials, const engine::Calibration& calibration);

// Rows of Markdown: by how many decibels the claims of `calibration` lie below what each population alone would give
// at the same score, its margin taken off; about 0: this one decides. Empty beyond what a population counted.
Result<std::string> slack_table(const std::vector<engine::Calibration::NonMated>& populations,
                                const engine::Calibration& calibration);

}  // namespace whorl::training
