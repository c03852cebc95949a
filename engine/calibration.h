// Raw comparison score -> decibels of false match rate: score_db = -10 log10 FMR(score).
//
// A calibration is measured (whorl calibrate), versioned, and belongs to one extractor and comparator
// version; that of a face also to one network. Immutable after loading: share it between threads. Cost of a look-up:
// O(log knots).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::engine {

class Calibration {
 public:
  struct Knot {
    double score = 0;
    double db = 0;
    friend bool operator==(const Knot&, const Knot&) = default;
  };
  // The share of mated comparisons that fall below `db` decibels.
  struct Miss {
    double db = 0;
    double fnmr = 0;
    friend bool operator==(const Miss&, const Miss&) = default;
  };

  // What made the scores.
  struct Origin {
    int extractor_version = 0;
    int comparator_version = 0;
    std::string network;  // of a face: its NetworkId as text (templates/face/template.h); empty for fingerprints
    friend bool operator==(const Origin&, const Origin&) = default;
  };
  // This build's fingerprint extractor and comparator.
  static Origin fingerprints();
  // This build's extractor and comparator of faces with this network, as face::NetworkId::text() names it.
  static Origin faces(std::string network);

  // How often a score was seen.
  struct Tally {
    double score = 0;
    std::uint64_t count = 1;
  };
  // Scores of comparisons of different fingers, of one kind (one kind of print, one way of pairing).
  struct NonMated {
    std::string name;  // for errors
    std::vector<Tally> scores;
    // Taken off every claim: how far prints like these may differ from those measured. Below 0: known to be more alike.
    double margin_db = 0;
    // Of fingers of one known position, beside a population of others: so much more is claimed that what was counted is
    // left once that is taken off (known_position.h).
    bool one_position = false;
  };

  // Fits a calibration. Non-mated scores give FMR(score) directly where at least kMinExceedances exceed it;
  // above that an exponential tail (the peaks-over-threshold model of extreme value theory with shape 0,
  // fitted to the largest scores) extrapolates, never steeper than its lower confidence limit. Of several
  // populations each gives its own curve, and at every score the most pessimistic one holds; counted
  // (measured_db) is what lies up to the highest score that any of them counted, and no more than one of them counted.
  // Mated scores are kept only as a summary (FNMR by db) for reports. `source` says what was measured; it is kept as
  // printable ASCII. Memory and time grow with the number of tallies, not of comparisons. Errors: kInvalidInput when
  // there is no population, one has fewer than kMinNonMated scores, any score or margin is not finite, a count is 0 or
  // beyond kMaxCount, `source` is longer than kMaxSourceBytes, or the network's name longer than kMaxNetworkBytes.
  static Result<Calibration> fit(const std::vector<NonMated>& populations, std::vector<double> mated,
                                 std::string source, Origin origin = fingerprints());
  // One population, each score seen once.
  static Result<Calibration> fit(const std::vector<double>& non_mated, std::vector<double> mated, std::string source,
                                 Origin origin = fingerprints());

  // The file format is JSON, documented in docs/calibration.md. parse(to_json()) equals the original.
  // Errors: kInvalidInput naming the field (more than kMaxJsonBytes, not JSON, another format version, a
  // value out of bounds, knots not rising).
  static Result<Calibration> parse(std::string_view json);
  [[nodiscard]] std::string to_json() const;

  // The calibration shipped with this build's extractor and comparator versions.
  static const Calibration& shipped();

  // Decibels of FMR for a raw score: monotone, 0 for a score every non-mated reaches, capped at max_db().
  [[nodiscard]] double db(double raw_score) const;
  // Beyond this many dB the value is extrapolated (from the tail model), not counted in any population.
  [[nodiscard]] double measured_db() const { return measured_db_; }
  [[nodiscard]] double max_db() const { return max_db_; }
  [[nodiscard]] const std::string& source() const { return source_; }
  [[nodiscard]] int extractor_version() const { return origin_.extractor_version; }
  [[nodiscard]] int comparator_version() const { return origin_.comparator_version; }
  [[nodiscard]] const Origin& origin() const { return origin_; }
  [[nodiscard]] std::uint64_t non_mated() const { return non_mated_; }
  [[nodiscard]] std::uint64_t mated() const { return mated_; }
  [[nodiscard]] const std::vector<Knot>& knots() const { return knots_; }
  // At every whole 5 dB up to max_db(); empty when no mated scores were given.
  [[nodiscard]] const std::vector<Miss>& misses() const { return misses_; }
  // The raw score at which `db` decibels are reached; capped at the last knot's.
  [[nodiscard]] double score_at(double decibels) const;
  // Errors: kInvalidInput, saying how to make another, when it was not measured with this build's fingerprint
  // extractor and comparator.
  [[nodiscard]] Status check_versions() const;
  // The same for any origin.
  [[nodiscard]] Status check_origin(const Origin& wanted) const;

  static constexpr std::uint64_t kMinNonMated = 1000;
  static constexpr std::uint64_t kMinExceedances = 10;
  static constexpr std::uint64_t kMaxCount = 1'000'000'000'000;
  static constexpr std::size_t kMaxKnots = 4096;
  static constexpr std::size_t kMaxSourceBytes = 4096;
  static constexpr std::size_t kMaxNetworkBytes = 128;
  static constexpr std::size_t kMaxJsonBytes = 1u << 20;
  // How far beyond the measured range the tail is followed.
  static constexpr double kMaxExtrapolation_db = 50.0;

  friend bool operator==(const Calibration&, const Calibration&) = default;

 private:
  // parse() before its refusals get their code.
  static Result<Calibration> read(std::string_view json);

  Calibration() = default;
  std::vector<Knot> knots_;  // strictly increasing scores, non-decreasing db; the last two define the tail's slope
  double measured_db_ = 0;
  double max_db_ = 0;
  std::uint64_t non_mated_ = 0;
  std::uint64_t mated_ = 0;
  Origin origin_;
  std::string source_;
  std::vector<Miss> misses_;
};

}  // namespace whorl::engine
