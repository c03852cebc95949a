// Where a message and its receiver meet: in memory, for 15 seconds at most, and nowhere else.
//
// A message waits for nobody: its receiver is connected, or the sender is told at once. It is handed to a call of the
// receiver that waits; where no receipt comes within five seconds, once more; and dropped when 15 seconds are over.
// What is under way is bounded for each pair of members, for each sender, and in all. Knows no sockets and no clock:
// whoever calls says what time it is. Thread-safety: belongs to one thread; callbacks are called from within the
// methods.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "relay/wiped.h"
#include "relay/wire.h"

namespace whorl::relay {

using Ticks = std::chrono::steady_clock::time_point;

struct RendezvousLimits {
  std::size_t bytes = std::size_t{256} << 20;  // of envelopes under way
  std::size_t bytes_of_sender = std::size_t{48} << 20;
  std::size_t messages_of_pair = 16;
  std::size_t ids_of_sender = 50'000;  // that are remembered, to tell duplicates
  std::chrono::seconds ids_kept{15 * 60};
};

struct Message {
  std::string from;
  std::string to;
  std::string id;
  WireLane lane = WireLane::kRoutine;
  WipedText envelope;
};

// What became of a message: its receipt, or why not.
struct Delivered {
  std::optional<Undelivered> why;
  std::string receipt;
};

class Rendezvous {
 public:
  using OnDone = std::function<void(const Delivered&)>;
  // A message that is handed over. The callback must not call the rendezvous.
  using OnMessage = std::function<void(std::uint64_t delivery, std::shared_ptr<const Message> message)>;

  explicit Rendezvous(const RendezvousLimits& limits = {}) : limits_(limits) {}

  // A receiver's connection, from its first call for messages until it closes.
  void connected(const std::string& member) { ++receivers_[member]; }
  void disconnected(const std::string& member);
  [[nodiscard]] bool is_connected(const std::string& member) const { return receivers_.contains(member); }

  // Room for an envelope whose length is announced, before it is read. False: busy. Each that was taken is given back.
  [[nodiscard]] bool take_room(const std::string& sender, std::size_t bytes);
  void give_room(const std::string& sender, std::size_t bytes);

  // Whether a message could be offered now; else what its sender is told.
  [[nodiscard]] std::optional<Undelivered> refusal_of(const std::string& from, const std::string& to,
                                                      const std::string& id, Ticks now);
  // `done` is called once, later: with the receipt, or when the time is over. Precondition: refusal_of said nothing.
  void offer(Message message, Ticks now, OnDone done);

  // Waits for a message to `member`: called at once where there is one, the lane of replies first, then border, urgent,
  // routine, followup. The number names the waiting, for leave(); 0: it was called already.
  std::uint64_t wait(const std::string& member, OnMessage on_message, Ticks now);
  void leave(const std::string& member, std::uint64_t waiting);
  // The receipt of a message that was handed to `member`. False: there is no such delivery (any more).
  bool acknowledge(const std::string& member, std::uint64_t delivery, const std::string& receipt);

  // What is due at `now`: to be handed again, or dropped. To be called some times a second.
  void pass_time(Ticks now);

  [[nodiscard]] std::size_t under_way() const { return items_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct Item {
    std::shared_ptr<const Message> message;
    OnDone done;
    Ticks came;
    std::optional<Ticks> handed;
  };
  struct Waiting {
    std::uint64_t number;
    OnMessage on_message;
  };
  using Items = std::map<std::uint64_t, Item>;

  void hand_over(const std::string& member, Ticks now);
  [[nodiscard]] std::optional<std::uint64_t> next_for(const std::string& member, Ticks now) const;
  void finish(Items::iterator item, const Delivered& delivered);
  void forget_ids(Ticks now);

  RendezvousLimits limits_;
  std::map<std::string, std::size_t> receivers_;
  std::map<std::string, std::size_t> room_;
  std::size_t bytes_ = 0;
  Items items_;  // by delivery
  std::map<std::string, std::set<std::uint64_t>> for_member_;
  std::map<std::pair<std::string, std::string>, std::size_t> of_pair_;
  std::map<std::string, std::deque<Waiting>> waiting_;
  std::uint64_t last_ = 0;
  std::map<std::string, std::set<std::string>> ids_;                           // of a sender
  std::deque<std::pair<Ticks, std::pair<std::string, std::string>>> old_ids_;  // in order of time
};

}  // namespace whorl::relay
