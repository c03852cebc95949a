// Searches that wait in the parts of a cluster, simulated with a seed: they arrive as a Poisson process, every one asks
// all parts, a part's replicas take them in turn, one after another, and an answer waits for the slowest part. Where
// the replica that was asked is late, the next one is asked too, and the first answer counts (part_group.h); the work
// of the other is done all the same, as it is there.
//
// Parts know nothing of each other but when searches come, so each is gone through by itself, without a list of
// events: a replica's next search begins when it comes or when the one before it ends, and only what is late already is
// kept in order. Cost: about 0.2 us for each part of each search; searches_within_bounds() bounds it. Pure;
// thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace whorl::cluster {

// How a replica's time for a search is spread about its mean.
enum class Spread : std::uint8_t { kNone, kLogNormal, kExponential };

struct QueueSetting {
  std::size_t parts = 1;
  std::size_t replicas = 1;
  double searches_per_s = 1;
  double service_s = 0;  // a replica's time for one search, on all of its cores, in the mean
  Spread spread = Spread::kNone;
  double sigma = 0;     // of the logarithm, where it is log-normal
  double beside_s = 0;  // of each answer, in which a replica's cores do other searches
  // Another replica is asked after so many times what answers took lately, and after so long at least; 0 times: never.
  double late_times = 0;
  double late_least_s = 0;
  std::size_t searches = 10'000;
  std::uint64_t seed = 1;
};

struct QueueFigures {
  std::size_t searches = 0;  // counted: the first tenth is left out
  double mean_s = 0;
  double p50_s = 0;
  double p99_s = 0;
  std::optional<double> p999_s;  // nothing where fewer than 20 searches took longer
  double asked_again = 0;        // questions to another replica, for each part of each search
};

// Searches that keep the work within bounds: parts of searches, 3 million about, and 4,000 searches at least.
std::size_t searches_within_bounds(std::size_t parts);

// When searches come, and how long one takes in a part where it is asked for the nth time (from 0): of the seed alone.
std::vector<double> arrivals_of(const QueueSetting& setting);
double service_of(const QueueSetting& setting, std::size_t part, std::size_t search, std::size_t ask);

// How long each search waited for all parts, in the order in which they came. Needs at least one of each.
std::vector<double> answer_times(const QueueSetting& setting, double* asked_again = nullptr);
QueueFigures simulate_queue(const QueueSetting& setting);

}  // namespace whorl::cluster
