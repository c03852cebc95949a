#include "engine/evaluation/identification/rates.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/evaluation/bootstrap.h"

namespace whorl::evaluation {
namespace {

constexpr std::size_t kMostRanks = 20;
constexpr double kThinning = 1.12;  // the next number of false positives that the curve shows

// The highest score of each search for somebody who is not enrolled, the highest first.
std::vector<double> best_of_others(const SearchSet& set) {
  std::vector<double> out;
  for (const Search& search : set.searches) out.push_back(search.non_mated.front());
  std::sort(out.begin(), out.end(), std::greater<>());
  return out;
}

// The lowest threshold that lets `allowed` of `best` through.
double threshold_for(const std::vector<double>& best, std::size_t allowed) {
  if (allowed >= best.size()) return best.back();
  return std::nextafter(best[allowed], std::numeric_limits<double>::infinity());
}

template <class Condition>
Rate share(const SearchSet& set, Condition condition) {
  const auto n = std::count_if(set.searches.begin(), set.searches.end(), condition);
  return rate_of(static_cast<std::uint64_t>(n), set.searches.size());
}

struct AtThreshold {
  double threshold;
  [[nodiscard]] bool false_positive(const Search& s) const { return s.non_mated.front() >= threshold; }
  [[nodiscard]] bool miss(const Search& s) const { return s.mated < threshold; }
  [[nodiscard]] bool missed_first(const Search& s) const { return miss(s) || SearchSet::rank_of(s) > 1; }
};

SearchPoint point_at(const SearchSet& set, double threshold) {
  const AtThreshold at{threshold};
  SearchPoint out;
  out.threshold = threshold;
  out.fpir = share(set, [&](const Search& s) { return at.false_positive(s); });
  out.fnir = share(set, [&](const Search& s) { return at.miss(s); });
  out.missed_first = share(set, [&](const Search& s) { return at.missed_first(s); });
  return out;
}

void widen_all(SearchPoint& point, const SearchSet& set, const Draws& draws) {
  const AtThreshold at{point.threshold};
  widen(point.fpir, set, draws, [&](const Search& s) { return at.false_positive(s); });
  widen(point.fnir, set, draws, [&](const Search& s) { return at.miss(s); });
  widen(point.missed_first, set, draws, [&](const Search& s) { return at.missed_first(s); });
}

std::vector<SearchPoint> curve_of(const SearchSet& set, const std::vector<double>& best) {
  std::vector<SearchPoint> out;
  for (std::size_t allowed = 1; allowed <= best.size();
       allowed = std::max(allowed + 1, static_cast<std::size_t>(kThinning * static_cast<double>(allowed)))) {
    SearchPoint point = point_at(set, threshold_for(best, allowed));
    // Equal scores let fewer through than allowed: the same point again.
    if (point.fpir.errors == 0 || (!out.empty() && out.back().threshold == point.threshold)) continue;
    point.target_fpir = static_cast<double>(allowed) / static_cast<double>(best.size());
    out.push_back(point);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<RankPoint> ranks_of(const SearchSet& set, const Draws& draws) {
  std::vector<RankPoint> out;
  for (std::size_t rank = 1; rank <= std::min(kMostRanks, set.gallery_size() + 1); ++rank) {
    const auto hit = [rank](const Search& s) { return SearchSet::rank_of(s) <= rank; };
    RankPoint point{rank, share(set, hit)};
    widen(point.hit, set, draws, hit);
    out.push_back(point);
  }
  return out;
}

std::vector<double> default_targets(std::uint64_t searches) {
  std::vector<double> out;
  for (const double target : {0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7}) {
    out.push_back(target);
    if (target * static_cast<double>(searches) < 1 - 1e-9) break;
  }
  return out;
}

std::vector<double> targets_of(const IdentificationOptions& options, std::uint64_t searches) {
  std::vector<double> out = options.target_fpirs.empty() ? default_targets(searches) : options.target_fpirs;
  out.insert(out.end(), options.also.begin(), options.also.end());
  std::sort(out.begin(), out.end(), std::greater<>());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<LevelPoint> levels_of(const SearchSet& set, const engine::Calibration* calibration, const Draws& draws) {
  std::vector<LevelPoint> out;
  const bool raw = set.unit == ScoreUnit::kRaw;
  if (raw && calibration == nullptr) return out;
  const double most = raw ? calibration->max_db() : 120;
  std::uint64_t all = 0;
  for (const Search& search : set.searches) all += search.non_mated.size();
  for (double db = 0; db <= most; db += 1) {
    const double threshold = raw ? calibration->score_at(db) : db;
    SearchPoint point = point_at(set, threshold);
    widen_all(point, set, draws);
    std::uint64_t reach = 0;
    for (const Search& s : set.searches) {
      reach += static_cast<std::uint64_t>(
          std::upper_bound(s.non_mated.begin(), s.non_mated.end(), threshold, std::greater<>()) - s.non_mated.begin());
    }
    out.push_back({db, rate_of(reach, all), point.fpir, point.fnir});
    if (point.fnir.errors == point.fnir.trials && reach == 0) break;
  }
  return out;
}

}  // namespace

std::string SearchPoint::text() const {
  if (!supported) return "not supported: FPIR " + rule_of_three(fpir.trials);
  return fnir.text();
}

SearchPoint search_point(const SearchSet& set, double target_fpir) {
  const std::vector<double> best = best_of_others(set);
  const double n = static_cast<double>(best.size());
  SearchPoint out = point_at(set, threshold_for(best, static_cast<std::size_t>(std::floor(target_fpir * n + 1e-9))));
  out.target_fpir = target_fpir;
  out.supported = target_fpir * n >= 1 - 1e-9;
  return out;
}

Draws draws_of_persons(const SearchSet& set, const BootstrapOptions& options) {
  Draws out;
  for (int r = 0; r < options.replicates; ++r) {
    out.push_back(draw_with_replacement(set.persons.size(), options.seed * 7919 + static_cast<std::uint64_t>(r)));
  }
  return out;
}

void widen(Rate& rate, std::vector<double> replicates) {
  const auto [low, high] = percentile_interval(std::move(replicates), rate.value());
  rate.low = std::min(rate.low, low);
  rate.high = std::max(rate.high, high);
}

Identification identification_of(const SearchSet& set, const engine::Calibration* calibration,
                                 const IdentificationOptions& options) {
  Identification out;
  out.name = set.name;
  out.fingers = set.fingers;
  out.persons = set.persons.size();
  out.references = set.references;
  out.searches = set.searches.size();
  out.gallery_size = set.gallery_size();
  const Draws draws = draws_of_persons(set, options.bootstrap);
  for (const double target : targets_of(options, out.searches)) {
    out.points.push_back(search_point(set, target));
  }
  out.curve = curve_of(set, best_of_others(set));
  for (auto* points : {&out.points, &out.curve}) {
    for (SearchPoint& point : *points) {
      widen_all(point, set, draws);
      if (set.unit == ScoreUnit::kDecibels) point.db = point.threshold;
      if (set.unit == ScoreUnit::kRaw && calibration != nullptr) point.db = calibration->db(point.threshold);
    }
  }
  out.ranks = ranks_of(set, draws);
  out.levels = levels_of(set, calibration, draws);
  return out;
}

}  // namespace whorl::evaluation
