#include "engine/evaluation/difference.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "base/catalogue.h"
#include "base/parallel.h"
#include "engine/evaluation/bootstrap.h"
#include "engine/evaluation/identification/searches.h"

namespace whorl::evaluation {
namespace {

using Weights = std::vector<double>;  // of each item

// Scores of one run with the highest first; `other` is true of what must not be accepted.
struct Ranked {
  std::vector<double> values;
  std::vector<bool> other;
  std::vector<std::uint32_t> order;

  void sort() {
    order.resize(values.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return values[a] > values[b]; });
  }
};

// Walks from the highest threshold down: visit(false share, missed share) after each group of equal scores; stops when
// it returns false.
template <class Visit>
void walk_down(const Ranked& run, const Weights& weights, Visit visit) {
  double others = 0;
  double mates = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) (run.other[i] ? others : mates) += weights[i];
  if (others == 0 || mates == 0) return;
  double false_weight = 0;
  double found = 0;
  for (std::size_t i = 0; i < run.order.size();) {
    const double value = run.values[run.order[i]];
    for (; i < run.order.size() && run.values[run.order[i]] == value; ++i) {
      (run.other[run.order[i]] ? false_weight : found) += weights[run.order[i]];
    }
    if (!visit(false_weight / others, 1 - found / mates)) return;
  }
}

double misses_at(const Ranked& run, const Weights& weights, double target) {
  double out = 1;
  walk_down(run, weights, [&](double false_share, double missed) {
    if (false_share > target + 1e-9) return false;
    out = missed;
    return true;
  });
  return out;
}

// As equal_error_rate: the straight line between the two neighbouring points.
double eer_of(const Ranked& run, const Weights& weights) {
  double out = std::numeric_limits<double>::quiet_NaN();
  double fmr = 0;
  double gap = -1;
  walk_down(run, weights, [&](double false_share, double missed) {
    const double now = false_share - missed;
    if (now > 0) {
      out = std::max(0.0, std::lerp(false_share, fmr, now / (now - gap)));
      return false;
    }
    fmr = false_share;
    gap = now;
    out = false_share;
    return true;
  });
  return out;
}

// Both runs' scores of the same things, and whose they are.
struct Paired {
  Ranked here;
  Ranked other;
  std::vector<std::uint32_t> person_a;
  std::vector<std::uint32_t> person_b;
  std::uint32_t persons = 0;

  [[nodiscard]] Weights weights(const std::vector<std::uint32_t>& times) const {
    Weights out(person_a.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = times[person_a[i]];
      if (person_b[i] != person_a[i]) out[i] *= times[person_b[i]];
    }
    return out;
  }
  void add(double value, double other_value, bool is_other, std::uint32_t a, std::uint32_t b) {
    here.values.push_back(value);
    other.values.push_back(other_value);
    here.other.push_back(is_other);
    other.other.push_back(is_other);
    person_a.push_back(a);
    person_b.push_back(b);
  }
  void sort() {
    here.sort();
    other.sort();
  }
};

using Measure = std::function<double(const Ranked&, const Weights&)>;

struct Drawing {
  const BootstrapOptions& options;
  const std::function<bool()>& stop;

  [[nodiscard]] bool stopped() const { return stop && stop(); }
};

Difference difference_in(const std::string& name, const Paired& both, const Measure& measure, const Drawing& how) {
  const BootstrapOptions& options = how.options;
  const Weights plain(both.person_a.size(), 1);
  Difference out{{}, name, measure(both.here, plain), measure(both.other, plain), 0, 0};
  std::vector<double> replicates(static_cast<std::size_t>(std::max(0, options.replicates)));
  const auto one = [&](std::size_t r) {
    if (how.stopped()) return;
    const Weights weights = both.weights(draw_with_replacement(both.persons, options.seed * 4241 + r));
    replicates[r] = measure(both.here, weights) - measure(both.other, weights);
  };
  parallel_each(replicates.size(), one, {});
  std::erase_if(replicates, [](double v) { return !std::isfinite(v); });
  std::tie(out.low, out.high) = percentile_interval(std::move(replicates), out.value());
  return out;
}

