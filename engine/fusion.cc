// Bonferroni, Fisher and Brown: fusion.h says which step is whose, and why.
#include "engine/fusion.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

namespace whorl::engine {
namespace {

constexpr double kDbPerNeper = 10.0 / std::numbers::ln10;

// Indices of the pairs, best first; equal values in the order of the pairs.
std::vector<std::size_t> best_first(std::span<const ScoredPair> pairs) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pairs[a].db > pairs[b].db; });
  return order;
}

double sum_nepers(std::span<const double> values_db) {
  double s = 0;
  for (const double db : values_db) s += db / kDbPerNeper;
  return s;
}

// Brown's approximation for two values of -2 ln p.
double covariance(double correlation) { return 3.25 * correlation + 0.75 * correlation * correlation; }

// Of k values whose nepers add up to s: 2 s is about c times a chi-square of 2 k / c degrees of freedom; c matches its
// variance, which is 4 k and the covariances of all ordered pairs.
double combined_db(double k, double s, double covariances) {
  const double c = 1 + covariances / (4 * k);
  const double p = boost::math::gamma_q(k / c, s / c);
  return p > 0 ? std::max(0.0, -10.0 * std::log10(p)) : kDbPerNeper * s / c;
}

}  // namespace

double best_of_db(double db, std::size_t tries) {
  if (tries == 0) return 0;
  return std::max(0.0, db - 10.0 * std::log10(static_cast<double>(tries)));
}

double fisher_db(std::span<const double> values_db) {
  double s = 0;
  for (const double db : values_db) s += db / kDbPerNeper;
  double term = 1;
  double sum = 0;
  for (std::size_t i = 0; i < values_db.size(); ++i) {
    sum += term;
    term *= s / static_cast<double>(i + 1);
  }
  return sum > 0 ? std::max(0.0, kDbPerNeper * (s - std::log(sum))) : 0.0;
}

double brown_db(std::span<const double> values_db, double correlation) {
  if (values_db.empty()) return 0;
  const auto k = static_cast<double>(values_db.size());
  return combined_db(k, sum_nepers(values_db), k * (k - 1) * covariance(correlation));
}

double brown_db(std::span<const double> values_db, double correlation, double one_more_db, double other) {
  const auto k = static_cast<double>(values_db.size());
  return combined_db(k + 1, sum_nepers(values_db) + one_more_db / kDbPerNeper,
                     k * (k - 1) * covariance(correlation) + 2 * k * covariance(other));
}

Fused fuse(std::span<const ScoredPair> pairs, std::optional<double> face_db) {
  std::map<std::uint32_t, std::size_t> tries;
  for (const ScoredPair& pair : pairs) ++tries[pair.probe_group];
  std::set<std::uint32_t> explained;
  std::set<std::uint32_t> taken;
  std::vector<double> values_db;
  Fused out;
  for (const std::size_t i : best_first(pairs)) {
    const ScoredPair& pair = pairs[i];
    if (explained.count(pair.probe_group) != 0 || taken.count(pair.reference_group) != 0) continue;
    explained.insert(pair.probe_group);
    taken.insert(pair.reference_group);
    values_db.push_back(best_of_db(pair.db, tries[pair.probe_group]));
    out.used.push_back(i);
  }
  values_db.resize(tries.size(), 0.0);
  out.fingers_db = brown_db(values_db, kFingerCorrelation);
  out.db = face_db ? brown_db(values_db, kFingerCorrelation, *face_db, kFaceCorrelation) : out.fingers_db;
  return out;
}

}  // namespace whorl::engine
