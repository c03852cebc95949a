#include <sched.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "tests/relay/drill/drills.h"
#include "tests/relay/drill/receiver.h"
#include "tests/relay/drill/switch_process.h"

namespace whorl::drill {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kAskers = 3;     // connections of a member that send checks
constexpr int kAnswerers = 2;  // that send answers
constexpr int kReceivers = 2;  // that wait for messages

// What is shared by the threads of all members.
struct Market {
  std::mutex mutex;
  std::condition_variable more;
  bool ends = false;
  std::map<std::string, std::deque<std::pair<std::string, std::string>>> to_answer;  // of a member: to whom, number
  std::map<std::string, Clock::time_point> asked;                                    // by number
  std::vector<double> milliseconds;                                                  // from the question to its answer
  std::uint64_t failures = 0;
};

class Member {
 public:
  Member(const Region& region, std::string name, std::uint16_t port, Market& market)
      : region_(region), name_(std::move(name)), port_(port), market_(market) {
    for (int i = 0; i < kReceivers; ++i) {
      receivers_.push_back(
          std::make_unique<Receiver>(region_, name_, port_, [this](const relay::HopReply& got) { take(got); }));
    }
  }
  void begin() {
    for (int i = 0; i < kAskers; ++i) threads_.emplace_back([this, i] { ask(i); });
    for (int i = 0; i < kAnswerers; ++i) threads_.emplace_back([this] { answer(); });
  }
  void end() {
    for (std::thread& each : threads_) each.join();
  }

 private:
  void take(const relay::HopReply& got) {
    const std::lock_guard lock(market_.mutex);
    const std::string id = got.header(relay::kMessageId);
    if (got.header(relay::kLane) != "reply") {
      market_.to_answer[name_].emplace_back(got.header(relay::kFrom), id);
      market_.more.notify_all();
    } else if (const auto found = market_.asked.find(id); found != market_.asked.end()) {
      market_.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - found->second).count());
      market_.asked.erase(found);
    }
  }
  void send(Line& line, const std::string& to, relay::WireLane lane, const std::string& id,
            const std::string& envelope) {
    const auto reply = line->send(to, lane, id, soon(), envelope);
    if (reply.ok() && reply->status == 200) return;
    const std::lock_guard lock(market_.mutex);
    ++market_.failures;
  }
  void ask(int number) {
    Line line(region_, name_, port_);
    const std::string envelope(exchange::envelope_bytes(exchange::Size::kSmall, name_.size(), name_.size(), false),
                               'e');
    for (std::size_t i = static_cast<std::size_t>(number);; ++i) {
      const std::string id = *exchange::new_id();
      {
        const std::lock_guard lock(market_.mutex);
        if (market_.ends) return;
        market_.asked[id] = Clock::now();
      }
      const std::string& to = kMembers[i % 3] == name_ ? kMembers[(i + 1) % 3] : kMembers[i % 3];
      send(line, to, relay::WireLane::kBorder, id, envelope);
    }
  }
  void answer() {
    Line line(region_, name_, port_);
    const std::string envelope(exchange::envelope_bytes(exchange::Size::kReply, name_.size(), name_.size(), false),
                               'e');
    while (true) {
      std::pair<std::string, std::string> next;
      {
        std::unique_lock lock(market_.mutex);
        auto& mine = market_.to_answer[name_];
        market_.more.wait_for(lock, std::chrono::seconds(1), [&] { return market_.ends || !mine.empty(); });
        if (mine.empty() && market_.ends) return;
        if (mine.empty()) continue;
        next = mine.front();
        mine.pop_front();
      }
      send(line, next.first, relay::WireLane::kReply, next.second, envelope);
    }
  }

  const Region& region_;
  std::string name_;
  std::uint16_t port_;
  Market& market_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
  std::vector<std::thread> threads_;
};

// The members leave the switch's core to it, where there is another.
void leave_core(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  if (CPU_COUNT(&set) < 2) return;
  CPU_CLR(core, &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

bool throughput(const Options& options) {
  const std::chrono::seconds time(options.full ? 30 : 5);
  const Region region;
  const int core = ::sched_getcpu();
  SwitchProcess process(options.program, region.options(), region.folder() / "journal", core);
  leave_core(core);
  Market market;
  double seconds = 0;
  double processor = 0;
  {
    std::vector<std::unique_ptr<Member>> members;
    for (const std::string& name : kMembers)
      members.push_back(std::make_unique<Member>(region, name, process.port(), market));
    const double before = process.processor_seconds();
    const auto began = Clock::now();
    for (auto& each : members) each->begin();
    std::this_thread::sleep_for(time);
    {
      const std::lock_guard lock(market.mutex);
      market.ends = true;
    }
    market.more.notify_all();
    for (auto& each : members) each->end();
    seconds = std::chrono::duration<double>(Clock::now() - began).count();
    processor = process.processor_seconds() - before;
  }
  process.stop();
  const auto checks = static_cast<double>(market.milliseconds.size());
  std::cout << R"({"test":"throughput","members":3,"seconds":)" << seconds << R"(,"checks_answered":)" << checks
            << R"(,"checks_a_second":)" << checks / seconds << R"(,"switch_processor_seconds":)" << processor
            << R"(,"checks_a_second_of_the_switchs_core":)" << checks / std::max(processor, 0.01) << R"(,"p50_ms":)"
            << percentile(market.milliseconds, 0.5) << R"(,"p99_ms":)" << percentile(market.milliseconds, 0.99)
            << R"(,"not_delivered":)" << market.failures << "}\n";
  return market.failures == 0 && !market.milliseconds.empty();
}

}  // namespace whorl::drill
