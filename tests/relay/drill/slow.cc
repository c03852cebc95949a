#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "base/freed.h"
#include "tests/relay/drill/drills.h"
#include "tests/relay/drill/receiver.h"
#include "tests/relay/drill/switch_process.h"

namespace whorl::drill {
namespace {

using Clock = std::chrono::steady_clock;

int dial(std::uint16_t port) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (out >= 0 && ::connect(out, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0) return out;
  ::close(out);
  return -1;
}

bool is_closed(int socket) {
  char c = 0;
  const ssize_t n = ::recv(socket, &c, 1, MSG_DONTWAIT | MSG_PEEK);
  return n == 0 || (n < 0 && errno != EAGAIN);
}

// Sockets that say nothing, or the beginning of a greeting and then nothing; whichever the switch closes comes again.
class Silent {
 public:
  Silent(std::uint16_t port, std::size_t number) : port_(port), sockets_(number, -1) {
    for (std::size_t i = 0; i < number; ++i) open(i);
    thread_ = std::thread([this] {
      while (!ends_) {
        for (std::size_t i = 0; i < sockets_.size() && !ends_; ++i) {
          if (sockets_[i] >= 0 && !is_closed(sockets_[i])) continue;
          ::close(sockets_[i]);
          open(i);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
    });
  }
  ~Silent() {
    ends_ = true;
    thread_.join();
    for (const int each : sockets_) ::close(each);
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;
  [[nodiscard]] std::uint64_t opened() const { return opened_; }

 private:
  void open(std::size_t i) {
    sockets_[i] = dial(port_);
    ++opened_;
    if (i % 2 == 1) (void)!::send(sockets_[i], "\x16\x03\x01\x02\x00\x01", 6, MSG_NOSIGNAL);
  }
  std::uint16_t port_;
  std::vector<int> sockets_;
  std::atomic<std::uint64_t> opened_{0};
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

// A member that announces an envelope of 4 MiB and sends 100 KiB of it, then a byte now and then.
class SlowSender {
 public:
  SlowSender(const Region& region, std::uint16_t port)
      : context_(region.context(kC)), socket_(dial(port)), connection_(::SSL_new(context_.get()), ::SSL_free) {
    ::SSL_set_fd(connection_.get(), socket_);
    if (::SSL_connect(connection_.get()) != 1) throw std::runtime_error("a slow member is not let in");
    say("POST /x/v1/send HTTP/1.1\r\nHost: x\r\nX-To: " + kB + "\r\nX-Lane: followup\r\nX-Message-Id: " +
        sure(exchange::new_id()) + "\r\nX-Expires: " + std::to_string(soon()) + "\r\nContent-Length: 4194304\r\n\r\n");
    say(std::string(100'000, 's'));
  }
  ~SlowSender() {
    connection_.reset();
    ::close(socket_);
  }
  SlowSender(const SlowSender&) = delete;
  SlowSender& operator=(const SlowSender&) = delete;
  void say(const std::string& text) {
    (void)::SSL_write(connection_.get(), text.data(), static_cast<int>(text.size()));
  }

 private:
  relay::SslContext context_;
  int socket_;
  std::unique_ptr<SSL, decltype(&::SSL_free)> connection_;
};

struct Served {
  std::size_t delivered = 0;
  std::size_t dialled = 0;
  std::vector<double> milliseconds;
};
// Messages of a to b, each until its receipt; every twentieth on a new connection.
Served serve(const Region& region, std::uint16_t port, std::size_t number, const std::function<void()>& between) {
  const std::string envelope(60'000, 'e');
  Served out;
  std::unique_ptr<Line> line;
  for (std::size_t i = 0; i < number; ++i) {
    if (i % 20 == 0) {
      line = std::make_unique<Line>(region, kA, port);
      ++out.dialled;
    }
    const std::string id = sure(exchange::new_id());
    const auto began = Clock::now();
    const auto reply = (*line)->send(kB, relay::WireLane::kBorder, id, soon(), envelope);
    out.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    if (reply.ok() && reply->status == 200) ++out.delivered;
    between();
  }
  return out;
}

constexpr std::uint64_t kMostGrowth = std::uint64_t{300} << 20;  // what may be under way, and a little

}  // namespace

bool slow(const Options& options) {
  const std::size_t silent = options.full ? 1'000 : 600;
  const std::size_t messages = options.full ? 5'000 : 400;
  const Region region;
  SwitchProcess process(options.program, region.options(), region.folder() / "journal");
  const Receiver of_b(region, kB, process.port(), [](const relay::HopReply&) {});
  const Served alone = serve(region, process.port(), messages, [] {});
  const std::uint64_t before = process.resident_bytes();
  std::uint64_t most = 0;
  Served beside;
  std::uint64_t opened = 0;
  {
    const Silent others(process.port(), silent);
    std::vector<std::unique_ptr<SlowSender>> senders;
    for (int i = 0; i < 7; ++i) senders.push_back(std::make_unique<SlowSender>(region, process.port()));
    beside = serve(region, process.port(), messages, [&] {
      most = std::max(most, process.resident_bytes());
      for (auto& each : senders) each->say("s");
    });
    opened = others.opened();
  }
  std::cout << R"({"test":"slow","silent_sockets":)" << silent << R"(,"opened":)" << opened
            << R"(,"slow_senders":7,"messages":)" << messages << R"(,"alone":{"delivered":)" << alone.delivered
            << R"(,"p50_ms":)" << percentile(alone.milliseconds, 0.5) << R"(,"p99_ms":)"
            << percentile(alone.milliseconds, 0.99) << R"(},"beside":{"delivered":)" << beside.delivered
            << R"(,"dialled":)" << beside.dialled << R"(,"p50_ms":)" << percentile(beside.milliseconds, 0.5)
            << R"(,"p99_ms":)" << percentile(beside.milliseconds, 0.99) << R"(},"memory_before":)" << before
            << R"(,"memory_most":)" << most << "}\n";
  return alone.delivered == messages && beside.delivered == messages && most < before + kMostGrowth;
}

}  // namespace whorl::drill
