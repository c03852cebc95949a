// Raw comparison score -> decibels of false match rate: score_db = -10 log10 FMR(score).
//
// A calibration is measured (whorl calibrate), versioned, and belongs to one extractor and comparator version.
// Immutable after loading: share it between threads. Cost of a look-up: O(log knots).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "templates/base/result.h"

namespace whorl::engine {

class Calibration {
 public:
  struct Knot {
    double score = 0;
    double db = 0;
  };

  // Fits a calibration. Impostor scores give FMR(score) directly where at least kMinExceedances exceed it; above
  // that an exponential tail (the peaks-over-threshold model of extreme value theory with shape 0, fitted to the
  // largest scores) extrapolates, never steeper than its lower confidence limit.
  // Genuine scores are kept only as a summary (FNMR by db) for reports.
  // Errors: kInvalidInput when there are fewer than kMinImpostors impostor scores or any is not finite.
  static Result<Calibration> fit(std::vector<double> impostor, std::vector<double> genuine, std::string source);

  // The file format is JSON, documented in docs/calibration.md.
  static Result<Calibration> parse(std::string_view json);
  [[nodiscard]] std::string to_json() const;

  // The calibration shipped with this build's extractor and comparator versions.
  static const Calibration& shipped();

  // Decibels of FMR for a raw score: monotone, 0 for a score every impostor reaches, capped at max_db().
  [[nodiscard]] double db(double raw_score) const;
  // Beyond this many dB the value is extrapolated (from the tail model), not counted.
  [[nodiscard]] double measured_db() const { return measured_db_; }
  [[nodiscard]] double max_db() const { return max_db_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] int extractor_version() const { return extractor_version_; }
  [[nodiscard]] int comparator_version() const { return comparator_version_; }

  static constexpr std::size_t kMinImpostors = 1000;
  static constexpr std::size_t kMinExceedances = 10;

 private:
  std::vector<Knot> knots_;  // strictly increasing scores, non-decreasing db; the last two define the tail's slope
  double measured_db_ = 0;
  double max_db_ = 0;
  std::uint64_t impostors_ = 0;
  std::uint64_t genuines_ = 0;
  int extractor_version_ = 0;
  int comparator_version_ = 0;
  std::string source_;
};

}  // namespace whorl::engine
