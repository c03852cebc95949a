// What a member keeps of requests for data: those that it made, those that it got, and the register of what it gave.
//
// Plain values, and their bytes; sealed in the gallery as the other rows are (rows.h). Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/secret_bytes.h"
#include "exchange/envelope/message.h"
#include "member/row_key.h"

namespace whorl::member {

// So long a decision is sent, and taken.
inline constexpr std::chrono::seconds kDecisionsSent{7 * 24 * 3600};

// A request that this member made. Its row's request is the sealed envelope, its result the data that came.
struct ReleaseAskRow {
  std::string check_id;
  std::string member;
  std::string jti;
  std::string ref;
  std::string handle;
  std::string purpose;
  std::vector<exchange::Item> items;  // asked for
  std::int64_t iat = 0;               // unix seconds, as all times here
  std::int64_t exp = 0;
  RowKey reply_key;  // X25519; empty once it is over
  std::string req;   // SHA-256 of what was signed
  // What became of it.
  enum class State : std::uint8_t { kSealed, kReceipted, kDecided, kDidNotAnswer };
  State state = State::kSealed;
  exchange::Released decision = exchange::Released::kRefused;
  std::string why = {};
  std::string officer = {};
  std::int64_t at = 0;
  std::int64_t delete_by = 0;  // 0: there are no data, or there are none any more
  std::vector<std::string> purposes = {};
  // What became of the data since then, and the number of the notice that said so.
  enum class Change : std::uint8_t { kNone, kCorrected, kErased, kWithdrawn, kDeleted };
  Change change = Change::kNone;
  std::int64_t changed_at = 0;
  std::int64_t notice = 0;
  std::string taken = {};  // the decision as it came (taken_mark)
};
Bytes encoded(const ReleaseAskRow& row);
Result<ReleaseAskRow> parse_release_ask(ByteView bytes);

// An officer, as the node knows them.
struct OfficerName {
  std::string issuer;
  std::string subject;
  friend bool operator==(const OfficerName&, const OfficerName&) = default;
};

// A request that another member made. Its row's request is the message that came, with the probe; its result the sealed
// decision, which takes the place of that.
struct ReleaseCaseRow {
  std::string request_id;
  std::string case_row;  // of the answer that it follows; empty: of none
  std::string member;
  std::string jti;
  std::string ref;
  std::string handle;
  std::string purpose;
  std::string reason;
  std::string basis;
  std::vector<exchange::Item> items;
  exchange::Size room = exchange::Size::kSmall;
  bool second_layer = false;
  std::string reply_key;  // X25519, public, base64url
  std::string req;
  std::int64_t received = 0;
  std::int64_t exp = 0;
  std::string person_id;  // empty where the node refused by itself
  int score_db = 0;
  enum class State : std::uint8_t { kArrived, kWaiting, kDecided, kLapsed };  // kArrived: not compared yet
  State state = State::kArrived;
  exchange::Released decision = exchange::Released::kRefused;
  // Where two have to decide, the first, and what they would release.
  std::vector<OfficerName> officers = {};
  std::vector<exchange::Item> first_items = {};
  std::int64_t first_delete_by = 0;
  std::string answer_jti = {};
  std::int64_t answer_exp = 0;
  bool sent = false;
};
Bytes encoded(const ReleaseCaseRow& row);
Result<ReleaseCaseRow> parse_release_case(ByteView bytes);

// An entry of the register. Its row's result is the notice that waits for its receipt, and then that receipt.
struct DisclosureRow {
  std::string disclosure_id;
  std::int64_t at = 0;
  std::string member;
  std::string purpose;
  std::string person_id;
  exchange::Released decision = exchange::Released::kRefused;
  std::vector<exchange::Item> items;
  std::vector<OfficerName> officers;
  std::int64_t delete_by = 0;  // 0: nothing was given
  // For what follows the data: the release that they came with, what it was made of, and what was sent last.
  std::string ref = {};
  std::string handle = {};
  std::string re = {};
  exchange::Size room = exchange::Size::kSmall;
  std::vector<std::string> encounters = {};
  std::string digest = {};
  std::int64_t number = 0;  // of notices; the last one:
  exchange::Noticed notice = exchange::Noticed::kCorrected;
  std::int64_t notice_at = 0;
  std::string notice_jti = {};  // empty: it is not sealed yet
  std::int64_t notice_exp = 0;
  std::int64_t receipt_at = 0;  // 0: nobody has signed for it yet
  // Of the decision itself: when its receipt came, and that.
  std::int64_t delivered_at = 0;
  std::string receipt = {};
};
std::vector<std::string> names_of(const std::vector<exchange::Item>& items);
Bytes encoded(const DisclosureRow& row);
Result<DisclosureRow> parse_disclosure(ByteView bytes);

}  // namespace whorl::member
