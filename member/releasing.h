// The answering side of a release: other members' requests for data, and what this member's officers decide of them.
//
//   arrived -> refused by the node
//          \-> waiting -> released | partly | refused -> sent
//                     |-> lapsed: refused, as nobody has decided -> sent
//                     \-> refused by the node, as the person was erased -> sent
//
// A request follows the answer whose one-time key it is sealed to, and counts only where that was a match, which is
// kept with its person: of somebody who was hidden nothing is kept that could be released. The probe is compared with
// that person's record first, is sealed in the gallery for the officers, and goes with the decision. A decision, its
// leaf and the entry in the register are on disk before it leaves, and of one length, whatever it says. Thread-safety:
// any thread may call any method at once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "member/answering.h"
#include "member/asking.h"
#include "member/cover_rows.h"
#include "member/disclosures.h"
#include "member/release_rows.h"

namespace whorl::member {

// That are kept at once of one member. More are made by nobody who keeps to a quota; what is beyond is not signed for.
inline constexpr std::size_t kMostRequestsOfMember = 50'000;

class Releasing {
 public:
  // Borrows all of them.
  struct With {
    const MemberConfig& config;
    const OwnKeys& keys;
    engine::Service& service;
    engine::TaskStore& rows;
    const Shield& shield;
    Answering& answering;
    Asking& asking;
    Disclosures& disclosures;
    World& world;
    crypto::Random& random;
  };
  explicit Releasing(const With& with) : with_(with) {}

  // Rows that were kept. Errors: kCorruption.
  Status take_row(ByteView head);
  // Requests that were not compared yet.
  [[nodiscard]] std::vector<std::string> arrived() const;

  // A request that came; on disk when it returns. Errors: those of the store and of the log.
  struct Taken {
    std::string to_compare = {};          // its id; empty: it was refused
    std::optional<Leaving> leaving = {};  // the refusal; nothing: it gets no answer
  };
  Result<Taken> take(const exchange::Opened& opened, const Standing& standing);
  // Compares the probe with the record. Gives the refusal where it is somebody else's. Does nothing where that was
  // done.
  Result<std::optional<Leaving>> compare(const std::string& request_id, const Standing& standing);

  // Decisions for a member that have not left, the oldest first; and one of them: nothing where it has, or its time is
  // over.
  [[nodiscard]] std::vector<WaitsForSlot> waiting(const std::string& member) const;
  [[nodiscard]] std::optional<Leaving> leaving(const std::string& row) const;
  Result<std::string> envelope(const std::string& row);
  // `receipt`: as its taker signed it; empty: it will never be taken.
  Status sent(const std::string& row, const std::string& receipt);

  // As engine::MemberDesk. A decision that is to leave is given back in `leaving`.
  Result<std::vector<engine::ReleaseCase>> requests(const engine::Call& call, const Standing& standing) const;
  Result<engine::ReleaseDossier> request(const engine::Call& call, const std::string& request_id,
                                         const Standing& standing);
  Result<engine::ReleaseCase> decide(const engine::Call& call, const engine::ReleaseDecision& decision,
                                     const Standing& standing, std::optional<Leaving>& leaving);

  // Requests that wait for an officer about somebody who is nobody any more (somebody.h), `most` of them looked at in
  // turn: each ends as one for no match, and keeps no name. Gives the refusals. Errors: those of the store, the log and
  // the service; of those before it the refusals are on disk, and leave all the same (waiting()).
  Result<std::vector<Leaving>> end_of_gone(const Standing& standing, std::size_t most);
  // By `settled` (settled_time.h): requests that nobody has decided in time, of which the refusals are given back; what
  // is kept no longer.
  Result<std::vector<Leaving>> pass_time(const Standing& standing, exchange::Time settled);

 private:
  struct Decided {
    exchange::Released decision = exchange::Released::kRefused;
    std::string why = {};
    std::vector<exchange::Item> items = {};
    std::string data = {};
    std::vector<std::string> encounters = {};  // that they were made of
    std::int64_t delete_by = 0;
  };
  struct Wish {
    std::vector<exchange::Item> items;
    std::int64_t delete_by = 0;
    bool waits_for_another = false;
  };
  [[nodiscard]] exchange::Time now() const;
  [[nodiscard]] engine::Call call_of(const ReleaseCaseRow& row) const;
  [[nodiscard]] engine::ReleaseCase shown(const ReleaseCaseRow& row, const Standing& standing) const;
  [[nodiscard]] std::vector<exchange::Item> allowed(const ReleaseCaseRow& row, const exchange::Policy& policy) const;
  Result<std::vector<engine::EncounterView>> open_encounters(const ReleaseCaseRow& row, const Standing& standing) const;
  Result<Wish> wish_of(const ReleaseCaseRow& row, const engine::ReleaseDecision& decision, const engine::Principal& who,
                       const Standing& standing) const;
  Result<engine::ReleaseCase> keep_first(const engine::Call& call, ReleaseCaseRow row, Wish wish,
                                         const Standing& standing);
  static Status fill(Decided& decided, const std::vector<engine::EncounterView>& encounters,
                     const std::vector<exchange::Item>& asked);
  Status fits(const ReleaseCaseRow& row, const Decided& decided, const std::vector<engine::EncounterView>& encounters,
              const Standing& standing) const;
  Result<engine::VerifyRequest> comparison(const ReleaseCaseRow& row);
  Result<exchange::Message> message_of(const ReleaseCaseRow& row, const Decided& decided,
                                       const Standing& standing) const;
  // Seals what was decided, writes its leaf, and puts it in the place of the probe.
  Result<Leaving> finish(const engine::Call& call, ReleaseCaseRow row, const Decided& decided,
                         const Standing& standing);
  Result<Leaving> refuse(ReleaseCaseRow row, const std::string& why, const Standing& standing);
  Status note(const engine::Call& call, const ReleaseCaseRow& row, const std::string& outcome, std::size_t items) const;
  // The time of one that nobody has decided is over.
  Result<Leaving> lapse(ReleaseCaseRow row, const Standing& standing);
  Result<Leaving> close(ReleaseCaseRow row, const Standing& standing);
  Status enter(const ReleaseCaseRow& row, const Decided& decided);
  // What a case's row says now. False: the person was erased meanwhile, and nothing of the case is kept any more.
  // Errors: those of the store.
  Result<bool> rewrite(const ReleaseCaseRow& row, Bytes envelope);
  // The caller has the lock, of these.
  void put(ReleaseCaseRow row);
  void erase(const std::string& id);

  const With with_;
  mutable std::mutex mutex_;
  // All guarded by mutex_, and changed by put() and erase().
  std::map<std::string, ReleaseCaseRow> cases_;  // by request id
  std::map<std::string, std::size_t> of_member_;
  std::set<std::string> waiting_;                         // ids of those that are not decided
  std::map<std::string, std::set<std::string>> leaving_;  // by member, ids of those whose decision has not left
  std::set<std::pair<std::int64_t, std::string>> ends_;   // and ids, of those that are decided
  std::string looked_at_;                                 // by end_of_gone, last
};

}  // namespace whorl::member
