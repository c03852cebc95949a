// Several fingers of one person taken together: error rates of persons, and whether the fingers of two
// different people really agree independently of one another, as the fusion assumes.
//
// A comparison of persons takes k finger positions, one impression of each from person A and one from person
// B, and fuses the k scores as the product does (engine/fusion.h, and engine/known_position.h first). Impression i of a
// person is the i-th sample of each of its fingers; i and j of one person make a mated comparison (i < j), those of two
// people an non-mated comparison.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/calibration.h"
#include "engine/evaluation/claims.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

// "right_index" of finger "s0001/right_index" of subject "s0001", "4" of "101_4" of "101": what follows the
// subject's name and one of / _ - . or space. The whole finger where it does not begin with the subject.
std::string position_of(const Sample& sample);

struct PersonOptions {
  std::uint64_t max_comparisons = 300'000;  // of each kind, about; beyond it a seeded draw is taken
  std::uint64_t seed = 1;
  int replicates = 1000;  // of the bootstrap over persons
};

// A mated comparison below the threshold of FMR 0.01 %.
struct FusionFailure {
  std::string subject;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> samples;  // one pair a finger
  std::vector<double> db;                                        // of each finger
  double fused_db = 0;
};

// Persons compared by k fingers. The trial's fingers are persons and its scores fused dB.
struct FusionRow {
  int k = 1;
  Trial trial;
  EqualErrorRate eer;
  OperatingPoint fmr100;
  OperatingPoint fmr1000;
  OperatingPoint fmr10000;
  ClaimCheck claims;  // fused dB against the share of non-mated comparisons
  std::vector<FusionFailure> failures;
};

// Two fingers of one pair of different people, non-mated dB x and y. Every finger position's mean is taken off
// first, so that it is people, not positions, that make a correlation.
struct Independence {
  std::uint64_t comparisons = 0;
  double correlation = 0;  // 0: independent; 1: the second finger adds nothing
  double low = 0;          // 95 % percentile interval of a bootstrap over persons
  double high = 0;
  double tail_db = 10;       // how often both fingers reach this
  double both = 0;           // counted share
  double both_if_apart = 0;  // the product of the two positions' shares
};

struct FusionStudy {
  std::string name;
  std::vector<FusionRow> rows;
  Independence independence;  // comparisons == 0 when no two people share two positions
};

// A row for each of `ks` (1 .. 10), in their order. `samples` are those of `trial`, with subjects.
// Errors: kInvalidInput when the trial is not of the all-pairs protocol, a subject has more than 10 fingers,
// or one of `ks` is out of range or has no mated or no non-mated comparison. Cost: a look-up and a fusion a
// comparison, on one core; memory of some max_comparisons scores for each row.
Result<FusionStudy> study_fusion(const Trial& trial, const std::vector<Sample>& samples,
                                 const engine::Calibration& calibration, const std::vector<int>& ks,
                                 const PersonOptions& options = {});

// The most fingers that two subjects at least share; 0 or 1: nothing to fuse.
std::size_t fingers_to_fuse(const std::vector<Sample>& samples);

// Rates for each k, the independence figures, and the claims of each k > 1.
std::string fusion_text(const FusionStudy& study);
// "set,fingers,subject,a,b,finger_db,fused_db,threshold_db,threshold_supported"; several samples are joined
// by ";".
std::string fusion_failures_csv(const std::vector<FusionStudy>& studies,
                                const std::vector<std::vector<Sample>>& samples);
boost::json::object fusion_json(const FusionStudy& study);

}  // namespace whorl::evaluation
