// The way between a cluster's machines: somebody listens under a subject, others send there and wait for an answer. A
// broker carries it (nats_bus.h); tests carry it within one process. Nothing here is secret or sealed.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::cluster {

using Until = std::chrono::steady_clock::time_point;

// A message that came.
struct Delivery {
  Bytes message;
  // Once, from any thread; lost where nobody waits any more.
  std::function<void(ByteView)> answer;
  // Asks who sent the message, and waits. Errors: kUnavailable.
  std::function<Result<Bytes>(ByteView, Until)> ask_back;
};

// Ends the listening; what was delivered may still be worked on.
class Listening {
 public:
  virtual ~Listening() = default;
};

class Bus {
 public:
  virtual ~Bus() = default;

  // Sends now. What it gives waits for the answer, once; dropping it is allowed. `asked_back` answers what the receiver
  // asks meanwhile; it is quick, and called from a thread of the bus. Errors: kUnavailable (the broker is not reached;
  // nobody listens there; no answer until then), kExhausted (longer than most_bytes()).
  using Waiting = std::function<Result<Bytes>(Until)>;
  virtual Result<Waiting> send(const std::string& subject, ByteView message,
                               std::function<Bytes(ByteView)> asked_back) = 0;

  // `hear` is called from a thread of the bus, one message after another: it hands work on. Errors: kUnavailable.
  virtual Result<std::unique_ptr<Listening>> listen(const std::string& subject, std::function<void(Delivery)> hear) = 0;

  // Of one message, as the broker is set up.
  [[nodiscard]] virtual std::size_t most_bytes() const = 0;
};

}  // namespace whorl::cluster