// Numbers of people, by subject or else by finger.
std::vector<std::uint32_t> persons_of(const std::vector<Sample>& samples, std::uint32_t& count) {
  std::unordered_map<std::string, std::uint32_t> known;
  std::vector<std::uint32_t> out;
  for (const Sample& s : samples) {
    const std::string& whose = s.subject.empty() ? s.finger : s.subject;
    out.push_back(known.emplace(whose, static_cast<std::uint32_t>(known.size())).first->second);
  }
  count = static_cast<std::uint32_t>(known.size());
  return out;
}

Paired pairs_of(const Trial& trial, const std::vector<Sample>& samples, const std::vector<double>& other) {
  Paired out;
  const std::vector<std::uint32_t> person = persons_of(samples, out.persons);
  for (std::size_t i = 0; i < trial.pairs.size(); ++i) {
    const Pair& pair = trial.pairs[i];
    if (std::isfinite(other[i])) out.add(trial.values[i], other[i], !pair.mated, person[pair.a], person[pair.b]);
  }
  out.sort();
  return out;
}

// The searches of both runs: an item for each mate, and one for each search for somebody who is not enrolled.
std::optional<Paired> searches_in_both(const Trial& trial, const std::vector<Sample>& samples,
                                       const std::vector<double>& other) {
  if (!std::all_of(other.begin(), other.end(), [](double v) { return std::isfinite(v); })) return std::nullopt;
  Trial second = trial;
  second.values = other;
  const auto here = searches_of(trial, samples);
  const auto there = searches_of(second, samples);
  if (!here.ok() || !there.ok()) return std::nullopt;
  Paired out;
  out.persons = static_cast<std::uint32_t>(here->persons.size());
  for (std::size_t i = 0; i < here->searches.size(); ++i) {
    const Search& a = here->searches[i];
    const Search& b = there->searches[i];
    out.add(a.mated, b.mated, false, a.person, a.person);
    out.add(a.non_mated.front(), b.non_mated.front(), true, a.person, a.person);
  }
  out.sort();
  return out;
}

void add_rates(const Paired& both, const std::string& miss, const std::string& at, const std::vector<double>& targets,
               const Drawing& how, RunDifference& out) {
  const auto others = std::count(both.here.other.begin(), both.here.other.end(), true);
  for (const double target : targets) {
    if (target * static_cast<double>(others) < 1 - 1e-9) continue;
    const Measure measure = [target](const Ranked& run, const Weights& w) { return misses_at(run, w, target); };
    out.rows.push_back(difference_in(miss + " at " + at + " " + percent(target), both, measure, how));
  }
}

}  // namespace

std::string Difference::verdict() const {
  if (low > 0) return "higher";
  return high < 0 ? "lower" : "not shown to differ";
}

Result<RunDifference> difference_of(const Trial& trial, const std::vector<Sample>& samples,
                                    const std::vector<double>& other, const BootstrapOptions& options,
                                    const std::function<bool()>& stop) {
  const Drawing how{options, stop};
  const Paired both = pairs_of(trial, samples, other);
  RunDifference out;
  out.set = trial.name;
  out.pairs = both.here.values.size();
  out.only_here = trial.pairs.size() - out.pairs;
  const auto mated = std::count(both.here.other.begin(), both.here.other.end(), false);
  if (mated == 0 || static_cast<std::uint64_t>(mated) == out.pairs) return failure(ErrorCode::kRunsNotPaired);
  out.rows.push_back(difference_in("EER", both, eer_of, how));
  add_rates(both, "FNMR", "FMR", {0.01, 0.001, 0.0001}, how, out);
  if (const auto searches = searches_in_both(trial, samples, other)) {
    add_rates(*searches, "FNIR", "FPIR", {0.1, 0.01}, how, out);
  }
  if (how.stopped()) return exhausted("comparing the runs was stopped");  // not all was drawn
  for (Difference& row : out.rows) row.set = trial.name;
  return out;
}

}  // namespace whorl::evaluation
