// Which messages were taken already: (sender, number) until the message is void. One that comes again is told apart
// from a new one, and never worked on twice.
//
// Nothing is forgotten before its time: a sender whose share is full is refused instead. In memory alone; its user
// fills it again from what it keeps of open messages. Thread-safety: belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace whorl::exchange {

class ReplayTable {
 public:
  enum class Seen { kNew, kAgain, kFull };

  explicit ReplayTable(std::size_t most_of_sender = 100'000) : most_(most_of_sender) {}

  // Remembers it until two minutes after `expires`.
  Seen take(const std::string& sender, const std::string& id, std::chrono::sys_seconds expires,
            std::chrono::sys_seconds now);
  // It was not taken after all: it is new when it comes again.
  void forget(const std::string& sender, const std::string& id);
  // Of every sender.
  [[nodiscard]] std::size_t size() const;

 private:
  struct OfSender {
    std::map<std::string, std::chrono::sys_seconds> ids;  // and when each is void
    std::set<std::pair<std::chrono::sys_seconds, std::string>> by_end;
  };
  std::size_t most_;
  std::map<std::string, OfSender> senders_;
};

}  // namespace whorl::exchange
