// What a gallery in four parts costs beside the same gallery in one engine: time and CPU of searches, one after the
// other in turn, over a real broker. The parts run in this process, each on a connection of its own; the broker does
// not, and its CPU is counted. Usage: cluster_figures PEOPLE SEARCHES. One line of JSON.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/cluster/cluster_fixture.h"

namespace whorl::cluster {
namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_of_this_process() {
  timespec at{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
}

// User and system time: the 14th and 15th fields, after the name in brackets.
double cpu_of(pid_t process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  std::istringstream rest(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) rest >> skipped;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double quantile(std::vector<double> sorted, double q) {
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

struct Cost {
  std::vector<double> ms;
  double cpu_s = 0;
  double broker_s = 0;  // of it
};

template <class Search>
bool measure(Cost& into, pid_t broker, const Search& search) {
  const double of_broker = cpu_of(broker);
  const double cpu = cpu_of_this_process() + of_broker;
  const double begun = seconds_now();
  const bool ok = search();
  into.ms.push_back((seconds_now() - begun) * 1000);
  const double broker_now = cpu_of(broker);
  into.cpu_s += cpu_of_this_process() + broker_now - cpu;
  into.broker_s += broker_now - of_broker;
  return ok;
}

// The broker's processor seconds for a message of so many bytes where many are under way, as under load: questions that
// are answered by as many bytes, 256 at a time, over two connections.
double broker_message_s(TestCluster& cluster, std::size_t bytes) {
  constexpr int kRounds = 200;
  constexpr int kAtATime = 256;
  const auto asks = cluster.bus();
  const auto answers = cluster.bus();
  const Bytes message(bytes, 7);
  auto listening =
      answers->listen("whorl.test.part.figures", [&](const Delivery& delivery) { delivery.answer(message); });
  if (!listening.ok()) return 0;
  const double before = cpu_of(cluster.broker_process());
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Bus::Waiting> waiting;
    for (int i = 0; i < kAtATime; ++i) {
      auto sent = asks->send("whorl.test.part.figures", message, {});
      if (sent.ok()) waiting.push_back(std::move(*sent));
    }
    for (auto& each : waiting) (void)each(Until::clock::now() + std::chrono::seconds(20));
  }
  return (cpu_of(cluster.broker_process()) - before) / (2.0 * kRounds * kAtATime);
}

int run(int people, int searches) {
  if (NatsBroker::program().empty()) return std::puts("{\"skipped\":\"nats-server is not installed\"}"), 0;
  TestCluster cluster(Over::kNats);
  if (!cluster.ready()) return std::fputs("nats-server did not start\n", stderr), 1;
  cluster.start();
  auto one = engine::Engine::open(engine_at(cluster.folder("one")));
  if (!one.ok()) return std::fputs((one.error().text() + "\n").c_str(), stderr), 1;
  for (int i = 0; i < people; ++i) {
    if (!cluster.front().enrol({}, enrolment_of(i)).ok() || !(*one)->enrol({}, enrolment_of(i)).ok()) return 1;
  }
  Cost alone;
  Cost together;
  std::vector<double> added;
  for (int n = 0; n < searches; ++n) {
    const engine::IdentifyRequest request = search_for(n);
    const auto in_one = [&] { return (*one)->identify({}, request).ok(); };
    const auto in_parts = [&] { return cluster.front().identify({}, request).ok(); };
    // Who goes first changes, so that neither always finds warm caches.
    bool ok = n % 2 == 0 ? measure(alone, cluster.broker_process(), in_one) : true;
    ok = measure(together, cluster.broker_process(), in_parts) && ok;
    if (n % 2 == 1) ok = measure(alone, cluster.broker_process(), in_one) && ok;
    if (!ok) return std::fputs("a search failed\n", stderr), 1;
    added.push_back(together.ms.back() - alone.ms.back());
  }
  constexpr std::size_t kOfASearch = 1700;
  constexpr std::size_t kOfAPosition = 100;
  std::printf(
      "{\"people\":%d,\"searches\":%d,\"parts\":%zu,"
      "\"one_p50_ms\":%.2f,\"one_p99_ms\":%.2f,\"parts_p50_ms\":%.2f,\"parts_p99_ms\":%.2f,"
      "\"added_p50_ms\":%.2f,\"added_p99_ms\":%.2f,\"cpu_ratio\":%.3f,\"cpu_one_ms\":%.2f,\"cpu_broker_ms\":%.3f,"
      "\"broker_message_us\":%.2f,\"broker_small_message_us\":%.2f}\n",
      people, searches, kPartsOfTest, quantile(alone.ms, 0.5), quantile(alone.ms, 0.99), quantile(together.ms, 0.5),
      quantile(together.ms, 0.99), quantile(added, 0.5), quantile(added, 0.99), together.cpu_s / alone.cpu_s,
      alone.cpu_s * 1000 / searches, together.broker_s * 1000 / searches, broker_message_s(cluster, kOfASearch) * 1e6,
      broker_message_s(cluster, kOfAPosition) * 1e6);
  return 0;
}

}  // namespace
}  // namespace whorl::cluster

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: cluster_figures PEOPLE SEARCHES\n", stderr), 2;
  return whorl::cluster::run(std::max(1, std::atoi(argv[1])), std::max(1, std::atoi(argv[2])));
}
