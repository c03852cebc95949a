// From measured rates to a working day: how many wrong answers, reviews and misses a threshold brings, and what
// threshold keeps them to a number. Pure functions.
//
// With n references of other people that a search can meet (records times galleries asked), a threshold of T dB, a
// review band of R dB below it, S searches a day of which a share p is for people who are enrolled:
//   FMR(T) = 10^(-T/10), or what was counted at T where that is certainly more;  FPIR(T) = 1 - (1 - FMR(T))^n
//   false answers = S (1 - p) FPIR(T)
//   reviews       = S (1 - p) (FPIR(T - R) - FPIR(T)) + S p (FNIR(T) - FNIR(T - R))
//   misses        = S p FNIR(T - R)
// The comparisons of one probe are taken as independent; where false matches sit with few probes that gives too many
// false answers (identification/gallery_size.h). Searches of known people that name somebody else beside the right one
// are not counted.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/evaluation/intervals.h"

namespace whorl::evaluation {

// What was measured at a level of decibels.
struct MeasuredLevel {
  double db = 0;
  Rate fnir;
  Rate fmr;  // no trials: not measured, the decibels are taken at their word
};

struct MeasuredRates {
  std::string set;  // empty where numbers were given
  int fingers = 1;
  std::vector<MeasuredLevel> levels;  // by rising db, one at least
};

struct Workload {
  std::uint64_t records = 0;    // references in a gallery
  std::uint64_t galleries = 1;  // that each search asks: the own and the partners'
  double searches = 0;          // a day
  double known = 0;             // share of searches for people who are enrolled
  double review_band_db = 5;
};

struct Day {
  double threshold_db = 0;
  double fmr = 0;
  double fpir = 0;
  double false_answers = 0;
  double reviews = 0;
  double misses = 0;
  double misses_low = 0;  // from the interval of the FNIR
  double misses_high = 0;
  bool fmr_counted = false;       // more was counted than the decibels claim
  bool extrapolated = false;      // fewer than three non-mated comparisons were to be expected at the threshold
  double comparisons_needed = 0;  // non-mated, to count at this threshold: 3 / FMR
};

// The day at a threshold. FNIR between two levels is that of the upper one.
Day day_at(const Workload& workload, const MeasuredRates& rates, double threshold_db);

// 1 - (1 - fmr)^n, exact for small rates.
double fpir_of(double fmr, double references);

// The threshold that gives this FPIR when decibels are taken at their word.
double threshold_for_fpir(double fpir, double references);

// What a day may have at most.
enum class DailyLimit { kReviews, kFalseAnswers };

// The lowest threshold, in tenths of a dB up to 200, with at most `most`; nothing where there is none. Reviews of
// strangers are few at thresholds so low that nearly all are answered "known": for reviews it is the lowest above the
// threshold at which strangers in review are most.
std::optional<double> threshold_for(const Workload& workload, const MeasuredRates& rates, DailyLimit limit,
                                    double most);

// Which threshold is meant: exactly one of these.
struct WantedThreshold {
  std::optional<double> threshold_db = {};
  std::optional<double> target_fpir = {};
  std::optional<double> max_reviews = {};
  std::optional<double> max_false_answers = {};
};
// Limits of a day need rates that were measured; the others look at none. Errors: kInvalidInput (no_threshold_reaches),
// the field "max_reviews" or "max_false_answers".
Result<double> threshold_of(const Workload& workload, const MeasuredRates& rates, const WantedThreshold& wanted);

// Up to which threshold three false matches at least were to be expected among the comparisons made; 0 where none were
// counted.
double supported_db(const MeasuredRates& rates);

// The "searches" of rates.json (docs/evaluation.md), for this set (empty: the only one) and number of fingers. The text
// is hostile. Errors: kInvalidInput when it is no such file, too long (64 MiB), or has not these searches.
Result<MeasuredRates> measured_rates(std::string_view json, std::string_view set, int fingers);
Result<MeasuredRates> measured_rates(const boost::json::value& root, std::string_view set, int fingers);

std::string day_text(const Workload& workload, const MeasuredRates& rates, const Day& day);
boost::json::object day_json(const Workload& workload, const MeasuredRates& rates, const Day& day);

}  // namespace whorl::evaluation
