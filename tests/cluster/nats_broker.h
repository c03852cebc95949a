// A NATS broker of a test's own, on a free port of this machine.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
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

  // In `folder`, which is there. `url()` is empty where it did not start within ten seconds.
  explicit NatsBroker(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "nats.conf";
    std::ofstream(file) << "listen: \"127.0.0.1:-1\"\nmax_payload: 8MB\nports_file_dir: \"" << folder.string()
                        << "\"\n";
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
    while (url_.empty() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      url_ = url_in(folder / ("nats-server_" + std::to_string(child_) + ".ports"));
    }
  }
  ~NatsBroker() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  NatsBroker(const NatsBroker&) = delete;
  NatsBroker& operator=(const NatsBroker&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] pid_t process() const { return child_; }

 private:
  // {"nats":["nats://127.0.0.1:4222"], ...}
  static std::string url_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t from = text.find("nats://");
    const std::size_t to = text.find('"', from);
    return from == std::string::npos || to == std::string::npos ? "" : text.substr(from, to - from);
  }

  pid_t child_ = -1;
  std::string url_;
};

}  // namespace whorl::cluster
