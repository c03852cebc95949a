// Bonferroni, Fisher and Brown: fusion.h says which step is whose, and why.
#include "engine/fusion.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace whorl::engine {
namespace {

constexpr double kDbPerNeper = 10.0 / std::numbers::ln10;

// Indices of a modality's pairs, best first; equal ones in the order of the pairs. Of fingers raw scores say nothing
// more (a finger may have several partners); of others the more alike comes first.
std::vector<std::size_t> best_first(std::span<const ScoredPair> pairs, Modality modality) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].modality == modality) order.push_back(i);
  }
  const bool by_score = modality != Modality::kFinger;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (pairs[a].db != pairs[b].db) return pairs[a].db > pairs[b].db;
    return by_score && pairs[a].score > pairs[b].score;
  });
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

double brown_db(const ByModality<std::vector<double>>& values_db, const Correlations& correlations) {
  double k = 0;
  double s = 0;
  double covariances = 0;
  for (const ModalityRow& a : modalities()) {
    const auto n = static_cast<double>(values_db[a.modality].size());
    if (n == 0) continue;
    s += sum_nepers(values_db[a.modality]);
    covariances += n * (n - 1) * covariance(correlations[a.modality][a.modality]);
    for (const ModalityRow& b : modalities()) {
      if (b.modality == a.modality) continue;
      covariances +=
          n * static_cast<double>(values_db[b.modality].size()) * covariance(correlations[a.modality][b.modality]);
    }
    k += n;
  }
  return k == 0 ? 0 : combined_db(k, s, covariances);
}

const Correlations& correlations() {
  static const Correlations table = [] {
    Correlations out;
    out[Modality::kFinger][Modality::kFinger] = kFingerCorrelation;
    return out;
  }();
  return table;
}

namespace {

// Steps 1 and 2 of one modality: its values, and the pairs that gave them.
std::vector<double> values_of(std::span<const ScoredPair> pairs, Modality modality, std::vector<std::size_t>& used) {
  const std::vector<std::size_t> order = best_first(pairs, modality);
  std::map<std::uint32_t, std::size_t> tries;
  for (const std::size_t i : order) ++tries[pairs[i].probe_group];
  std::set<std::uint32_t> explained;
  std::set<std::uint32_t> taken;
  std::vector<double> values_db;
  for (const std::size_t i : order) {
    const ScoredPair& pair = pairs[i];
    if (explained.count(pair.probe_group) != 0 || taken.count(pair.reference_group) != 0) continue;
    explained.insert(pair.probe_group);
    taken.insert(pair.reference_group);
    values_db.push_back(best_of_db(pair.db, tries[pair.probe_group]));
    used.push_back(i);
  }
  values_db.resize(tries.size(), 0.0);
  return values_db;
}

}  // namespace

Fused fuse(std::span<const ScoredPair> pairs) {
  Fused out;
  ByModality<std::vector<double>> values_db;
  std::size_t given = 0;
  for (const ModalityRow& row : modalities()) {
    auto& values = values_db[row.modality];
    values = values_of(pairs, row.modality, out.used);
    if (values.empty()) continue;
    out.alone[row.modality] = brown_db(values, correlations()[row.modality][row.modality]);
    out.db = out.alone[row.modality];
    ++given;
  }
  if (given > 1) out.db = brown_db(values_db, correlations());
  return out;
}

}  // namespace whorl::engine
