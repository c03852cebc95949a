#include "engine/evaluation/workload.h"

#include <algorithm>
#include <cmath>

#include "base/catalogue.h"
#include "base/text.h"

namespace whorl::evaluation {
namespace {

constexpr double kMost_db = 200;
constexpr double kStep_db = 0.1;
constexpr double kExpected = 3;  // non-mated comparisons that a count needs

const MeasuredLevel& level_at(const MeasuredRates& rates, double db) {
  const auto at = std::find_if(rates.levels.begin(), rates.levels.end(),
                               [&](const MeasuredLevel& level) { return level.db >= db - 1e-9; });
  return at == rates.levels.end() ? rates.levels.back() : *at;
}

// The highest level not above `db`: what was counted there holds for more.
const MeasuredLevel& level_below(const MeasuredRates& rates, double db) {
  const MeasuredLevel* out = &rates.levels.front();
  for (const MeasuredLevel& level : rates.levels) {
    if (level.db <= db + 1e-9) out = &level;
  }
  return *out;
}

struct Fmr {
  double value = 1;
  bool counted = false;
};

// The claim, unless the count refutes it.
Fmr fmr_at(const MeasuredRates& rates, double db) {
  const double claim = std::min(1.0, std::pow(10.0, -db / 10));
  const MeasuredLevel& level = level_below(rates, db);
  const bool near = std::abs(level.db - db) < 1;
  if (near && level.fmr.trials > 0 && level.fmr.low > claim) return {level.fmr.value(), true};
  return {claim, false};
}

double strangers(const Workload& w) { return w.searches * (1 - w.known); }
double enrolled(const Workload& w) { return w.searches * w.known; }
double references(const Workload& w) { return static_cast<double>(w.records) * static_cast<double>(w.galleries); }

double review_line(const Workload& w, double threshold_db) { return std::max(0.0, threshold_db - w.review_band_db); }

// Reviews of searches for people who are not enrolled.
double stranger_reviews(const Workload& w, const MeasuredRates& rates, double threshold_db) {
  const double at = fpir_of(fmr_at(rates, threshold_db).value, references(w));
  const double line = fpir_of(fmr_at(rates, review_line(w, threshold_db)).value, references(w));
  return strangers(w) * std::max(0.0, line - at);
}

// Where strangers in review are most: below it the answers are false instead.
double most_reviewed_db(const Workload& w, const MeasuredRates& rates) {
  double out = 0;
  double most = -1;
  for (double db = 0; db <= kMost_db; db += kStep_db) {
    const double reviews = stranger_reviews(w, rates, db);
    if (reviews <= most) continue;
    most = reviews;
    out = db;
  }
  return out;
}

}  // namespace

double fpir_of(double fmr, double references) {
  return fmr >= 1 ? (references > 0 ? 1.0 : 0.0) : -std::expm1(references * std::log1p(-fmr));
}

double threshold_for_fpir(double fpir, double references) {
  return -10 * std::log10(-std::expm1(std::log1p(-fpir) / references));
}

Day day_at(const Workload& workload, const MeasuredRates& rates, double threshold_db) {
  Day out;
  out.threshold_db = threshold_db;
  const Fmr fmr = fmr_at(rates, threshold_db);
  out.fmr = fmr.value;
  out.fmr_counted = fmr.counted;
  out.fpir = fpir_of(fmr.value, references(workload));
  out.false_answers = strangers(workload) * out.fpir;
  const MeasuredLevel& at = level_at(rates, threshold_db);
  const MeasuredLevel& line = level_at(rates, review_line(workload, threshold_db));
  out.reviews = stranger_reviews(workload, rates, threshold_db) +
                enrolled(workload) * std::max(0.0, at.fnir.value() - line.fnir.value());
  out.misses = enrolled(workload) * line.fnir.value();
  out.misses_low = enrolled(workload) * line.fnir.low;
  out.misses_high = enrolled(workload) * line.fnir.high;
  const double claim = std::pow(10.0, -threshold_db / 10);
  out.comparisons_needed = kExpected / claim;
  const double had = static_cast<double>(rates.levels.front().fmr.trials);
  out.extrapolated = had * claim < kExpected;
  return out;
}

std::optional<double> threshold_for(const Workload& workload, const MeasuredRates& rates, DailyLimit limit,
                                    double most) {
  const double from = limit == DailyLimit::kReviews ? most_reviewed_db(workload, rates) : 0;
  for (double step = std::ceil(from / kStep_db - 1e-9); step * kStep_db <= kMost_db; ++step) {
    const Day day = day_at(workload, rates, step * kStep_db);
    if ((limit == DailyLimit::kReviews ? day.reviews : day.false_answers) <= most) return step * kStep_db;
  }
  return std::nullopt;
}

Result<double> threshold_of(const Workload& workload, const MeasuredRates& rates, const WantedThreshold& wanted) {
  if (wanted.threshold_db) return *wanted.threshold_db;
  if (wanted.target_fpir) return threshold_for_fpir(*wanted.target_fpir, references(workload));
  const bool of_reviews = wanted.max_reviews.has_value();
  const double most = of_reviews ? *wanted.max_reviews : wanted.max_false_answers.value_or(0);
  const DailyLimit limit = of_reviews ? DailyLimit::kReviews : DailyLimit::kFalseAnswers;
  if (const auto found = threshold_for(workload, rates, limit, most)) return *found;
  const Day best = day_at(workload, rates, kMost_db);
  return failure(ErrorCode::kNoThresholdReaches, of_reviews ? "max_reviews" : "max_false_answers",
                 with<"most_db">(kMost_db), with<"limit">(fixed(most, 2)),
                 with<"least">(fixed(of_reviews ? best.reviews : best.false_answers, 2)));
}

double supported_db(const MeasuredRates& rates) {
  const auto had = static_cast<double>(rates.levels.front().fmr.trials);
  return had > kExpected ? 10 * std::log10(had / kExpected) : 0;
}

}  // namespace whorl::evaluation
