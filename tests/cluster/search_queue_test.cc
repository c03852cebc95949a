// The queue of searches against what is known of queues, and against a simulation that keeps a list of all events.
#include "cluster/search_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <map>
#include <set>
#include <tuple>

#include "cluster/late_answers.h"

namespace whorl::cluster {
namespace {

QueueSetting one_part(double use, Spread spread) {
  QueueSetting out;
  out.searches_per_s = use;
  out.service_s = 1;
  out.spread = spread;
  out.searches = 200'000;
  return out;
}

// Mean time in the system: waiting and service.
TEST(SearchQueue, OneReplicaOfFixedTimeWaitsAsMD1) {
  for (const double use : {0.2, 0.5, 0.7}) {
    const double expected = 1 + use / (2 * (1 - use));
    EXPECT_NEAR(simulate_queue(one_part(use, Spread::kNone)).mean_s, expected, 0.03 * expected) << use;
  }
}

TEST(SearchQueue, OneReplicaOfExponentialTimeWaitsAsMM1) {
  for (const double use : {0.2, 0.5, 0.7}) {
    const auto figures = simulate_queue(one_part(use, Spread::kExponential));
    const double expected = 1 / (1 - use);
    EXPECT_NEAR(figures.mean_s, expected, 0.04 * expected) << use;
    // The time in it is exponential, too.
    EXPECT_NEAR(figures.p99_s, expected * std::log(100.0), 0.08 * expected * std::log(100.0)) << use;
  }
}

TEST(SearchQueue, WithoutOthersTheSlowestOfManyIsTheirMaximum) {
  QueueSetting setting = one_part(1e-4, Spread::kExponential);
  setting.parts = 20;
  setting.searches = 20'000;
  double expected = 0;  // of the largest of 20: the harmonic number
  for (int i = 1; i <= 20; ++i) expected += 1.0 / i;
  EXPECT_NEAR(simulate_queue(setting).mean_s, expected, 0.03 * expected);
}

TEST(SearchQueue, ALogNormalTimeHasItsMean) {
  QueueSetting setting = one_part(1e-4, Spread::kLogNormal);
  setting.sigma = 0.3;
  EXPECT_NEAR(simulate_queue(setting).mean_s, 1, 0.01);
}

// Every event in one ordered list, queues as lists: as one would write it down.
class Plainly {
 public:
  explicit Plainly(const QueueSetting& setting)
      : s_(setting), arrivals_(arrivals_of(setting)), answered_(setting.searches, 0) {}

  std::vector<double> run() {
    for (std::size_t part = 0; part < s_.parts; ++part) one(part);
    return answered_;
  }

 private:
  // What is answered at a moment was answered for what looks at it then.
  enum class What { kAnswers, kEnds, kLate, kComes };
  struct Job {
    std::size_t search;
    std::size_t nth;
    double asked;
  };
  // Search or replica; nth; when it was asked, or what is late.
  using Event = std::tuple<double, What, std::size_t, std::size_t, double>;

  void one(std::size_t part) {
    std::set<Event> events;
    std::map<std::size_t, std::list<Job>> queues;
    std::vector<bool> over(s_.searches, false);
    double usual = 0;
    for (std::size_t i = 0; i < s_.searches; ++i) events.insert({arrivals_[i], What::kComes, i, 0, 0});
    const auto begin = [&](std::size_t replica, double now) {
      const Job& job = queues[replica].front();
      events.insert({now + service_of(s_, part, job.search, job.nth), What::kEnds, replica, 0, 0});
    };
    while (!events.empty()) {
      const auto [now, what, which, nth, of] = *events.begin();
      events.erase(events.begin());
      if (what == What::kEnds) {
        const Job job = queues[which].front();
        queues[which].pop_front();
        events.insert({now + s_.beside_s, What::kAnswers, job.search, job.nth, job.asked});
        if (!queues[which].empty()) begin(which, now);
      } else if (what == What::kAnswers) {
        if (!over[which]) answered_[which] = std::max(answered_[which], now - arrivals_[which]);
        over[which] = true;
        usual = usual_after(usual, now - of);
      } else if (!over[which]) {
        const std::size_t replica = (which + part + nth) % s_.replicas;
        const double late = what == What::kLate ? of : std::max(s_.late_least_s, s_.late_times * usual);
        queues[replica].push_back({which, nth, now});
        if (queues[replica].size() == 1) begin(replica, now);
        if (s_.late_times > 0 && nth + 1 < s_.replicas) events.insert({now + late, What::kLate, which, nth + 1, late});
      }
    }
  }

