#include "bench/beside/load.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>
#include <thread>

#include "bench/beside/client.h"

namespace whorl::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Run {
 public:
  explicit Run(const Load& load) : load_(load) {}

  Result<Latencies> result() {
    std::vector<std::jthread> dear;
    for (int i = 0; i < load_.dear_clients; ++i) dear.emplace_back([this] { note(ask_dear()); });
    if (load_.dear_clients > 0) std::this_thread::sleep_for(std::chrono::seconds(1));
    until_ = Clock::now() + load_.lasting;
    std::vector<std::jthread> ordinary;
    for (int i = 0; i < load_.ordinary_clients; ++i) {
      ordinary.emplace_back([this, i] { note(ask_ordinary(static_cast<std::size_t>(i))); });
    }
    ordinary.clear();
    over_ = true;
    dear.clear();
    if (failure_) return *failure_;
    std::sort(out_.seconds.begin(), out_.seconds.end());
    return std::move(out_);
  }

 private:
  Status ask_ordinary(std::size_t next) {
    WHORL_ASSIGN(const auto client, Client::connect(load_.address, load_.port));
    for (; Clock::now() < until_; ++next) {
      const auto start = Clock::now();
      WHORL_ASSIGN(const int status, client->identify(load_.ordinary[next % load_.ordinary.size()]));
      const std::scoped_lock lock(mutex_);
      out_.seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
      ++out_.ordinary[status];
    }
    return {};
  }

  Status ask_dear() {
    WHORL_ASSIGN(const auto client, Client::connect(load_.address, load_.port));
    while (!over_) {
      WHORL_ASSIGN(const int status, client->identify(load_.dear));
      const std::scoped_lock lock(mutex_);
      ++out_.dear[status];
    }
    return {};
  }

  void note(const Status& status) {
    const std::scoped_lock lock(mutex_);
    if (!status.ok() && !failure_) failure_ = status.error();
  }

  const Load& load_;
  Clock::time_point until_;
  std::atomic<bool> over_ = false;
  std::mutex mutex_;
  Latencies out_;
  std::optional<Error> failure_;
};

}  // namespace

double Latencies::at(double share) const {
  const auto n = static_cast<double>(seconds.size());
  return seconds[static_cast<std::size_t>(std::clamp(std::ceil(share * n) - 1, 0.0, n - 1))];
}

Result<Latencies> measure(const Load& load) {
  Run run(load);
  auto out = run.result();
  if (out.ok() && out->seconds.empty()) return unavailable("no ordinary request was answered");
  return out;
}

}  // namespace whorl::bench
