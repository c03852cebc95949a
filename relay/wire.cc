#include "relay/wire.h"

namespace whorl::relay {

std::string_view name_of(WireLane lane) {
  switch (lane) {
    case WireLane::kReply: return "reply";
    case WireLane::kBorder: return "border";
    case WireLane::kUrgent: return "urgent";
    case WireLane::kRoutine: return "routine";
    case WireLane::kFollowup: return "followup";
  }
  return {};
}

std::optional<WireLane> wire_lane_named(std::string_view name) {
  for (const WireLane lane : kWireLanes) {
    if (name_of(lane) == name) return lane;
  }
  return std::nullopt;
}

bool is_check(WireLane lane) { return lane != WireLane::kReply && lane != WireLane::kFollowup; }

std::string_view name_of(Undelivered why) {
  switch (why) {
    case Undelivered::kPairNotAllowed: return "pair_not_allowed";
    case Undelivered::kDuplicate: return "duplicate";
    case Undelivered::kTooLong: return "too_long";
    case Undelivered::kMalformed: return "malformed";
    case Undelivered::kExpired: return "expired";
    case Undelivered::kQuotaDay: return "quota_day";
    case Undelivered::kQuotaYear: return "quota_year";
    case Undelivered::kBusy: return "busy";
    case Undelivered::kNotConnected: return "not_connected";
    case Undelivered::kNotAcknowledged: return "not_acknowledged";
  }
  return {};
}

int status_of(Undelivered why) {
  switch (why) {
    case Undelivered::kPairNotAllowed: return 403;
    case Undelivered::kDuplicate: return 409;
    case Undelivered::kTooLong: return 413;
    case Undelivered::kMalformed:
    case Undelivered::kExpired: return 400;
    case Undelivered::kQuotaDay:
    case Undelivered::kQuotaYear: return 429;
    case Undelivered::kBusy:
    case Undelivered::kNotConnected: return 503;
    case Undelivered::kNotAcknowledged: return 504;
  }
  return 500;
}

}  // namespace whorl::relay