  QueueSetting s_;
  std::vector<double> arrivals_;
  std::vector<double> answered_;
};

TEST(SearchQueue, IsTheSameAsAListOfAllEvents) {
  for (const std::size_t replicas : {1U, 2U, 3U, 5U}) {
    for (const double late : {0.0, 0.6, 1.5, 3.0}) {
      for (const auto spread : {Spread::kLogNormal, Spread::kExponential}) {
        QueueSetting setting;
        setting.parts = 3;
        setting.replicas = replicas;
        setting.searches_per_s = 0.6 * static_cast<double>(replicas);
        setting.service_s = 1;
        setting.spread = spread;
        setting.sigma = 0.5;
        setting.late_times = late;
        setting.late_least_s = 0.1;
        setting.beside_s = 0.05;
        setting.searches = 500;
        setting.seed = 10 * replicas;
        const auto fast = answer_times(setting);
        const auto plain = Plainly(setting).run();
        ASSERT_EQ(fast.size(), plain.size());
        for (std::size_t i = 0; i < fast.size(); ++i) {
          ASSERT_NEAR(fast[i], plain[i], 1e-9 * (1 + plain[i])) << replicas << " " << late << " " << i;
        }
      }
    }
  }
}

TEST(SearchQueue, AskingAnotherReplicaHelpsTheSlowestWhereThereIsRoom) {
  QueueSetting setting;
  setting.parts = 50;
  setting.replicas = 3;
  setting.searches_per_s = 0.3;
  setting.service_s = 1;
  setting.spread = Spread::kExponential;
  setting.searches = 10'000;
  const auto without = simulate_queue(setting);
  setting.late_times = 3;
  setting.late_least_s = 0.1;
  const auto with = simulate_queue(setting);
  EXPECT_EQ(without.asked_again, 0);
  EXPECT_GT(with.asked_again, 0.01);
  EXPECT_LT(with.p99_s, without.p99_s);
}

// Questions that are asked twice are work for two; what counts as late grows with what answers take, so that this does
// not feed itself.
TEST(SearchQueue, AskingAnotherReplicaDoesNotFeedItself) {
  QueueSetting setting;
  setting.parts = 4;
  setting.replicas = 3;
  setting.service_s = 0.05;
  setting.spread = Spread::kLogNormal;
  setting.sigma = 0.3;
  setting.late_times = 3;
  setting.late_least_s = 0.1;
  setting.searches = 20'000;
  for (const double use : {0.5, 0.7, 0.85}) {
    setting.searches_per_s = 3 * use / setting.service_s;
    const auto figures = simulate_queue(setting);
    EXPECT_LT(figures.asked_again, 0.05) << use;
    EXPECT_LT(figures.p99_s, 20 * setting.service_s) << use;
  }
}

TEST(SearchQueue, MoreLoadOrPartsIsSlowerAndMoreReplicasFaster) {
  QueueSetting setting;
  setting.replicas = 2;
  setting.parts = 4;
  setting.service_s = 1;
  setting.spread = Spread::kLogNormal;
  setting.sigma = 0.3;
  setting.searches = 20'000;
  double before = 0;
  for (const double load : {0.2, 0.8, 1.4, 1.8}) {
    setting.searches_per_s = load;
    const double mean = simulate_queue(setting).mean_s;
    EXPECT_GT(mean, before);
    before = mean;
  }
  setting.replicas = 3;
  EXPECT_LT(simulate_queue(setting).mean_s, before);
  setting.replicas = 2;
  setting.parts = 40;
  EXPECT_GT(simulate_queue(setting).mean_s, before);
}

TEST(SearchQueue, AThousandthOfFewSearchesIsNotSaid) {
  QueueSetting setting = one_part(0.5, Spread::kExponential);
  setting.searches = 20'000;
  EXPECT_FALSE(simulate_queue(setting).p999_s.has_value());
  // A tenth is not counted.
  setting.searches = 22'500;
  const auto figures = simulate_queue(setting);
  ASSERT_TRUE(figures.p999_s.has_value());
  EXPECT_GT(*figures.p999_s, figures.p99_s);
}

TEST(SearchQueue, ASeedIsOneRun) {
  QueueSetting setting = one_part(0.5, Spread::kExponential);
  setting.searches = 5000;
  EXPECT_EQ(answer_times(setting), answer_times(setting));
  QueueSetting other = setting;
  other.seed = 2;
  EXPECT_NE(answer_times(setting), answer_times(other));
  EXPECT_LE(searches_within_bounds(256) * 256, 3'000'000U);
  EXPECT_GE(searches_within_bounds(4096), 4000U);
}

}  // namespace
}  // namespace whorl::cluster
