#include "member/hit_counter.h"

#include <algorithm>

#include "member/row_fields.h"

namespace whorl::member {
namespace {

constexpr std::size_t kMostHits = 64;         // of one person by one member: the last ones
constexpr std::size_t kMostCounted = 50'000;  // persons and members

}  // namespace

void HitCounter::count(const std::string& member, const std::string& person_id, exchange::Time at, bool hidden) {
  const std::pair key(member, person_id);
  if (hits_.size() >= kMostCounted && !hits_.contains(key)) return;
  auto& hits = hits_[key];
  hits.push_back({at, hidden});
  if (hits.size() > kMostHits) hits.pop_front();
  changed_ = true;
}

void HitCounter::pass_time(exchange::Time now) {
  for (auto& [key, hits] : hits_) std::erase_if(hits, [&](const Hit& hit) { return hit.at + kAlarmTime <= now; });
  changed_ = std::erase_if(hits_, [](const auto& each) { return each.second.empty(); }) > 0 || changed_;
}

std::set<std::string> HitCounter::persons() const {
  std::set<std::string> out;
  for (const auto& [key, hits] : hits_) out.insert(key.second);
  return out;
}

void HitCounter::forget(const std::string& person_id) {
  changed_ = std::erase_if(hits_, [&](const auto& each) { return each.first.second == person_id; }) > 0 || changed_;
}

std::vector<engine::HitAlarm> HitCounter::alarms(exchange::Time now) const {
  std::vector<engine::HitAlarm> out;
  for (const auto& [key, hits] : hits_) {
    engine::HitAlarm alarm{key.first, key.second, 0, 0, now, exchange::Time{}};
    for (const Hit& hit : hits) {
      if (hit.at + kAlarmTime <= now) continue;
      ++alarm.hits;
      if (hit.hidden) ++alarm.hidden;
      alarm.first = std::min(alarm.first, hit.at);
      alarm.last = std::max(alarm.last, hit.at);
    }
    if (static_cast<std::size_t>(alarm.hits) >= kAlarmHits) out.push_back(std::move(alarm));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.last > b.last; });
  return out;
}

Bytes HitCounter::save(exchange::Time now) {
  saved_at_ = now;
  changed_ = false;
  ByteWriter out;
  out.u8(rows::kVersion);
  out.u64(static_cast<std::uint64_t>(now.time_since_epoch().count()));
  for (const auto& [key, hits] : hits_) {
    out.sized(key.first).sized(key.second).u64(hits.size());
    for (const Hit& hit : hits) {
      out.u64(static_cast<std::uint64_t>(hit.at.time_since_epoch().count()));
      out.u8(hit.hidden ? 1 : 0);
    }
  }
  return out.take();
}

Result<HitCounter> HitCounter::restore(ByteView bytes) {
  const auto time_of = [](std::uint64_t seconds) {
    return exchange::Time(exchange::Seconds(static_cast<std::int64_t>(seconds)));
  };
  ByteReader in(bytes);
  HitCounter out;
  bool sound = in.u8() == rows::kVersion;
  out.saved_at_ = time_of(in.u64());
  while (sound && in.left() > 0) {
    std::string member(as_text(in.sized(rows::kMostText)));
    std::string person(as_text(in.sized(rows::kMostText)));
    const std::uint64_t n = in.u64();
    sound = !in.failed() && n <= kMostHits && out.hits_.size() < kMostCounted;
    auto& hits = out.hits_[{std::move(member), std::move(person)}];
    for (std::uint64_t i = 0; sound && i < n; ++i) {
      const exchange::Time at = time_of(in.u64());
      hits.push_back({at, in.u8() != 0});
      sound = !in.failed();
    }
  }
  if (!sound || in.failed()) return corruption("the counts of hits are malformed");
  return out;
}

}  // namespace whorl::member
