// A NATS broker of a test's own, on a free port of this machine.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

namespace whorl::cluster {

class NatsBroker {
 public:
  // Empty where Debian's nats-server is not installed.
  static std::string program() {
    for (const char* path : {"/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"}) {
      if (::access(path, X_OK) == 0) return path;
    }
    return {};
  }

  // In `folder`, which is there, with `config` in its file. `port()` is 0 where it did not start within ten seconds.
  explicit NatsBroker(const std::filesystem::path& folder, const std::string& config = kOpen) {
    const std::filesystem::path file = folder / "nats.conf";
    std::ofstream(file) << config << "\nports_file_dir: \"" << folder.string() << "\"\n";
    const std::string path = program();
    child_ = ::fork();
    if (child_ == 0) {
      const int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, 1);
      ::dup2(null, 2);
      ::execl(path.c_str(), path.c_str(), "-c", file.c_str(), nullptr);
      ::_exit(127);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (port_ == 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      port_ = port_in(folder / ("nats-server_" + std::to_string(child_) + ".ports"));
    }
  }
  ~NatsBroker() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  NatsBroker(const NatsBroker&) = delete;
  NatsBroker& operator=(const NatsBroker&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] pid_t process() const { return child_; }

 private:
  // On this machine, for everybody, on a port that is free.
  static constexpr const char* kOpen = "listen: \"127.0.0.1:-1\"\nmax_payload: 8MB\n";

  // {"nats":["nats://127.0.0.1:4222"], ...}
  static int port_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string before = "://127.0.0.1:";
    const std::size_t from = text.find(before);
    return from == std::string::npos ? 0 : std::atoi(text.c_str() + from + before.size());
  }

  pid_t child_ = -1;
  int port_ = 0;
};

}  // namespace whorl::cluster
