// What a member keeps of cover (cover.h): the slots in which something leaves.
//
// Plain values, and their bytes; sealed in the gallery as the other rows are (rows.h). Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "crypto/secret_bytes.h"
#include "exchange/policy/policy.h"
#include "member/row_key.h"

namespace whorl::member {

// A slot: one message leaves for `member` in it. Its row's request is the sealed noop, where that is what leaves.
struct CoverRow {
  std::string member;
  std::string to;           // the key that a noop is sealed to, X25519, base64url; empty: none leaves in it
  std::int64_t due_ms = 0;  // unix milliseconds
  // kOwed -> kOther: something real leaves in it
  //      \-> kNoop: sealed           -> kLeft -> kReplied
  enum class State : std::uint8_t { kOwed, kOther, kNoop, kLeft, kReplied };
  State state = State::kOwed;
  std::string other = {};  // the row of what is real
  std::string jti = {};    // of the noop
  std::int64_t exp = 0;    // unix seconds; of what left
  RowKey reply_key = {};   // X25519, that a reply is sealed to; empty: none is awaited
  std::string taken = {};  // the reply as it came (taken_mark)
};
Bytes encoded(const CoverRow& row);
// Errors: kCorruption.
Result<CoverRow> parse_cover(ByteView bytes);

// Something real that waits for a slot.
struct WaitsForSlot {
  std::string row;
  RowKey reply_key = {};  // X25519, that a reply is sealed to; empty: none is awaited
};

// When what follows something at `now_ms` leaves. The law knows of nothing but the policy: not who asks, nor what was
// answered. `random`: of 64 bits.
std::int64_t followup_due(const exchange::Policy& policy, std::int64_t now_ms, std::uint64_t random);

}  // namespace whorl::member
