#include "engine/evaluation/identification/gallery_size.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/evaluation/bootstrap.h"

namespace whorl::evaluation {
namespace {

constexpr double kCurveFpirs[] = {0.1, 0.01};

std::vector<std::size_t> sizes_up_to(std::size_t most) {
  std::vector<std::size_t> out;
  for (std::size_t decade = 1; decade < most; decade *= 10) {
    for (const std::size_t m : {1, 2, 5}) {
      if (m * decade < most) out.push_back(m * decade);
    }
  }
  out.push_back(most);
  return out;
}

std::size_t hits(const Search& search, double threshold) {
  const auto& scores = search.non_mated;
  return static_cast<std::size_t>(std::upper_bound(scores.begin(), scores.end(), threshold, std::greater<>()) -
                                  scores.begin());
}

// The mean chance of the searches, persons weighted as drawn.
double mean_chance(const SearchSet& set, const std::vector<double>& chances, const std::vector<std::uint32_t>* times) {
  double sum = 0;
  double n = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    const double weight = times == nullptr ? 1 : (*times)[set.searches[i].person];
    sum += weight * chances[i];
    n += weight;
  }
  return n > 0 ? sum / n : 0;
}

std::vector<double> chances_at(const SearchSet& set, double threshold, std::size_t size) {
  std::vector<double> out;
  for (const Search& s : set.searches) out.push_back(chance_of_hit(hits(s, threshold), s.non_mated.size(), size));
  return out;
}

SizeCurve curve_at(const SearchSet& set, const SearchPoint& at, const Draws& draws) {
  SizeCurve out;
  out.target_fpir = at.target_fpir;
  out.threshold = at.threshold;
  std::uint64_t reach = 0;
  std::uint64_t all = 0;
  for (const Search& s : set.searches) {
    reach += hits(s, at.threshold);
    all += s.non_mated.size();
  }
  out.fmr = rate_of(reach, all);
  for (const std::size_t size : sizes_up_to(set.gallery_size())) {
    const std::vector<double> chances = chances_at(set, at.threshold, size);
    std::vector<double> replicates;
    for (const auto& times : draws) replicates.push_back(mean_chance(set, chances, &times));
    SizePoint point{size, mean_chance(set, chances, nullptr), 0, 0, 0};
    std::tie(point.low, point.high) = percentile_interval(std::move(replicates), point.fpir);
    point.formula = -std::expm1(static_cast<double>(size) * std::log1p(-out.fmr.value()));
    out.points.push_back(point);
  }
  return out;
}

// The lowest threshold at which sub-galleries of `size` give at most `target_fpir`, of those where a search changes.
double threshold_for(const SearchSet& set, const std::vector<double>& scores, std::size_t size, double target_fpir) {
  std::size_t low = 0;  // scores fall: at scores[low] and above the rate is low enough
  std::size_t high = scores.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (mean_chance(set, chances_at(set, scores[middle], size), nullptr) <= target_fpir + 1e-12) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == scores.size()) return scores.back();
  return std::nextafter(scores[low], std::numeric_limits<double>::infinity());
}

SizeCost cost_at(const SearchSet& set, const std::vector<double>& scores, std::size_t size, double target_fpir,
                 const Draws& draws) {
  SizeCost out;
  out.size = size;
  out.threshold = threshold_for(set, scores, size, target_fpir);
  const auto miss = [&](const Search& s) { return s.mated < out.threshold; };
  const auto misses = std::count_if(set.searches.begin(), set.searches.end(), miss);
  out.fnir = rate_of(static_cast<std::uint64_t>(misses), set.searches.size());
  widen(out.fnir, set, draws, miss);
  return out;
}

std::vector<double> all_scores(const SearchSet& set) {
  std::vector<double> out;
  for (const Search& s : set.searches) out.insert(out.end(), s.non_mated.begin(), s.non_mated.end());
  std::sort(out.begin(), out.end(), std::greater<>());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<double> db_of(const SearchSet& set, const engine::Calibration* calibration, double threshold) {
  if (set.unit == ScoreUnit::kDecibels) return threshold;
  return calibration == nullptr ? std::nullopt : std::optional(calibration->db(threshold));
}

}  // namespace

double chance_of_hit(std::size_t hits, std::size_t of, std::size_t size) {
  if (hits == 0 || size == 0) return 0;
  if (hits + size > of) return 1;
  double none = 1;
  for (std::size_t j = 0; j < hits; ++j) none *= static_cast<double>(of - size - j) / static_cast<double>(of - j);
  return 1 - none;
}

GallerySizes gallery_sizes(const SearchSet& set, const engine::Calibration* calibration,
                           const BootstrapOptions& options) {
  GallerySizes out;
  const Draws draws = draws_of_persons(set, options);
  for (const double target : kCurveFpirs) {
    const SearchPoint at = search_point(set, target);
    if (!at.supported || at.fpir.errors == 0) continue;
    out.curves.push_back(curve_at(set, at, draws));
    out.curves.back().db = db_of(set, calibration, at.threshold);
  }
  if (!search_point(set, out.target_fpir).supported) return out;
  const std::vector<double> scores = all_scores(set);
  for (const std::size_t size : sizes_up_to(set.gallery_size())) {
    out.costs.push_back(cost_at(set, scores, size, out.target_fpir, draws));
    out.costs.back().db = db_of(set, calibration, out.costs.back().threshold);
  }
  return out;
}

}  // namespace whorl::evaluation
