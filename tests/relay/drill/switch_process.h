// whorl-switch as a process of its own: started, looked at from outside, stopped.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace whorl::drill {

class SwitchProcess {
 public:
  // Returns when it listens. What it says goes to `journal`. `core`: the one core that it may run on.
  SwitchProcess(const std::string& program, std::vector<std::string> options, const std::filesystem::path& journal,
                std::optional<int> core = {});
  ~SwitchProcess();
  SwitchProcess(const SwitchProcess&) = delete;
  SwitchProcess& operator=(const SwitchProcess&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] double processor_seconds() const;
  [[nodiscard]] std::uint64_t resident_bytes() const;
  // All memory that can be read, in pieces that overlap by 128 bytes. The switch runs on meanwhile.
  void read_memory(const std::function<void(ByteView)>& take) const;
  // As an operator does; it writes its counts.
  void stop();

 private:
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace whorl::drill
