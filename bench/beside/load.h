// Ordinary searches, alone and beside dear ones.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace whorl::bench {

struct Load {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::vector<std::string> ordinary;  // bodies, sent one after the other
  int ordinary_clients = 1;
  std::string dear;      // the body
  int dear_clients = 0;  // each has one request in flight
  std::chrono::seconds lasting{20};
};

struct Latencies {
  std::vector<double> seconds;  // of ordinary requests, rising
  std::map<int, int> ordinary;  // how many answers of each HTTP status
  std::map<int, int> dear;

  // Of at least one; `share` 0.5 is the median.
  [[nodiscard]] double at(double share) const;
};

// Keeps so many dear requests in flight; a second later the ordinary clients ask without pause while it lasts.
// Errors: kUnavailable where the server cannot be reached or ends a connection.
Result<Latencies> measure(const Load& load);

}  // namespace whorl::bench
