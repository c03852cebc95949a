// Cover: that a request for data follows an answer would tell the switch that there was a match. So a slot is drawn
// after every answer that came, and one message leaves in it for the member that answered: a request for data where one
// waits for that member, else a noop of the same length. The other side draws a slot for whatever came so, in which a
// decision leaves where one waits, else a noop.
//
// - When a slot is, follows from the policy and chance alone. What is real never makes one where one is there: it waits
//   for the member's next, whatever that follows.
// - Where more waits than there are slots (an officer asks, or decides, later than the noop left, and the pair was
// quiet
//   meanwhile), one is drawn for it, and the switch sees one message more.
// - A noop is sealed to the key that a request, or a decision, would be sealed to, under a name of its own (cover_kid).
//
// What leaves is on disk before it does, and the same after a crash. One object for what this member sends of its own,
// one for what it sends in reply. Thread-safety: any thread may call any method at once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "crypto/random.h"
#include "engine/tasks.h"
#include "exchange/envelope/envelope.h"
#include "member/cover_rows.h"
#include "member/cover_table.h"
#include "member/standing.h"

namespace whorl::member {

// That are kept at once of one member. More are made by nobody who keeps to a quota; what would need one is not taken.
inline constexpr std::size_t kMostSlotsOfMember = 50'000;

class Cover {
 public:
  enum class Side { kAsks, kReplies };
  // Borrows all of them.
  struct With {
    const OwnKeys& keys;
    engine::TaskStore& rows;
    World& world;
    crypto::Random& random;
  };
  Cover(const With& with, Side side) : with_(with), side_(side) {}

  // The row of what follows the message `jti` of `member`.
  [[nodiscard]] std::string name_of(const std::string& member, const std::string& jti) const;
  // A row that was kept. Errors: kCorruption.
  Status take_row(const std::string& name, ByteView head);

  struct Slot {
    std::string name;
    std::string member;
    std::int64_t due_ms = 0;  // unix milliseconds
  };
  // When all rows are read: those in which something is to leave. What passed meanwhile is drawn anew.
  Result<std::vector<Slot>> slots(const exchange::Policy& policy);
  // A message `jti` of `member` came, that brought the key `to`. On disk when it returns. Nothing: there is a slot
  // already. Errors: those of the store.
  Result<std::optional<Slot>> owe(const std::string& member, const std::string& jti, const crypto::PublicKey& to,
                                  const exchange::Policy& policy);
  // So many wait for `member`: the slots that are drawn for them, beside those that are there.
  Result<std::vector<Slot>> make_room(const std::string& member, std::size_t waiting, const exchange::Policy& policy);
  // Whether this has a slot already.
  [[nodiscard]] bool has_taken(const std::string& other_row) const;

  // What leaves in a slot, settled and on disk when it returns. Nothing: the slot is over. `waiting`: for its member,
  // the oldest first.
  struct Noop {
    std::string jti;
    std::int64_t exp = 0;
    std::string envelope;
  };
  struct Turn {
    std::string other = {};  // the row of what is real
    std::optional<Noop> noop = {};
    std::int64_t not_before_ms = 0;  // not 0: neither; the slot is not there yet
  };
  Result<std::optional<Turn>> turn(const std::string& slot, const std::vector<WaitsForSlot>& waiting,
                                   const Standing& standing);
  // Whoever it is for has it.
  Status left(const std::string& slot);
  // What it was to follow was not taken. It is gone when it returns, whatever the disk did: an error says that the row
  // may be left, until what it was for comes again, or the node begins anew.
  Status forget(const std::string& slot);

  // The one-time keys that replies are sealed to, by their second names.
  [[nodiscard]] std::optional<crypto::PrivateKey> reply_key(std::string_view kid) const;
  // Whether a reply was taken before (taken_mark).
  [[nodiscard]] bool took(const std::string& mark) const;
  // Errors: envelope_refused; those of the store.
  Status take_reply(const exchange::Opened& opened);
  // Lets go of what is kept no longer, by `settled` (settled_time.h).
  Status pass_time(exchange::Time settled);

 private:
  [[nodiscard]] std::int64_t now_ms() const;
  // The caller has the lock, of these.
  Result<Slot> drawn(const std::string& name, const std::string& member, const std::string& to,
                     const exchange::Policy& policy);
  Status erase(const std::string& name);
  [[nodiscard]] bool is_too_far(const CoverRow& row, const exchange::Policy& policy) const;
  Result<std::optional<Turn>> settle(const std::string& name, const std::vector<WaitsForSlot>& waiting,
                                     const Standing& standing);
  Result<std::optional<Turn>> fill(const std::string& name, const Standing& standing);

  const With with_;
  const Side side_;
  mutable std::mutex mutex_;
  CoverTable rows_;  // guarded by mutex_
};

}  // namespace whorl::member
