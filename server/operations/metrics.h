// Counters of the server in Prometheus's text format, version 0.0.4.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/access/sessions.h"
#include "engine/node_report.h"
#include "engine/types.h"
#include "server/tasks/task_desk.h"

namespace whorl::server {

// Of people who sign in at a provider.
struct SessionGauges {
  std::size_t open = 0;
  access::Sessions::Counts counts = {};
};

// Of a node that asks who comes in.
struct AccessGauges {
  using Time = std::chrono::system_clock::time_point;
  std::uint64_t readings = 0;
  std::uint64_t failures = 0;
  std::optional<Time> certificate_until = {};
  std::optional<Time> revocations_until = {};
  std::optional<SessionGauges> sessions = {};
};

// Values that are read when asked for, not counted.
struct Gauges {
  std::size_t queue_depth = 0;
  std::size_t queue_capacity = 0;
  std::size_t connections = 0;
  bool ready = true;
  engine::NodeHealth health;
  std::optional<AccessGauges> access = {};
  engine::NodeDuties duties = {};
  std::optional<TaskDesk::Counts> tasks = {};  // where requests are accepted to be answered later
};

// Thread-safe. Labels come from fixed tables (route templates, statuses, decisions) and from the first
// kMaxGalleries gallery names, so the number of series is bounded whatever callers send.
class Metrics {
 public:
  // One answered request. `decision` is empty where the route decides nothing.
  void count(std::string_view route, std::string_view method, int status, double seconds, std::string_view decision);
  // One request that was refused: "not_signed_in" or "forbidden"; and one that came too often for its "caller", its
  // "gallery", or a "sign_in". Static texts.
  void count_refused(std::string_view why);
  void count_limited(std::string_view limit);
  // One connection that ended in the handshake of TLS.
  void count_failed_handshake();
  // One connection that was turned away.
  void count_refused_connection();
  // One idle connection that was closed for another.
  void count_connection_given_up();

  [[nodiscard]] std::string exposition(const Gauges& gauges) const;

  static constexpr std::size_t kMaxGalleries = 100;
  // Upper bounds of the latency histogram, seconds.
  static constexpr std::array<double, 12> kBounds_s = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                       0.1,   0.25,   0.5,   1,    2.5,   10};

 private:
  struct Series {
    std::array<std::uint64_t, kBounds_s.size()> below{};  // cumulative
    std::uint64_t count = 0;
    double sum_s = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, Series> requests_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> decisions_;
  std::map<std::string, std::uint64_t> refused_;
  std::map<std::string, std::uint64_t> limited_;
  std::uint64_t failed_handshakes_ = 0;
  std::uint64_t refused_connections_ = 0;
  std::uint64_t connections_given_up_ = 0;
};

}  // namespace whorl::server
