#include "engine/access/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace whorl::access {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr double kMinute_s = 60.0;
constexpr std::chrono::seconds kBetweenForgetting{1};
const std::string kOverflow;  // the bucket that new keys share when there are too many

}  // namespace

void RateLimits::Bucket::fill(Time now) {
  const double passed = std::max(0.0, Seconds(now - at).count());
  left = std::min(static_cast<double>(per_minute), left + passed * per_minute / kMinute_s);
  at = std::max(at, now);
}

void RateLimits::forget_full(Time now) {
  if (forgotten_ && now - *forgotten_ < kBetweenForgetting) return;
  forgotten_ = now;
  for (auto at = buckets_.begin(); at != buckets_.end();) {
    at->second.fill(now);
    at = at->second.left >= at->second.per_minute ? buckets_.erase(at) : std::next(at);
  }
}

RateLimits::Bucket& RateLimits::bucket_of(const Limit& limit, Time now) {
  if (buckets_.size() >= kMostBuckets && !buckets_.contains(limit.key)) forget_full(now);
  const bool room = buckets_.size() < kMostBuckets || buckets_.contains(limit.key);
  Bucket& bucket = buckets_
                       .try_emplace(room ? limit.key : kOverflow,
                                    Bucket{static_cast<double>(limit.per_minute), limit.per_minute, now})
                       .first->second;
  bucket.fill(now);
  // A limit that was changed holds from now on.
  bucket.per_minute = limit.per_minute;
  bucket.left = std::min(bucket.left, static_cast<double>(limit.per_minute));
  return bucket;
}

std::optional<std::chrono::seconds> RateLimits::wait(std::span<const Limit> limits, Time now) {
  double most_s = 0;
  for (const Limit& limit : limits) {
    if (limit.per_minute <= 0) continue;
    const Bucket& bucket = bucket_of(limit, now);
    if (bucket.left < 1.0) most_s = std::max(most_s, (1.0 - bucket.left) * kMinute_s / limit.per_minute);
  }
  if (most_s <= 0) return std::nullopt;
  return std::chrono::seconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(most_s))));
}

std::optional<std::chrono::seconds> RateLimits::take(std::span<const Limit> limits, Time now) {
  if (const auto left = wait(limits, now)) return left;
  for (const Limit& limit : limits) {
    if (limit.per_minute > 0) bucket_of(limit, now).left -= 1.0;
  }
  return std::nullopt;
}

}  // namespace whorl::access
