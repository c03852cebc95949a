// What was measured: runs of `whorl evaluate` in a folder of the operator's, and a day's work by their rates
// (docs/evaluation.md). What a front end needs of whoever reads them, by interface alone; and how a Service says that
// it has this desk, and that of thresholds.
//
// Answers are JSON, as the command line prints it, but where a method says otherwise. Nothing is written but what
// measure() takes. Thread-safety: any thread may call any method at once. Errors are values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
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

// Scores of another tool, as `whorl evaluate --scores` takes them.
struct ScoresToMeasure {
  std::string id;      // of the run to be; empty: the desk draws one
  std::string format;  // "whorl", "bob", "pyeer", "openbr"
  Bytes scores;
  Bytes more = {};            // the second file of formats that have two
  std::string asked_by = {};  // stands in the run's provenance
};

// HTML, and the Content-Security-Policy under which a browser is given it: no script, and nothing is fetched.
struct RunPage {
  std::string html;
  std::string policy;
};

class EvaluationDesk {
 public:
  virtual ~EvaluationDesk() = default;

  // {"evaluations": [{"id", "date", "sets", ...}], "unreadable": n}, the latest first. Errors: kUnavailable.
  virtual Result<std::string> list() = 0;
  // Figures, curves of few points, provenance. Errors: kNotFound, kInvalidInput (it cannot be read).
  virtual Result<std::string> read(const std::string& id) = 0;
  // The run's page, and its figures as one CSV. Neither names a sample. Errors: as read; kNotFound (a run without a
  // page), kInvalidInput (a page that whorl evaluate did not write there, or with pictures in it).
  virtual Result<RunPage> report(const std::string& id) = 0;
  virtual Result<std::string> table(const std::string& id) = 0;
  // Two runs on the same samples, pair by pair, with the interval of each difference. Cost: reads the scores of both,
  // and draws persons a thousand times. Errors: as read; kInvalidInput (no scores of pairs in it, too many, no pairs
  // that both have), kUnavailable (this desk does not compare).
  virtual Result<std::string> compare(const std::string& /*a*/, const std::string& /*b*/) { return reads_alone(); }
  // Takes scores, to be measured by a worker of low priority; the run is among the others once it is done. Gives the
  // run's id. Errors: kInvalidInput (its name, the format), kAlreadyExists, kExhausted (too many wait, too many runs
  // are there), kUnavailable (this desk measures nothing).
  // NOLINTNEXTLINE(performance-unnecessary-value-param): whoever measures keeps them.
  virtual Result<std::string> measure(ScoresToMeasure /*scores*/) { return reads_alone(); }
  // {"evaluationId", "state": "waiting", "working", "done" or "failed", "error"} of what measure() took since the desk
  // was made; "done" of every other run. Errors: kNotFound.
  virtual Result<std::string> state(const std::string& /*id*/) { return reads_alone(); }
  // Errors: as read; kInvalidInput (no such searches in it; no threshold reaches the limit).
  virtual Result<std::string> workload(const WorkloadQuestion& question) = 0;
  // Digest, and up to which threshold it counted; of the only set where `set` is empty. Errors: as workload.
  virtual Result<ThresholdBasis> basis(const std::string& id, const std::string& set, int fingers) = 0;

 private:
  static Error reads_alone() { return unavailable("this node reads evaluations and makes none"); }
};

}  // namespace whorl::engine
