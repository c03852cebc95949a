#include "engine/calibration.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <optional>

#include "engine/shipped_calibration.h"
#include "templates/fingerprint/compare.h"
#include "templates/fingerprint/extract.h"

namespace whorl::engine {
namespace {

// Knots of the measured part lie at most this far apart, where the scores allow it.
constexpr double kKnotStep_db = 0.2;
// The tail's slope holds with this one-sided confidence.
constexpr double kTailConfidence = 0.95;

double decibels_of(std::size_t reached, std::size_t n) {
  const double db = -10.0 * std::log10(static_cast<double>(reached) / static_cast<double>(n));
  return db == 0.0 ? 0.0 : db;  // no negative zero
}

// Nine significant digits, as the file holds them, so that a calibration equals its file.
double as_in_file(double v) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, v, std::chars_format::general, 9).ptr;
  double out = 0;
  std::from_chars(text, end, out);
  return out;
}

// (score, dB) at every distinct score that at least kMinExceedances impostors reach. `sorted` ascends.
std::vector<Calibration::Knot> empirical(const std::vector<double>& sorted) {
  std::vector<Calibration::Knot> out;
  const std::size_t n = sorted.size();
  for (std::size_t i = 0; i < n && n - i >= Calibration::kMinExceedances; ++i) {
    if (i > 0 && sorted[i] == sorted[i - 1]) continue;
    out.push_back({sorted[i], decibels_of(n - i, n)});
  }
  return out;
}

// Thins `all` so that interpolation between the kept knots is off by no more than kKnotStep_db.
std::vector<Calibration::Knot> thinned(const std::vector<Calibration::Knot>& all) {
  std::vector<Calibration::Knot> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool last = i + 1 == all.size();
    if (!out.empty() && !last && all[i + 1].db - out.back().db <= kKnotStep_db) continue;
    const Calibration::Knot knot{as_in_file(all[i].score), as_in_file(all[i].db)};
    if (out.empty() || knot.score > out.back().score) out.push_back(knot);
  }
  return out;
}

// Decibels per unit of score of the exponential tail: the lower confidence limit of the rate, and the least
// of it over several tail sizes, so that a tail heavier than exponential is not overstated. Exceedances y_i
// of an exponential tail with rate r satisfy 2 r sum(y) ~ chi-squared with 2k degrees of freedom.
double tail_slope(const std::vector<double>& sorted) {
  const std::size_t n = sorted.size();
  std::optional<double> rate;
  double sum = 0;
  std::size_t k = 0;
  for (const std::size_t wanted : {25, 50, 100, 250, 500, 1000, 2500}) {
    if (wanted > n / 20) break;
    const double base = sorted[n - wanted - 1];
    for (sum = 0, k = 0; k < wanted; ++k) sum += sorted[n - 1 - k] - base;
    if (!(sum > 0)) continue;  // ties: this tail size says nothing
    const boost::math::chi_squared law(2.0 * static_cast<double>(wanted));
    const double limit = boost::math::quantile(law, 1.0 - kTailConfidence) / (2.0 * sum);
    rate = std::min(rate.value_or(limit), limit);
  }
  return rate.value_or(0.0) * 10.0 / std::numbers::ln10;
}

// FNMR at every whole 5 dB. `genuine` ascends.
std::vector<Calibration::Miss> misses_of(const Calibration& calibration, const std::vector<double>& genuine) {
  std::vector<Calibration::Miss> out;
  if (genuine.empty()) return out;
  for (double db = 0; db <= calibration.max_db(); db += 5.0) {
    const auto below = std::partition_point(genuine.begin(), genuine.end(),
                                            [&](double s) { return calibration.db(s) < db; });
    const auto count = static_cast<double>(below - genuine.begin());
    out.push_back({db, as_in_file(count / static_cast<double>(genuine.size()))});
  }
  return out;
}

bool all_finite(const std::vector<double>& scores) {
  return std::all_of(scores.begin(), scores.end(), [](double s) { return std::isfinite(s); });
}

}  // namespace

