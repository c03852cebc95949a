// A replica of a part: one of several processes that hold the same people, kept alike by one log of changes
// (docs/cluster.md has the protocol, which is Raft's, and why it is right). One replica leads: it puts changes in their
// order, sends them to the others, and acknowledges one when as many as are needed have it synced. Every replica makes
// the changes in the log's order. A change is made once, whatever breaks off: the note of its effect lies in the
// effect's own batch.
//
// A replica that is new, or lost its disk, is no member: it has forgotten what it promised. It neither votes nor counts
// before it has the log of a leader who was confirmed without it.
//
// Thread-safety: every method may be called from any thread at once. Private to this room.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "base/event.h"
#include "cluster/bus.h"
#include "cluster/copy_source.h"
#include "cluster/held_slices.h"
#include "cluster/part_server.h"
#include "cluster/remote_part.h"
#include "cluster/replica_log.h"

namespace whorl::cluster {

class Replica {
 public:
  // What making a change gives.
  struct Made {
    // False: this replica cannot make it now, and tries again: its disk is full, say. What does not depend on the
    // replica is no such failure: nobody of that name.
    bool settled = true;
    bool lets_go = false;  // it was an order to let go
    Bytes answer;          // as encode(Result) writes it
  };
  using Make = std::function<Made(const LogEntry& entry, std::uint64_t index)>;

  struct Setup {
    std::string name;
    std::vector<std::shared_ptr<RemotePart>> others;
    std::size_t needed = 1;      // of all replicas, itself among them
    std::size_t most_bytes = 0;  // of a message of the bus
    bool holds_somebody = false;
    ReplicaTimes times;
    // Borrowed; what a copy is made of, or into.
    index::Gallery* gallery = nullptr;
    HeldSlices* slices = nullptr;
  };
  // Errors: those of the log's rows; kInvalidInput (it holds somebody, and has no log).
  static Result<std::unique_ptr<Replica>> start(ReplicaLog log, Setup setup, Make make, EventSink events);
  ~Replica();
  // Whoever waits gets an error from now on.
  void stop();

  // Puts a change into the log, where this is the leader, and waits until it is made here. Gives what making it gave.
  // Errors: kUnavailable (another leads, or nobody; no end in time: it may be made yet), kExhausted (too long).
  Result<Bytes> change(const Operation& operation, Bytes change, Until until);
  // Errors: kUnavailable: it does not.
  Status leads();
  // Whether a change of this number lies in the log: whoever asks for it once more gets its answer.
  [[nodiscard]] bool knows(const Operation& operation);
  // Until this replica has made everything up to there. Errors: kUnavailable.
  Status wait_for(std::uint64_t index, Until until);
  [[nodiscard]] Position position();

  // What another replica asks.
  Result<VoteAnswer> vote(const AskVote& asked);
  Result<AppendAnswer> append(const AppendEntries& asked);
  // What the gallery holds now, for another replica that copies it. Errors: kUnavailable.
  Result<CopyBegun> begin_copy();
  CopySource& copies() { return source_; }
  HeldSlices& slices() { return *setup_.slices; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  enum class Role { kFollows, kStands, kLeads };
  // Another replica as a leader sees it.
  struct Follower {
    std::uint64_t next = 1;
    std::uint64_t matched = 0;  // synced there, of this leader's log
    bool member = false;
    Until heard{};
  };
  Replica(ReplicaLog log, Setup setup, Make make, EventSink events);
  Status begin();

  // Each holds the lock while it does not wait.
  void watch();
  void make_changes();
  void feed(std::size_t other);
  void copy();

  Status follow(std::uint64_t term, const std::string& leader);
  Status follow_later(std::uint64_t term);
  void stand(Lock& lock);
  void lead();
  void join(Lock& lock);
  void commit();
  void cut_log();
  void settle(std::uint64_t index, Made made);
  bool make_one(Lock& lock, std::uint64_t index);
  void order_letting_go();
  Status need_copy(std::uint64_t base);
  std::optional<std::size_t> copied_next(Lock& lock);
  Status copy_one(Lock& lock, std::size_t from);
  [[nodiscard]] Result<AppendEntries> next_for(std::size_t other) const;
  void heard_of(std::size_t other, const AppendEntries& sent, const AppendAnswer& answer);
  Status take(const AppendEntries& asked);
  [[nodiscard]] Result<Bytes> answer_of(std::uint64_t index) const;
  [[nodiscard]] bool is_member() const { return log_.promises().member; }
  [[nodiscard]] std::string leader_heard() const;
  [[nodiscard]] Until next_patience();
  [[nodiscard]] std::uint64_t date_ms() const;
  // Asked of all others at once; nothing of one that does not answer.
  template <class Asking>
  std::vector<std::optional<typename Asking::Answer>> ask_others(Lock& lock, const Asking& question);
  void say(Severity severity, const std::string& sentence) const;

  const Setup setup_;
  const Make make_;
  const EventSink events_;
  std::mutex mutex_;
  std::condition_variable changed_;
  ReplicaLog log_;
  Role role_ = Role::kFollows;
  std::string leader_;
  Until heard_{};     // of the leader
  Until patience_{};  // then somebody else leads
  std::uint64_t committed_ = 0;
  std::uint64_t applied_ = 0;
  std::uint64_t cut_ = 0;
  bool uncut_ = false;  // what was to be cut last could not be, which is said once
  // What a joining replica has to reach: where all others together may be.
  std::optional<std::uint64_t> to_reach_;
  std::vector<Follower> followers_;
  std::map<std::uint64_t, Bytes> answers_;  // of the last changes
  std::size_t changing_ = 0;
  bool making_ = false;          // a change, without the lock
  std::size_t holding_ = 0;      // who waits for none to be made
  std::uint64_t let_go_ms_ = 0;  // when the last order to let go was dated
  CopySource source_;
  std::uint64_t copy_behind_ = 0;  // what is copied must have made as much
  std::size_t copies_failed_ = 0;
  std::string trouble_;
  std::mt19937_64 random_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace whorl::cluster
