// The switch: members dial in over mutual TLS 1.3; what one sends, another that is connected gets. It reads no
// envelope, keeps none but for the seconds of the hand-over, and writes hourly counts alone (counters.h).
//
// One thread. Slow and idle clients lock nobody out: every wait has an end, a member has so many connections and so
// much under way at once, and who has not shown a certificate yet makes room for who comes. Directory, policy and
// certificates are read anew when their files change; what cannot be read changes nothing, and is said in the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "crypto/log/note.h"
#include "relay/hop_tls.h"
#include "relay/rendezvous.h"

namespace whorl::relay {

struct SwitchConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  HopTlsFiles tls;
  std::filesystem::path directory;  // signed notes
  std::filesystem::path policy;
  std::vector<crypto::NoteVerifier> office;
  std::filesystem::path counters;  // a folder
  std::uint64_t switches = 1;      // that share the quotas
  std::size_t most_connections = 1024;
  std::size_t connections_of_member = 8;
  std::chrono::milliseconds handshake_time{10'000};
  std::chrono::milliseconds header_time{10'000};
  std::chrono::milliseconds idle_time{75'000};
  std::chrono::milliseconds body_time{60'000};  // of an envelope, whatever its length
  RendezvousLimits limits;
};

// What the log is told: starts, stops, who connects, what could not be read. Never a message.
using Log = std::function<void(const std::string& line)>;

class Switch {
 public:
  // Listens, on a thread of its own. Errors: those of the files; kInvalidInput for an address that is none;
  // kUnavailable where it cannot listen. `world` outlives it.
  static Result<std::unique_ptr<Switch>> start(SwitchConfig config, World& world, Log log);
  // Stops and writes the counters.
  ~Switch();
  Switch(const Switch&) = delete;
  Switch& operator=(const Switch&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // From any thread, or a handler of signals' thread.
  void request_stop();
  void wait();
  // Messages that were delivered since the start.
  [[nodiscard]] std::uint64_t delivered() const;

  struct Core;  // for this room alone

 private:
  explicit Switch(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace whorl::relay
