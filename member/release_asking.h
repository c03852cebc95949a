// The asking side of a release: requests for data of a person whom another member has a match with, and what came.
//
//   sealed -> receipted -> decided
//       \__________\____-> did_not_answer -> decided, late
//
// Data that came are corrected, or deleted, as whoever gave them says; and deleted when their time has come.
// A request is sealed to the one-time key of the answer that it follows, and on disk with its leaf before it is sent.
// What came is kept as long as its terms say. Thread-safety: any thread may call any method at once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "member/asking.h"
#include "member/cover_rows.h"
#include "member/release_rows.h"

namespace whorl::member {

class ReleaseAsking {
 public:
  // Borrows both.
  ReleaseAsking(const Asking::With& with, Asking& asking) : with_(with), asking_(asking) {}

  // A row that was kept. Errors: kCorruption.
  Status take_row(ByteView head);

  // As engine::MemberDesk.
  Result<engine::ReleaseView> ask(const engine::Call& call, const engine::ReleaseQuestion& question,
                                  const Standing& standing);
  Result<engine::ReleaseView> view(const engine::Call& call, const std::string& check_id, const std::string& member);

  // Rows of requests that are to be sent.
  [[nodiscard]] std::vector<std::string> to_send() const;
  // Those for one member, the oldest first.
  [[nodiscard]] std::vector<WaitsForSlot> waiting(const std::string& member) const;
  struct Sending {
    std::string member;
    std::string jti;
    std::int64_t exp = 0;
    std::string envelope;
  };
  // One of them; nothing: it is over, or its receiver has it.
  Result<std::optional<Sending>> sending(const std::string& row);
  Status receipted(const std::string& row);
  // It will not be taken: `why` is a word.
  Status refused(const std::string& row, const std::string& why);

  // The one-time keys that releases are sealed to.
  [[nodiscard]] std::optional<crypto::PrivateKey> reply_key(std::string_view kid) const;
  // Whether a decision was taken before (taken_mark).
  [[nodiscard]] bool took(const std::string& mark) const;
  // Errors: envelope_refused, saying what does not fit; nothing is changed then.
  Status take_release(const exchange::Opened& opened);
  // What became of data that came. Done, and on disk with its leaf, when it returns: the receipt says so. Does nothing
  // where that was done, or nothing is kept that it would change. Errors: envelope_refused, kUnavailable (the data
  // themselves have not come yet), those of the store: it is not signed for then.
  Status take_notice(const exchange::Opened& opened);
  // Requests whose time is over; by `settled` (settled_time.h) data whose time has come, and rows that are kept no
  // longer.
  Status pass_time(const exchange::Retention& retention, exchange::Time settled);

 private:
  [[nodiscard]] exchange::Time now() const;
  Status note(const ReleaseAskRow& row, audit::Operation operation, const std::string& outcome,
              std::size_t items) const;
  // The caller has the lock, of these.
  void know(const std::string& name, const ReleaseAskRow& row);
  // What is not on disk has not happened: rows are changed in a copy.
  Status keep(const std::string& name, ReleaseAskRow row, const std::optional<Bytes>& result = {});
  Status end_request(const std::string& name, exchange::Time settled);
  Status delete_data(const std::string& name, const exchange::Retention& retention, exchange::Time settled);
  Result<engine::ReleaseView> shown(const std::string& name, const ReleaseAskRow& row) const;

  const Asking::With with_;
  Asking& asking_;
  mutable std::mutex mutex_;
  std::map<std::string, ReleaseAskRow> rows_;               // guarded by mutex_; by row
  std::map<std::string, std::string, std::less<>> by_kid_;  // guarded by mutex_; the row
  std::map<std::string, std::string> by_jti_;               // guarded by mutex_; the row, by the number of the request
  std::set<std::string> taken_;                             // guarded by mutex_; marks of decisions
};

}  // namespace whorl::member
