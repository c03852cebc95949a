// A member's side of the hop: dials out, sends, waits for what comes. One request at a time; blocks.
//
// The program ignores SIGPIPE. Thread-safety: belongs to one thread. A member has one for sending and one or two that
// wait for messages.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "relay/hop_tls.h"
#include "relay/wire.h"

namespace whorl::relay {

struct HopReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;  // empty: none
};

inline constexpr std::chrono::milliseconds kDialPatience{8'000};

class HopClient {
 public:
  // Whether the switch is the one that was dialled: its name and key, as the directory has them.
  using KnowsSwitch = std::function<bool(const HopPeer& peer)>;
  struct Target {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::chrono::milliseconds patience{40'000};  // for one read or write; to dial, kDialPatience at most
  };

  // `context` outlives the client. Errors: kUnavailable when nobody answers, kUnauthorised when it is another.
  static Result<HopClient> dial(const Target& target, ssl_ctx_st* context, const KnowsSwitch& knows);
  HopClient(HopClient&&) noexcept;
  HopClient& operator=(HopClient&&) noexcept;
  ~HopClient();

  using Headers = std::vector<std::pair<std::string, std::string>>;
  // Errors: kUnavailable when the connection is over; it is then of no more use.
  Result<HopReply> request(const std::string& method, const std::string& target, const Headers& headers,
                           std::string_view body);

  // POST /x/v1/send.
  Result<HopReply> send(const std::string& to, WireLane lane, const std::string& id, std::int64_t expires,
                        std::string_view envelope);
  // GET /x/v1/next; `ack` is "DELIVERY RECEIPT" of the message before, or empty.
  Result<HopReply> next(std::chrono::seconds wait, const std::string& ack);

 private:
  struct Parts;
  explicit HopClient(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::relay
