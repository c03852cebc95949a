// The hop between a member and the switch: paths, headers, limits, and the words for what did not go through.
//
// - POST /x/v1/send: X-To, X-Lane, X-Message-Id, X-Expires and the envelope. 200 and the receipt.
// - GET /x/v1/next?wait=25: X-Ack: DELIVERY RECEIPT (of the one before). 200 with X-From, X-Message-Id, X-Delivery; or
// 204.
// - PUT /x/v1/keys: the member's own keys of the day. 204.
// - GET /x/v1/keys/MEMBER: those of another. 200 or 404.
// - GET /x/v1/directory, /x/v1/policy: the signed notes. 200.
//
// Thread-safety: constants and pure functions.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "exchange/envelope/envelope.h"
#include "exchange/words.h"

namespace whorl::relay {

inline constexpr std::string_view kTo = "X-To";
inline constexpr std::string_view kFrom = "X-From";
inline constexpr std::string_view kLane = "X-Lane";
inline constexpr std::string_view kMessageId = "X-Message-Id";
inline constexpr std::string_view kExpires = "X-Expires";
inline constexpr std::string_view kDelivery = "X-Delivery";
inline constexpr std::string_view kAck = "X-Ack";
inline constexpr std::string_view kEnvelopeType = "application/jose";

// Three lanes of checks, which quotas count; answers, which go first; and all else.
enum class WireLane { kReply, kBorder, kUrgent, kRoutine, kFollowup };
inline constexpr std::array kWireLanes{WireLane::kReply, WireLane::kBorder, WireLane::kUrgent, WireLane::kRoutine,
                                       WireLane::kFollowup};
std::string_view name_of(WireLane lane);
std::optional<WireLane> wire_lane_named(std::string_view name);
bool is_check(WireLane lane);

inline constexpr std::size_t kMostHeaderBytes = 4096;
inline constexpr std::size_t kMostEnvelopeBytes = exchange::most_envelope_bytes(exchange::Size::kLarge);
inline constexpr std::chrono::seconds kLongestPoll{25};
inline constexpr std::chrono::seconds kHandedAgainAfter{5};
inline constexpr std::chrono::seconds kDroppedAfter{15};

// Why a message did not go through. The words are the code of the reply.
enum class Undelivered {
  kPairNotAllowed,   // 403: the policy does not let these two speak in this lane
  kDuplicate,        // 409: this number was delivered, or is under way
  kTooLong,          // 413: for its lane
  kMalformed,        // 400: a header that is lacking, or not as it should be
  kExpired,          // 400: past its time, or further ahead than its lane allows
  kQuotaDay,         // 429, with Retry-After
  kQuotaYear,        // 429, with Retry-After
  kBusy,             // 503: as much is under way for this pair, or here, as there may be
  kNotConnected,     // 503: the receiver is not there; nothing waits for it
  kNotAcknowledged,  // 504: it was handed over, and no receipt came
};
std::string_view name_of(Undelivered why);  // "pair_not_allowed", ..., "not_acknowledged"
int status_of(Undelivered why);

}  // namespace whorl::relay
