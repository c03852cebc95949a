// A member that waits for messages on a thread of its own, and signs for each.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <string>
#include <thread>

#include "tests/relay/drill/region.h"

namespace whorl::drill {

class Receiver {
 public:
  using OnMessage = std::function<void(const relay::HopReply& message)>;
  // When this returns the member counts as connected. `on_message` is called on the thread, before the receipt.
  Receiver(const Region& region, const std::string& member, std::uint16_t port, OnMessage on_message);
  // Gives the last receipt, and hangs up.
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

 private:
  void run();

  const tests::MemberKeys& me_;
  Line line_;
  OnMessage on_message_;
  std::atomic<bool> ends_{false};
  std::thread thread_;
};

}  // namespace whorl::drill
