// Which messages a switch takes: from whom, to whom, in which lane, how long, until when. What it cannot see (the
// purpose, who the person is) both ends decide.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "exchange/directory/directory.h"
#include "exchange/policy/policy.h"
#include "relay/wire.h"

namespace whorl::relay {

struct SendHead {
  std::string from;  // of the TLS certificate
  std::string to;
  std::string lane;
  std::string id;
  std::string expires;
  std::optional<std::uint64_t> bytes;  // as announced; nothing: not announced
};

struct SendTicket {
  std::optional<Undelivered> refused;
  WireLane lane = WireLane::kRoutine;
  const exchange::PairRules* pair = nullptr;  // of a check: the quota to count in
};

// Members that speak: checks where the policy lets `from` ask `to`, replies the other way, followups between two that
// ask each other in either direction.
SendTicket admit(const SendHead& head, const exchange::Directory& directory, const exchange::Policy& policy,
                 std::chrono::sys_seconds now);

}  // namespace whorl::relay
