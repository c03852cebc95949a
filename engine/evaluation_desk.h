// What was measured: runs of `whorl evaluate` in a folder of the operator's, and a day's work by their rates
// (docs/evaluation.md). What a front end needs of whoever reads them, by interface alone; and how a Service says that
// it has this desk, and that of thresholds.
//
// Answers are JSON, as the command line prints it. Nothing is written. Thread-safety: any thread may call any method at
// once. Errors are values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/threshold_desk.h"

namespace whorl::engine {

// Exactly one of the last four says which threshold.
struct WorkloadQuestion {
  std::string evaluation;
  std::string set = {};  // empty: the only one
  int fingers = 1;
  std::uint64_t records = 1;
  std::uint64_t galleries = 1;
  double searches = 0;  // a day
  double known = 0;     // share of them
  double review_band_db = 5;
  std::optional<double> threshold_db = {};
  std::optional<double> target_fpir = {};
  std::optional<double> max_reviews = {};
  std::optional<double> max_false_answers = {};
};

class EvaluationDesk {
 public:
  virtual ~EvaluationDesk() = default;

  // {"evaluations": [{"id", "date", "sets", ...}], "unreadable": n}, the latest first. Errors: kUnavailable.
  virtual Result<std::string> list() = 0;
  // Figures, curves of few points, provenance. Errors: kNotFound, kInvalidInput (it cannot be read).
  virtual Result<std::string> read(const std::string& id) = 0;
  // Errors: as read; kInvalidInput (no such searches in it; no threshold reaches the limit).
  virtual Result<std::string> workload(const WorkloadQuestion& question) = 0;
  // Digest, and up to which threshold it counted; of the only set where `set` is empty. Errors: as workload.
  virtual Result<ThresholdBasis> basis(const std::string& id, const std::string& set, int fingers) = 0;
};

}  // namespace whorl::engine
