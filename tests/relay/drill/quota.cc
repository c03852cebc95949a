#include <atomic>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "tests/relay/drill/drills.h"
#include "tests/relay/drill/receiver.h"
#include "tests/relay/drill/switch_process.h"

namespace whorl::drill {
namespace {

struct Got {
  std::mutex mutex;
  std::set<std::string> numbers;
  void take(const relay::HopReply& message) {
    const std::lock_guard lock(mutex);
    numbers.insert(message.header(relay::kMessageId));
  }
};

// Sends on several connections at once until each is told that the quota is used; every seventh is sent twice.
struct Sent {
  std::atomic<std::uint64_t> delivered{0};
  std::atomic<std::uint64_t> duplicates{0};
  std::atomic<std::uint64_t> other{0};
  std::mutex mutex;
  std::set<std::string> refusals;
};
void send_until_refused(const Region& region, std::uint16_t port, const std::string& to, Sent& sent) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      Line line(region, kA, port);
      const std::string envelope(6000, 'e');
      for (int n = 0;; ++n) {
        const std::string id = *exchange::new_id();
        const auto reply = line->send(to, relay::WireLane::kBorder, id, soon(), envelope);
        if (!reply.ok() || (reply->status != 200 && reply->status != 429)) {
          ++sent.other;
          return;
        }
        if (reply->status == 429) {
          const std::lock_guard lock(sent.mutex);
          sent.refusals.insert(reply->body + (reply->header("Retry-After").empty() ? " without Retry-After" : ""));
          return;
        }
        ++sent.delivered;
        if (n % 7 != 0) continue;
        const auto again = line->send(to, relay::WireLane::kBorder, id, soon(), envelope);
        if (again.ok() && again->status == 409) ++sent.duplicates;
      }
    });
  }
  for (std::thread& each : threads) each.join();
}

// What the switch wrote of a pair, in all its days.
std::uint64_t counted(const std::filesystem::path& folder, const std::string& from, const std::string& to) {
  std::uint64_t out = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    if (each.path().filename() == "quotas") continue;
    std::ifstream in(each.path());
    std::string hour, of, at, lane;
    for (std::uint64_t count = 0; in >> hour >> of >> at >> lane >> count;) out += of == from && at == to ? count : 0;
  }
  return out;
}

}  // namespace

bool quota(const Options& options) {
  const std::uint64_t day = options.full ? 30'000 : 2'000;
  const std::uint64_t year = options.full ? 3'000 : 500;
  const Region region({{{"aru", "bel"}, {400'000, day}}, {{"aru", "cor"}, {year, year}}});
  Got at_b;
  Got at_c;
  Sent to_b;
  Sent to_c;
  Sent restarted;
  std::uint64_t undelivered = 0;
  {
    SwitchProcess process(options.program, region.options(), region.folder() / "journal");
    {
      Line line(region, kA, process.port());  // nobody is connected: none of these counts
      for (int i = 0; i < 50; ++i) {
        const auto id = sure(exchange::new_id());
        if (sure(line->send(kB, relay::WireLane::kBorder, id, soon(), "e")).status == 503) ++undelivered;
      }
    }
    const Receiver of_b(region, kB, process.port(), [&](const relay::HopReply& got) { at_b.take(got); });
    const Receiver also_of_b(region, kB, process.port(), [&](const relay::HopReply& got) { at_b.take(got); });
    const Receiver of_c(region, kC, process.port(), [&](const relay::HopReply& got) { at_c.take(got); });
    send_until_refused(region, process.port(), kB, to_b);
    send_until_refused(region, process.port(), kC, to_c);
    process.stop();
  }
  const std::uint64_t switch_b = counted(region.folder() / "counters", kA, kB);
  const std::uint64_t switch_c = counted(region.folder() / "counters", kA, kC);
  {
    SwitchProcess process(options.program, region.options(), region.folder() / "journal");
    const Receiver of_b(region, kB, process.port(), [&](const relay::HopReply& got) { at_b.take(got); });
    send_until_refused(region, process.port(), kB, restarted);
  }
  // Two switches with half of every quota each.
  Sent of_two;
  for (const std::string counters : {"one", "two"}) {
    auto arguments = region.options(counters);
    arguments.insert(arguments.end(), {"--switches", "2"});
    SwitchProcess process(options.program, arguments, region.folder() / "journal");
    Got ignored;
    const Receiver of_c(region, kC, process.port(), [&](const relay::HopReply& got) { ignored.take(got); });
    send_until_refused(region, process.port(), kC, of_two);
  }
  std::string said;
  for (const std::string& text : to_b.refusals) said += text;
  std::cout << R"({"test":"quota","day":{"allowed":)" << day << R"(,"sender":)" << to_b.delivered << R"(,"switch":)"
            << switch_b << R"(,"receiver":)" << at_b.numbers.size() << R"(,"refusal":)" << said
            << R"(},"year":{"allowed":)" << year << R"(,"sender":)" << to_c.delivered << R"(,"switch":)" << switch_c
            << R"(,"receiver":)" << at_c.numbers.size() << R"(},"sent_twice_and_refused":)"
            << to_b.duplicates + to_c.duplicates << R"(,"to_nobody":)" << undelivered << R"(,"after_restart":)"
            << restarted.delivered << R"(,"by_two_switches":)" << of_two.delivered << "}\n";
  return to_b.delivered == day && switch_b == day && at_b.numbers.size() == day && to_c.delivered == year &&
         switch_c == year && at_c.numbers.size() == year && said == R"({"error":"quota_day"})" &&
         to_b.other + to_c.other + restarted.other + of_two.other == 0 && undelivered == 50 &&
         to_b.duplicates + to_c.duplicates > 0 && restarted.delivered == 0 && of_two.delivered == year;
}

}  // namespace whorl::drill
