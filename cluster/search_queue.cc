#include "cluster/search_queue.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>

#include "cluster/late_answers.h"
#include "cluster/seeded_draws.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostWork = 3'000'000;
constexpr std::size_t kFewestSearches = 4000;
constexpr std::size_t kMostSearches = 100'000;
constexpr std::size_t kWarmUpOf = 10;  // the first one of so many is not counted
constexpr std::size_t kFewestBeyond = 20;

constexpr double kNever = std::numeric_limits<double>::infinity();

// One part: its replicas, and the searches whose answers may become late.
class QueuedPart {
 public:
  QueuedPart(const QueueSetting& setting, std::size_t part, const std::vector<double>& arrivals)
      : setting_(setting),
        part_(part),
        arrivals_(arrivals),
        free_(setting.replicas, 0),
        answered_(arrivals.size(), kNever),
        answers_(setting.replicas),
        asks_again_(setting.late_times > 0 && setting.replicas > 1) {}

  // When each search is answered here.
  const std::vector<double>& run() {
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      go_on_until(arrivals_[i]);
      ask(i, 0, arrivals_[i], std::max(setting_.late_least_s, setting_.late_times * usual_));
    }
    go_on_until(kNever);
    return answered_;
  }
  [[nodiscard]] std::size_t asked_again() const { return asked_again_; }

 private:
  struct Late {
    double at;
    double late_s;  // of this search, as when it came
    std::size_t search;
    std::size_t nth;

    bool operator>(const Late& other) const { return at > other.at; }
  };
  struct Answer {
    double at;
    double took;
  };

  void ask(std::size_t search, std::size_t nth, double at, double late_s) {
    const std::size_t replica = (search + part_ + nth) % free_.size();
    free_[replica] = std::max(at, free_[replica]) + service_of(setting_, part_, search, nth);
    const double answer = free_[replica] + setting_.beside_s;
    answered_[search] = std::min(answered_[search], answer);
    if (!asks_again_) return;
    answers_[replica].push_back({answer, answer - at});
    // A replica does one after another, so when it answers is known by now.
    const bool again = nth + 1 < free_.size() && answered_[search] > at + late_s;
    if (again) late_.push({at + late_s, late_s, search, nth + 1});
  }

  // A replica's answers stand in the order of their times, so the first of a few lists is next.
  void go_on_until(double until) {
    if (!asks_again_) return;
    for (;;) {
      const auto next = std::min_element(answers_.begin(), answers_.end(), [](const auto& a, const auto& b) {
        return (a.empty() ? kNever : a.front().at) < (b.empty() ? kNever : b.front().at);
      });
      const double answer = next->empty() ? kNever : next->front().at;
      const double late = late_.empty() ? kNever : late_.top().at;
      if (std::min(answer, late) > until || std::min(answer, late) == kNever) return;
      if (answer <= late) {
        usual_ = usual_after(usual_, next->front().took);
        next->pop_front();
        continue;
      }
      const Late one = late_.top();
      late_.pop();
      if (answered_[one.search] <= one.at) continue;
      ++asked_again_;
      ask(one.search, one.nth, one.at, one.late_s);
    }
  }

  const QueueSetting& setting_;
  std::size_t part_;
  const std::vector<double>& arrivals_;
  std::vector<double> free_;
  std::vector<double> answered_;
  std::vector<std::deque<Answer>> answers_;
  std::priority_queue<Late, std::vector<Late>, std::greater<>> late_;
  bool asks_again_;
  double usual_ = 0;
  std::size_t asked_again_ = 0;
};

}  // namespace

std::size_t searches_within_bounds(std::size_t parts) {
  return std::clamp(kMostWork / std::max<std::size_t>(parts, 1), kFewestSearches, kMostSearches);
}

std::vector<double> arrivals_of(const QueueSetting& setting) {
  SeededDraws draws(setting.seed);
  std::vector<double> out(setting.searches);
  double at = 0;
  for (double& each : out) each = at += draws.exponential(1 / setting.searches_per_s);
  return out;
}

double service_of(const QueueSetting& setting, std::size_t part, std::size_t search, std::size_t ask) {
  if (setting.spread == Spread::kNone) return setting.service_s;
  SeededDraws draws(mixed(mixed(mixed(setting.seed + 1) + part) + search) + ask);
  if (setting.spread == Spread::kExponential) return draws.exponential(setting.service_s);
  return setting.service_s * std::exp(setting.sigma * draws.normal() - setting.sigma * setting.sigma / 2);
}

std::vector<double> answer_times(const QueueSetting& setting, double* asked_again) {
  const std::vector<double> arrivals = arrivals_of(setting);
  std::vector<double> out(arrivals.size(), 0);
  std::size_t again = 0;
  for (std::size_t part = 0; part < setting.parts; ++part) {
    QueuedPart queued(setting, part, arrivals);
    const std::vector<double>& ends = queued.run();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::max(out[i], ends[i] - arrivals[i]);
    again += queued.asked_again();
  }
  if (asked_again != nullptr) {
    *asked_again = static_cast<double>(again) / static_cast<double>(setting.parts * arrivals.size());
  }
  return out;
}

QueueFigures simulate_queue(const QueueSetting& setting) {
  QueueFigures out;
  std::vector<double> times = answer_times(setting, &out.asked_again);
  times.erase(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / kWarmUpOf));
  std::sort(times.begin(), times.end());
  out.searches = times.size();
  out.mean_s = std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  constexpr double kHalf = 0.5;
  constexpr double kOfHundred = 0.99;
  constexpr double kOfThousand = 0.999;
  constexpr std::size_t kThousand = 1000;
  out.p50_s = at(kHalf);
  out.p99_s = at(kOfHundred);
  if (times.size() >= kFewestBeyond * kThousand) out.p999_s = at(kOfThousand);
  return out;
}

}  // namespace whorl::cluster
