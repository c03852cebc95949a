// How a calibration is made from scores: docs/calibration.md, "The fit".
#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "base/catalogue.h"
#include "engine/calibration.h"
#include "engine/known_position.h"

namespace whorl::engine {
namespace {

using Knot = Calibration::Knot;
using Tally = Calibration::Tally;

// Knots of the measured part lie at most this far apart, where the scores allow it.
constexpr double kKnotStep_db = 0.2;
// A population follows the tail of one that was counted more than so many times as often.
constexpr std::uint64_t kGuideCounts = 4;
// How many scores a tail is measured on at least, where that is no more than a twentieth of all.
constexpr std::uint64_t kLeastTail = 100;
// The same of a tail whose shape another population shows. What is left to measure is its slope alone, and the hundred
// highest of some ten thousand pairs are comparisons of a few fingers with a few others, which is less than their
// number says.
constexpr std::uint64_t kLeastGuidedTail = 250;
// The tail's slope holds with this one-sided confidence.
constexpr double kTailConfidence = 0.95;

double decibels_of(std::uint64_t reached, std::uint64_t n) {
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

std::uint64_t total_of(const std::vector<Tally>& scores) {
  std::uint64_t out = 0;
  for (const Tally& t : scores) out += t.count;
  return out;
}

// (score, dB) at every distinct score that at least kMinExceedances non-mated comparisons reach. `sorted` ascends.
std::vector<Knot> counted(const std::vector<Tally>& sorted) {
  std::vector<Knot> out;
  const std::uint64_t n = total_of(sorted);
  std::uint64_t reached = n;
  for (std::size_t i = 0; i < sorted.size() && reached >= Calibration::kMinExceedances; ++i) {
    if (i == 0 || sorted[i].score != sorted[i - 1].score) out.push_back({sorted[i].score, decibels_of(reached, n)});
    reached -= sorted[i].count;
  }
  return out;
}

// The sum of what the `wanted` largest scores exceed the next one by.
double exceedance(const std::vector<Tally>& sorted, std::uint64_t wanted) {
  std::uint64_t left = wanted;
  std::size_t i = sorted.size();
  double sum = 0;
  while (i > 0 && sorted[i - 1].count <= left) {
    --i;
    sum += sorted[i].score * static_cast<double>(sorted[i].count);
    left -= sorted[i].count;
  }
  if (i == 0) return 0;  // there is no next one
  // The rest of `left` lies at the base itself.
  return sum - static_cast<double>(wanted - left) * sorted[i - 1].score;
}

// Decibels per unit of score of the exponential tail: the lower confidence limit of the rate, and the least
// of it over several tail sizes, so that a tail heavier than exponential is not overstated. Exceedances y_i
// of an exponential tail with rate r satisfy 2 r sum(y) ~ chi-squared with 2k degrees of freedom. Where there are
// enough scores no size under kLeastTail (kLeastGuidedTail) counts: the limit of 25 lies a third below the rate
// whatever the tail is like, and a few comparisons of one finger with one other are most of them.
double tail_slope(const std::vector<Tally>& sorted, bool guided) {
  const std::uint64_t n = total_of(sorted);
  const std::uint64_t least = guided && kLeastGuidedTail <= n / 20 ? kLeastGuidedTail : kLeastTail;
  std::optional<double> rate;
  for (const std::uint64_t wanted : {25, 50, 100, 250, 500, 1000, 2500}) {
    if (wanted > n / 20) break;
    if (wanted < least && least <= n / 20) continue;
    const double sum = exceedance(sorted, wanted);
    if (!(sum > 0)) continue;  // ties: this tail size says nothing
    const boost::math::chi_squared law(2.0 * static_cast<double>(wanted));
    const double limit = boost::math::quantile(law, 1.0 - kTailConfidence) / (2.0 * sum);
    rate = std::min(rate.value_or(limit), limit);
  }
  return rate.value_or(0.0) * 10.0 / std::numbers::ln10;
}

// What one non-mated population says.
struct Curve {
  std::vector<Knot> knots;       // counted
  double slope = 0;              // beyond them, dB a unit of score; or a dB of `guide`
  const Curve* guide = nullptr;  // of a population that was counted much deeper
  bool one_position = false;     // decibels are those that are left once the position is stated
  double counted_db = 0;         // at the last knot, no margin taken off

  [[nodiscard]] double db(double score) const {
    if (score <= knots.front().score) return knots.front().db;
    if (score >= knots.back().score) {
      const double last = knots.back().score;
      return knots.back().db + slope * (guide != nullptr ? guide->db(score) - guide->db(last) : score - last);
    }
    const auto above =
        std::upper_bound(knots.begin(), knots.end(), score, [](double s, const Knot& k) { return s < k.score; });
    const Knot& a = *(above - 1);
    return std::lerp(a.db, above->db, (score - a.score) / (above->score - a.score));
  }
  // What a calibration may claim. Of one position it bends once, downwards, so that a chord across the bend claims
  // less.
  [[nodiscard]] double claim(double score) const { return one_position ? calibrated_db(db(score)) : db(score); }
};

double least(const std::vector<Curve>& curves, double score) {
  double out = curves.front().claim(score);
  for (const Curve& c : curves) out = std::min(out, c.claim(score));
  return out;
}

// The least of the curves: their knots, and where between two knots one takes over from another. The curves
// are straight between neighbouring scores. `scores` ascends, each once.
std::vector<Knot> lower_envelope(const std::vector<Curve>& curves, const std::vector<double>& scores) {
  std::vector<Knot> out;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    out.push_back({scores[i], least(curves, scores[i])});
    if (i + 1 == scores.size()) break;
    const double from = scores[i];
    const double to = scores[i + 1];
    std::vector<double> crossings;
    for (std::size_t a = 0; a < curves.size(); ++a) {
      for (std::size_t b = a + 1; b < curves.size(); ++b) {
        const double before = curves[a].claim(from) - curves[b].claim(from);
        const double after = curves[a].claim(to) - curves[b].claim(to);
        if (before * after < 0) crossings.push_back(std::lerp(from, to, before / (before - after)));
      }
    }
    std::sort(crossings.begin(), crossings.end());
    for (const double s : crossings) out.push_back({s, least(curves, s)});
  }
  return out;
}

// Thins `all` so that interpolation between the kept knots is off by no more than kKnotStep_db.
std::vector<Knot> thinned(const std::vector<Knot>& all) {
  std::vector<Knot> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool last = i + 1 == all.size();
    if (!out.empty() && !last && all[i + 1].db - out.back().db <= kKnotStep_db) continue;
    const Knot knot{as_in_file(all[i].score), as_in_file(all[i].db)};
    if (out.empty() || knot.score > out.back().score) out.push_back(knot);
  }
  return out;
}

// FNMR at every whole 5 dB. `mated` ascends.
std::vector<Calibration::Miss> misses_of(const Calibration& calibration, const std::vector<double>& mated) {
  std::vector<Calibration::Miss> out;
  if (mated.empty()) return out;
  for (double db = 0; db <= calibration.max_db(); db += 5.0) {
    const auto below =
        std::partition_point(mated.begin(), mated.end(), [&](double s) { return calibration.db(s) < db; });
    const auto count = static_cast<double>(below - mated.begin());
    out.push_back({db, as_in_file(count / static_cast<double>(mated.size()))});
  }
  return out;
}

Status check(const Calibration::NonMated& population) {
  for (const Tally& t : population.scores) {
    if (!std::isfinite(t.score))
      return failure(ErrorCode::kScoresUnusable, "impostor", with<"detail">("a score is not a finite number"));
    if (t.count == 0 || t.count > Calibration::kMaxCount) {
      return failure(ErrorCode::kScoresUnusable, "impostor",
                     with<"detail">("a score is counted 0 times or more than 10^12 times"));
    }
  }
  if (!std::isfinite(population.margin_db))
    return failure(ErrorCode::kScoresUnusable, "impostor", with<"detail">("a margin is not a finite number"));
  const std::uint64_t n = total_of(population.scores);
  if (n >= Calibration::kMinNonMated) return {};
  if (population.name.empty()) {
    return failure(ErrorCode::kScoresTooFew, "impostor", with<"needed">(Calibration::kMinNonMated), with<"given">(n));
  }
  return failure(ErrorCode::kScoresTooFew, "impostor", with<"needed">(Calibration::kMinNonMated), with<"given">(n),
                 with<"set">(population.name));
}

Curve curve_of(const Calibration::NonMated& population, const Curve* guide) {
  std::vector<Tally> scores = population.scores;
  std::sort(scores.begin(), scores.end(), [](const Tally& a, const Tally& b) { return a.score < b.score; });
  Curve out{counted(scores), 0, guide, population.one_position};
  out.counted_db = out.knots.back().db;
  if (guide == nullptr) {
    out.slope = tail_slope(scores, false);
  } else {
    for (Tally& t : scores) t.score = guide->db(t.score);
    out.slope = std::min(1.0, tail_slope(scores, true));
  }
  for (Knot& knot : out.knots) knot.db = std::max(0.0, knot.db - population.margin_db);
  out.knots.front().db = 0;  // every pair reaches it
  return out;
}

// One curve a population, in their order. The most counted one guides those that have few.
class Curves {
 public:
  explicit Curves(const std::vector<Calibration::NonMated>& populations) {
    const auto count = [](const Calibration::NonMated& population) { return total_of(population.scores); };
    const auto most = std::max_element(populations.begin(), populations.end(),
                                       [&](const auto& a, const auto& b) { return count(a) < count(b); });
    guide_ = curve_of(*most, nullptr);
    for (const auto& population : populations) {
      const bool few = count(population) < count(*most) / kGuideCounts;
      curves_.push_back(&population == &*most ? guide_ : curve_of(population, few ? &guide_ : nullptr));
    }
  }
  Curves(const Curves&) = delete;  // curves point at the guide
  Curves& operator=(const Curves&) = delete;

