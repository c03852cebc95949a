#include "relay/admission.h"

#include <algorithm>
#include <charconv>

namespace whorl::relay {
namespace {

using exchange::Size;

std::size_t most_bytes(WireLane lane) {
  return exchange::most_envelope_bytes(lane == WireLane::kReply ? Size::kReply : Size::kLarge);
}

std::chrono::seconds longest_life(WireLane lane, const exchange::Policy& policy) {
  using exchange::Lane;
  switch (lane) {
    case WireLane::kBorder: return policy.lanes.at(Lane::kBorder).expires;
    case WireLane::kUrgent: return policy.lanes.at(Lane::kUrgent).expires;
    case WireLane::kRoutine: return policy.lanes.at(Lane::kRoutine).expires;
    case WireLane::kReply:
    case WireLane::kFollowup: return std::max(policy.followup_expires, policy.lanes.at(Lane::kRoutine).expires);
  }
  return {};
}

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

// The entry of the policy that lets the message through; null: none.
const exchange::PairRules* entry_for(const SendHead& head, WireLane lane, const exchange::Policy& policy) {
  const auto from = policy.short_name_of(head.from);
  const auto to = policy.short_name_of(head.to);
  if (!from || !to) return nullptr;
  const auto asks = [&](const std::string& asker, const std::string& asked) -> const exchange::PairRules* {
    return policy.members.at(asked).responds ? policy.pair(asker, asked) : nullptr;
  };
  if (is_check(lane)) return asks(*from, *to);
  const exchange::PairRules* back = asks(*to, *from);
  return lane == WireLane::kReply || back != nullptr ? back : asks(*from, *to);
}

}  // namespace

SendTicket admit(const SendHead& head, const exchange::Directory& directory, const exchange::Policy& policy,
                 std::chrono::sys_seconds now) {
  SendTicket out;
  const auto refuse = [&](Undelivered why) {
    out.refused = why;
    return out;
  };
  const auto lane = wire_lane_named(head.lane);
  const auto expires = number(head.expires);
  if (!lane || !expires || !head.bytes || *head.bytes == 0 || !exchange::is_message_id(head.id))
    return refuse(Undelivered::kMalformed);
  out.lane = *lane;
  if (head.from == head.to || !directory.members.contains(head.to)) return refuse(Undelivered::kPairNotAllowed);
  const exchange::PairRules* entry = entry_for(head, *lane, policy);
  if (entry == nullptr) return refuse(Undelivered::kPairNotAllowed);
  if (*head.bytes > most_bytes(*lane)) return refuse(Undelivered::kTooLong);
  const std::int64_t seconds = now.time_since_epoch().count();
  const auto latest = longest_life(*lane, policy) + exchange::kMostClockDifference;
  if (*expires <= seconds || *expires > seconds + latest.count()) return refuse(Undelivered::kExpired);
  if (is_check(*lane)) out.pair = entry;
  return out;
}

}  // namespace whorl::relay
