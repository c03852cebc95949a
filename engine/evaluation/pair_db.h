// The decibels of any two samples of an all-pairs trial, as fingers of one known position; and several of them fused as
// a search fuses them. Private to engine/evaluation.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "engine/calibration.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct PairDb {
  std::vector<double> db;  // of the pairs a < b, in order
  std::uint64_t samples = 0;

  [[nodiscard]] double of(std::uint64_t a, std::uint64_t b) const;
};

// Errors: kInvalidInput when the trial is not of the all-pairs protocol.
Result<PairDb> pair_db(const Trial& trial, const std::vector<Sample>& samples, const engine::Calibration& calibration);

// As a search with known finger positions fuses them.
double fused_db(const std::vector<double>& db);

}  // namespace whorl::evaluation
