// How often somebody may ask: a token bucket for each key, of so many requests a minute and as many at once.
//
// Not synchronised: it belongs to one thread. Cost: one look-up; memory for at most kMostBuckets keys, however many
// callers send.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace whorl::access {

class RateLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limit {
    std::string key;     // whose bucket: of a caller, a gallery or an address, with what is counted
    int per_minute = 0;  // 0: no limit
  };

  // Takes one from each bucket, or from none. Nothing where it may go on; else how long to wait, at least a second.
  std::optional<std::chrono::seconds> take(std::span<const Limit> limits, Time now);
  // The same without taking anything.
  [[nodiscard]] std::optional<std::chrono::seconds> wait(std::span<const Limit> limits, Time now);

  [[nodiscard]] std::size_t buckets() const { return buckets_.size(); }

  // Beyond it those that are full again are forgotten, and where none is, new keys share one bucket.
  static constexpr std::size_t kMostBuckets = 20'000;

 private:
  struct Bucket {
    double left = 0;
    int per_minute = 0;
    Time at;

    void fill(Time now);
  };

  Bucket& bucket_of(const Limit& limit, Time now);
  void forget_full(Time now);

  std::unordered_map<std::string, Bucket> buckets_;
  std::optional<Time> forgotten_;  // when that was done last
};

}  // namespace whorl::access
