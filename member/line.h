// One thread's way to the switches: dialled when it is needed, and again when it broke.
//
// Where there are several switches, a message goes to the first that takes it, beginning with the one that took the
// last. Thread-safety: belongs to one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "member/config.h"
#include "relay/hop_client.h"

namespace whorl::member {

// What became of a message that was handed to the switch.
enum class Sent {
  kDelivered,  // its receiver signed for it
  kDuplicate,  // it was delivered before
  kLater,      // not now: the receiver is not there, or the switch is not
  kRefused,    // never: the switch does not let it through
};
struct SentAs {
  Sent what = Sent::kLater;
  std::string why = {};      // the switch's word
  std::string receipt = {};  // as it came; whoever sent it verifies it
};

class Line {
 public:
  // Borrows both. `first`: which switch is asked first; lines may share it.
  Line(const MemberConfig& config, std::atomic<std::size_t>& first);

  SentAs send(const std::string& to, relay::WireLane lane, const std::string& id, std::int64_t exp,
              const std::string& envelope);
  // The set of keys of the day that a member has published; empty: none, or it cannot be had.
  std::string day_keys(const std::string& member);

 private:
  relay::HopClient* client(std::size_t i);
  // Nothing: that switch does not answer.
  using Request = std::function<Result<relay::HopReply>(relay::HopClient&)>;
  std::optional<relay::HopReply> ask(std::size_t i, const Request& request);
  struct Way {
    relay::SslContext context;
    std::optional<relay::HopClient> client;
  };
  const MemberConfig& config_;
  std::atomic<std::size_t>& first_;
  std::vector<Way> ways_;
};

// A connection to one switch, which is held against its key. Errors: those of HopClient::dial.
Result<relay::HopClient> dial(const SwitchAddress& to, ssl_ctx_st* context, std::chrono::seconds patience);

}  // namespace whorl::member