  [[nodiscard]] const std::vector<Curve>& all() const { return curves_; }

 private:
  Curve guide_;
  std::vector<Curve> curves_;
};

// The scores at which any curve bends or is first extrapolated, and one far beyond them all.
std::vector<double> bends(const std::vector<Curve>& curves) {
  std::vector<double> out;
  double flattest = std::numeric_limits<double>::infinity();
  for (const Curve& c : curves) {
    for (const Knot& k : c.knots) out.push_back(k.score);
    flattest = std::min(flattest, c.guide != nullptr ? c.slope * c.guide->slope : c.slope);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (flattest > 0) out.push_back(out.back() + 2 * Calibration::kMaxExtrapolation_db / flattest);
  return out;
}

// Ends the curve where it reaches `db`.
void cut_at(std::vector<Knot>& knots, double db) {
  const auto over = std::find_if(knots.begin(), knots.end(), [&](const Knot& k) { return k.db > db; });
  if (over == knots.end() || over == knots.begin()) return;
  const Knot& before = *(over - 1);
  over->score = std::lerp(before.score, over->score, (db - before.db) / (over->db - before.db));
  over->db = db;
  knots.erase(over + 1, knots.end());
}

}  // namespace

Result<Calibration> Calibration::fit(const std::vector<NonMated>& populations, std::vector<double> mated,
                                     std::string source, Origin origin) {
  if (populations.empty()) return check(NonMated{}).error();
  for (const NonMated& population : populations) WHORL_TRY(check(population));
  if (!std::all_of(mated.begin(), mated.end(), [](double s) { return std::isfinite(s); })) {
    return failure(ErrorCode::kScoresUnusable, "genuine", with<"detail">("a score is not a finite number"));
  }
  if (source.size() > kMaxSourceBytes)
    return failure(ErrorCode::kTextTooLong, "source", with<"most_bytes">(kMaxSourceBytes));
  if (origin.network.size() > kMaxNetworkBytes)
    return failure(ErrorCode::kTextTooLong, "network", with<"most_bytes">(kMaxNetworkBytes));
  std::replace_if(
      source.begin(), source.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  std::sort(mated.begin(), mated.end());

  Calibration out;
  out.source_ = std::move(source);
  out.mated_ = mated.size();
  out.origin_ = std::move(origin);
  for (const NonMated& population : populations) out.non_mated_ += total_of(population.scores);
  const Curves made(populations);
  const std::vector<Curve>& curves = made.all();
  double last_counted = curves.front().knots.back().score;
  double deepest_db = 0;
  for (const Curve& curve : curves) {
    last_counted = std::max(last_counted, curve.knots.back().score);
    deepest_db = std::max(deepest_db, curve.counted_db);
  }
  std::vector<Knot> knots = lower_envelope(curves, bends(curves));
  const auto beyond =
      std::upper_bound(knots.begin(), knots.end(), last_counted, [](double s, const Knot& k) { return s < k.score; });
  const std::vector<Knot> measured = thinned({knots.begin(), beyond});
  std::vector<Knot> further{measured.back()};
  further.insert(further.end(), beyond, knots.end());
  out.knots_ = measured;
  out.measured_db_ = std::min(measured.back().db, as_in_file(deepest_db));
  cut_at(further, out.measured_db_ + kMaxExtrapolation_db);
  for (const Knot& knot : thinned(further)) {
    if (knot.score > out.knots_.back().score) out.knots_.push_back(knot);
  }
  out.max_db_ = out.knots_.back().db;
  out.misses_ = misses_of(out, mated);
  return out;
}

Result<Calibration> Calibration::fit(const std::vector<double>& non_mated, std::vector<double> mated,
                                     std::string source, Origin origin) {
  NonMated all;
  all.scores.reserve(non_mated.size());
  for (const double s : non_mated) all.scores.push_back({s, 1});
  return fit(std::vector<NonMated>{std::move(all)}, std::move(mated), std::move(source), std::move(origin));
}

}  // namespace whorl::engine