Result<Calibration> Calibration::fit(std::vector<double> impostor, std::vector<double> genuine,
                                     std::string source, Origin origin) {
  if (impostor.size() < kMinImpostors) {
    return invalid_input("a calibration needs at least " + std::to_string(kMinImpostors) +
                             " impostor scores, and there are " + std::to_string(impostor.size()) +
                             "; give more data sets or more fingers",
                         "impostor");
  }
  if (!all_finite(impostor)) return invalid_input("a score is not a finite number", "impostor");
  if (!all_finite(genuine)) return invalid_input("a score is not a finite number", "genuine");
  if (source.size() > kMaxSourceBytes) return invalid_input("must be at most 4096 bytes", "source");
  if (origin.network.size() > kMaxNetworkBytes) return invalid_input("must be at most 128 bytes", "network");
  std::replace_if(
      source.begin(), source.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  std::sort(impostor.begin(), impostor.end());
  std::sort(genuine.begin(), genuine.end());

  Calibration out;
  out.source_ = std::move(source);
  out.impostors_ = impostor.size();
  out.genuines_ = genuine.size();
  out.origin_ = std::move(origin);
  out.knots_ = thinned(empirical(impostor));
  out.measured_db_ = out.max_db_ = out.knots_.back().db;
  if (const double slope = tail_slope(impostor); slope > 0) {
    const Knot anchor = out.knots_.back();
    const Knot end{as_in_file(anchor.score + kMaxExtrapolation_db / slope),
                   as_in_file(anchor.db + kMaxExtrapolation_db)};
    if (end.score > anchor.score) {
      out.knots_.push_back(end);
      out.max_db_ = end.db;
    }
  }
  out.misses_ = misses_of(out, genuine);
  return out;
}

double Calibration::db(double raw_score) const {
  if (!(raw_score > knots_.front().score)) return knots_.front().db;  // also not-a-number
  if (raw_score >= knots_.back().score) return knots_.back().db;
  const auto above = std::upper_bound(knots_.begin(), knots_.end(), raw_score,
                                      [](double s, const Knot& k) { return s < k.score; });
  const Knot& a = *(above - 1);
  const Knot& b = *above;
  return std::lerp(a.db, b.db, (raw_score - a.score) / (b.score - a.score));
}

double Calibration::score_at(double decibels) const {
  const auto at = std::lower_bound(knots_.begin(), knots_.end(), decibels,
                                   [](const Knot& k, double d) { return k.db < d; });
  if (at == knots_.begin()) return knots_.front().score;
  if (at == knots_.end()) return knots_.back().score;
  const Knot& a = *(at - 1);
  return std::lerp(a.score, at->score, (decibels - a.db) / (at->db - a.db));
}

Calibration::Origin Calibration::fingerprints() {
  return {fingerprint::kExtractorVersion, fingerprint::kComparatorVersion, ""};
}

Status Calibration::check_versions() const { return check_origin(fingerprints()); }

Status Calibration::check_origin(const Origin& wanted) const {
  if (origin_ == wanted) return {};
  const auto of = [](const Origin& o) {
    return "extractor " + std::to_string(o.extractor_version) + " and comparator " +
           std::to_string(o.comparator_version) + " of " + (o.network.empty() ? "fingerprints" : "faces, network " + o.network);
  };
  return invalid_input("the calibration belongs to " + of(origin_) + ", and this needs one of " + of(wanted) +
                           "; make one with `whorl calibrate`",
                       "calibration");
}

const Calibration& Calibration::shipped() {
  static const Calibration calibration = [] {
    auto parsed = parse(shipped_calibration_json());
    if (!parsed.ok()) {  // a build that no test can have passed
      std::fprintf(stderr, "the calibration inside this binary is unusable: %s\n",
                   parsed.error().text().c_str());
      std::abort();
    }
    return std::move(parsed).value();
  }();
  return calibration;
}

}  // namespace whorl::engine
