#include "engine/evaluation/rates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/parallel.h"
#include "engine/evaluation/bootstrap.h"

namespace whorl::evaluation {
namespace {

// All scores of a trial in ascending order, each with the fingers it came from.
struct Ordered {
  struct Item {
    double value;
    std::uint32_t finger_a;
    std::uint32_t finger_b;
    bool mated;
  };
  std::vector<Item> items;
};

Ordered ordered(const Trial& trial) {
  Ordered out;
  out.items.reserve(trial.mated.size() + trial.non_mated.size());
  for (const Score& s : trial.mated) out.items.push_back({s.value, s.finger_a, s.finger_b, true});
  for (const Score& s : trial.non_mated) out.items.push_back({s.value, s.finger_a, s.finger_b, false});
  std::sort(out.items.begin(), out.items.end(), [](const auto& x, const auto& y) { return x.value < y.value; });
  return out;
}

double next_up(double v) { return std::nextafter(v, std::numeric_limits<double>::infinity()); }

// Walks the DET of weighted scores from the lowest threshold up; visit(point) returns false to stop.
template <class Weight, class Visit>
void walk(const Ordered& scores, double mated, double non_mated, Weight weight, Visit visit) {
  double below_mated = 0;
  double below_non_mated = 0;
  const auto& items = scores.items;
  for (std::size_t i = 0; i < items.size();) {
    const double threshold = items[i].value;
    if (!visit(DetPoint{threshold, 1.0 - below_non_mated / non_mated, below_mated / mated})) return;
    for (; i < items.size() && items[i].value == threshold; ++i) {
      (items[i].mated ? below_mated : below_non_mated) += weight(items[i]);
    }
  }
  visit(DetPoint{next_up(items.back().value), 0.0, 1.0});
}

// (EER, threshold) of weighted scores.
template <class Weight>
std::pair<double, double> crossing(const Ordered& scores, Weight weight) {
  double mated = 0;
  double non_mated = 0;
  for (const auto& item : scores.items) (item.mated ? mated : non_mated) += weight(item);
  if (mated == 0 || non_mated == 0) return {std::numeric_limits<double>::quiet_NaN(), 0};
  DetPoint before;
  std::pair<double, double> out{0, 0};
  bool first = true;
  walk(scores, mated, non_mated, weight, [&](const DetPoint& now) {
    const double gap = now.fmr - now.fnmr;
    if (gap > 0) {
      before = now;
      first = false;
      return true;
    }
    const double gap_before = first ? 0 : before.fmr - before.fnmr;
    const double share = first || gap_before == gap ? 1 : gap_before / (gap_before - gap);
    out = {first ? now.fmr : std::lerp(before.fmr, now.fmr, share), now.threshold};
    return false;
  });
  return {std::max(0.0, out.first), out.second};
}

double plain_weight(const Ordered::Item&) { return 1; }

// Sets of one run draw from different sequences: FNV-1a of the name goes into the seed.
std::uint64_t seed_of(const Trial& trial, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : trial.name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash ^ (seed * 0x9E3779B97F4A7C15u);
}

std::vector<double> bootstrap(const Ordered& scores, std::size_t fingers, int replicates, std::uint64_t seed) {
  std::vector<double> out(static_cast<std::size_t>(std::max(0, replicates)));
  parallel_each(out.size(),
                [&](std::size_t r) {
                  // A draw without an non-mated pair (one finger only) has no EER: draw again.
                  for (std::uint64_t attempt = 0; attempt < 100; ++attempt) {
                    const auto times = draw_with_replacement(fingers, seed + r * 101 + attempt);
                    const auto weight = [&](const Ordered::Item& item) {
                      const double a = times[item.finger_a];
                      return item.mated ? a : a * times[item.finger_b];
                    };
                    out[r] = crossing(scores, weight).first;
                    if (!std::isnan(out[r])) break;
                  }
                },
                {});
  std::erase_if(out, [](double v) { return std::isnan(v); });
  return out;
}

void set_interval(EqualErrorRate& rate) {
  std::tie(rate.low, rate.high) = percentile_interval(rate.replicates, rate.value);
}

}  // namespace

std::vector<DetPoint> det_of(const Trial& trial) {
  std::vector<DetPoint> out;
  const auto mated = static_cast<double>(trial.mated.size());
  const auto non_mated = static_cast<double>(trial.non_mated.size());
  walk(ordered(trial), mated, non_mated, plain_weight, [&](const DetPoint& p) {
    out.push_back(p);
    return true;
  });
  return out;
}

std::vector<DetPoint> corners_of(const std::vector<DetPoint>& points) {
  std::vector<DetPoint> out;
  for (const DetPoint& point : points) {
    if (!out.empty() && out.back().fnmr == point.fnmr) {
      out.back() = point;
    } else {
      out.push_back(point);
    }
  }
  return out;
}

EqualErrorRate equal_error_rate(const Trial& trial, const BootstrapOptions& options) {
  const Ordered scores = ordered(trial);
  EqualErrorRate out;
  std::tie(out.value, out.threshold) = crossing(scores, plain_weight);
  out.mated = trial.mated.size();
  out.supported = out.value > 0;
  out.replicates = bootstrap(scores, trial.fingers.size(), options.replicates, seed_of(trial, options.seed));
  set_interval(out);
  return out;
}

std::string EqualErrorRate::text() const {
  if (!supported) return rule_of_three(mated);
  const std::string l = percent(low);
  const std::string h = percent(high);
  return percent(value) + " [" + l.substr(0, l.find(' ')) + ", " + h.substr(0, h.find(' ')) + "]";
}

OperatingPoint operating_point(const Trial& trial, double target_fmr) {
  OperatingPoint out;
  out.target_fmr = target_fmr;
  const std::uint64_t n = trial.non_mated.size();
  out.supported = target_fmr == 0 || target_fmr * static_cast<double>(n) >= 1.0 - 1e-9;
  std::vector<double> non_mated = values_of(trial.non_mated);
  std::sort(non_mated.begin(), non_mated.end(), std::greater<>());
  const auto allowed = static_cast<std::size_t>(std::floor(target_fmr * static_cast<double>(n) + 1e-9));
  // The lowest threshold that lets at most `allowed` non-mated comparisons through: just above the next one.
  out.threshold = allowed >= n ? non_mated.back() : next_up(non_mated[allowed]);
  const auto accepted = std::count_if(non_mated.begin(), non_mated.end(), [&](double s) { return s >= out.threshold; });
  const auto refused =
      std::count_if(trial.mated.begin(), trial.mated.end(), [&](const Score& s) { return s.value < out.threshold; });
  out.fmr = rate_of(static_cast<std::uint64_t>(accepted), n);
  out.fnmr = rate_of(static_cast<std::uint64_t>(refused), trial.mated.size());
  return out;
}

std::string OperatingPoint::text() const {
  if (!supported) return "not supported: FMR " + rule_of_three(fmr.trials);
  return fnmr.text() + (target_fmr == 0 ? " at FMR " + rule_of_three(fmr.trials) : "");
}

Rates rates_of(const Trial& trial, const BootstrapOptions& options, std::vector<double> target_fmrs) {
  Rates out;
  out.name = trial.name;
  out.protocol = trial.protocol;
  out.fingers = trial.fingers.size();
  out.mated = trial.mated.size();
  out.non_mated = trial.non_mated.size();
  out.fte = rate_of(trial.failures, trial.samples);
  out.eer = equal_error_rate(trial, options);
  out.midpoint = midpoint_eer(trial);
  out.fmr100 = operating_point(trial, 0.01);
  out.fmr1000 = operating_point(trial, 0.001);
  out.zero_fmr = operating_point(trial, 0);
  std::sort(target_fmrs.begin(), target_fmrs.end(), std::greater<>());
  for (const double target : target_fmrs) out.points.push_back(operating_point(trial, target));
  if (!target_fmrs.empty()) return out;
  for (const double target : {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8}) {
    out.points.push_back(operating_point(trial, target));
    if (!out.points.back().supported) break;
  }
  return out;
}

double midpoint_eer(const Trial& trial) {
  double gap = std::numeric_limits<double>::infinity();
  double out = 0;
  for (const DetPoint& point : det_of(trial)) {
    if (std::abs(point.fmr - point.fnmr) >= gap) continue;
    gap = std::abs(point.fmr - point.fnmr);
    out = (point.fmr + point.fnmr) / 2;
  }
  return out;
}

EqualErrorRate mean_eer(const std::vector<Rates>& sets) {
  EqualErrorRate out;
  out.replicates.clear();
  std::size_t draws = sets.empty() ? 0 : std::numeric_limits<std::size_t>::max();
  for (const Rates& set : sets) {
    out.value += set.eer.value / static_cast<double>(sets.size());
    out.mated += set.mated;
    draws = std::min(draws, set.eer.replicates.size());
  }
  for (std::size_t r = 0; r < draws; ++r) {
    double sum = 0;
    for (const Rates& set : sets) sum += set.eer.replicates[r];
    out.replicates.push_back(sum / static_cast<double>(sets.size()));
  }
  out.supported = out.value > 0;
  set_interval(out);
  return out;
}

}  // namespace whorl::evaluation
