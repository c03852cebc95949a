// The answering side: questions of other members, searched for in this node's galleries, and their answers, sealed and
// on disk before they leave.
//
//   received -> refused | searched -> sealed (its slot is drawn) -> sent
//
// Whatever the outcome, and whoever was hidden: one search of each open gallery, one leaf, one row of one length, one
// envelope of one length, in one slot. A probe is in memory until its answer is sealed, and nowhere else.
// Thread-safety: any thread may call any method at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "crypto/random.h"
#include "engine/service.h"
#include "exchange/envelope/envelope.h"
#include "exchange/envelope/replay_table.h"
#include "exchange/policy/quota.h"
#include "member/config.h"
#include "member/hit_counter.h"
#include "member/rows.h"
#include "member/shield.h"
#include "member/standing.h"
#include "member/told.h"

namespace whorl::member {

// A question that came, and what it is read by.
struct Arrived {
  exchange::Opened opened;  // a Check
  std::shared_ptr<const Standing> standing;
  std::int64_t received_ms = 0;  // unix milliseconds
};

// An answer that waits for its time.
struct Leaving {
  std::string row;  // of the case
  std::string to;
  std::string jti;
  std::int64_t due_ms = 0;
  std::int64_t exp = 0;
};

class Answering {
 public:
  // Borrows all of them.
  struct With {
    const OwnKeys& keys;
    engine::Service& service;
    engine::TaskStore& rows;
    const Shield& shield;
    World& world;
    crypto::Random& random;
  };
  explicit Answering(const With& with) : with_(with) {}

  // Rows that were kept. A case whose answer has not left yet is given back. Errors: kCorruption.
  Result<std::optional<Leaving>> take_case(const std::string& row, ByteView head, exchange::Time now);
  Status take_counts(ByteView head);
  Status take_hits(ByteView head);
  // When all rows are read: hits that came after they were written last.
  void count_hits_again();

  // Whether a question is new; one that came before is not worked on again. It is forgotten by `settled`
  // (settled_time.h): a clock that jumps ahead and back makes nothing new.
  exchange::ReplayTable::Seen seen(const exchange::Opened& opened, exchange::Time settled);
  // It could not be kept: when it comes again it is new.
  void forget(const exchange::Opened& opened);

  // The answer, on disk with its leaf. Nothing: its time is over, and it is dropped. Errors: those of the store and of
  // the log; there is no answer then.
  Result<std::optional<Leaving>> answer(Arrived arrived);

  // -- What follows an answer (releasing.h)

  // A number that was taken before this process began.
  void remember(const std::string& member, const std::string& jti, std::int64_t exp);
  // The key that a request for data is sealed to.
  [[nodiscard]] std::optional<crypto::PrivateKey> release_key(std::string_view kid) const;
  // Which match a request for data follows: the answer that it names, to whoever sends it, `open_for` after it left at
  // the longest, and once. On disk when it returns. Errors: those of the store.
  struct Hit {
    std::string case_row;  // empty: no match, or none that is open; all of these alike
    std::string person_id;
    bool heard = true;  // false: so many came already that this one gets no answer
  };
  Result<Hit> take_hit(const exchange::Opened& request, exchange::Time now, std::chrono::seconds open_for);

  // A cover message, sealed to an answer's key under its second name: one of each answer is taken, to whoever sends it,
  // `open_for` after the answer left at the longest, and the same again. `owe` puts its reply on disk, and is called
  // where it fits, before that is noted. Errors: envelope_refused, saying what does not fit; those of the store.
  Status take_cover(const exchange::Opened& noop, exchange::Time now, std::chrono::seconds open_for,
                    const std::function<Status()>& owe);

  // The answer before it is sealed.
  struct Composed {
    exchange::Message message;
    crypto::PrivateKey release;
    std::vector<engine::HiddenHit> hidden;
    std::string person_id;  // of a match
  };
  Result<Composed> compose(const Arrived& arrived);

  // The sealed answer of a case; and that it has left. Errors: those of the store.
  Result<std::string> envelope(const std::string& row);
  Status sent(const std::string& row);
  // Lets go of cases whose time is over by `settled`. Errors: those of the store.
  Status sweep(const exchange::Retention& retention, exchange::Time settled);
  // Of whoever of these is nobody any more (somebody.h) no hit is kept, told or hidden. Gives whether there was one.
  // Errors: those of the store, and of the service.
  Result<bool> forget_gone(const std::set<std::string>& persons);
  // The same of `most` of those of whom hits are kept, in turn.
  Status forget_gone(std::size_t most);
  // Whoever asked waits no more: an answer that has not left does not leave. Does nothing where there is none.
  Status drop(const std::string& member, const std::string& ref);
  // Checks that were counted from one member to another, both as the policy calls them.
  [[nodiscard]] exchange::QuotaCount used(const std::string& from, const std::string& to, exchange::Time now) const;
  // The latest first.
  [[nodiscard]] std::vector<engine::HiddenHit> hidden_hits() const;
  [[nodiscard]] std::vector<engine::HitAlarm> hit_alarms(exchange::Time now) const;

 private:
  std::optional<exchange::Refusal> refusal(const Arrived& arrived, const exchange::Check& check);
  // The caller has the lock, of these.
  Status keep(const std::string& name, CaseRow row);
  void forget_unsent(const std::string& name, const CaseRow& row);
  void count_hits(const CaseRow& row);
  [[nodiscard]] std::set<std::string> hit_persons() const;
  Status forget_hits(const std::set<std::string>& gone);
  void index(const std::string& row, const CaseRow& kept);
  Told search(const Arrived& arrived, const exchange::Check& check, std::vector<engine::HiddenHit>& hidden);
  [[nodiscard]] Result<std::vector<std::string>> galleries_of(const std::string& person_id) const;
  Result<bool> quota_is_used_up(const Arrived& arrived);
  Status note(const Arrived& arrived, const exchange::Check& check, const exchange::Answer& answer);
  [[nodiscard]] engine::Call call_for(const Arrived& arrived, const exchange::Check& check) const;

  const With with_;
  mutable std::mutex mutex_;
  exchange::ReplayTable replay_;                                    // guarded by mutex_
  exchange::QuotaLedger counts_;                                    // guarded by mutex_
  HitCounter hits_;                                                 // guarded by mutex_
  std::string looked_at_;                                           // guarded by mutex_; last by forget_gone(most)
  std::map<std::string, CaseRow> cases_;                            // guarded by mutex_; by row
  std::map<std::string, std::string, std::less<>> by_release_kid_;  // guarded by mutex_; the row
  // Guarded by mutex_; the row of an answer that has not left, by member and reference.
  std::map<std::pair<std::string, std::string>, std::string> unsent_;
};

}  // namespace whorl::member
