// The register of disclosures: what others were given and refused, and what follows the data that they were given.
//
//   given -> corrected -> taken, as often as it changes
//        \-> erased | withdrawn -> taken: nothing is left there to follow
//
// Data that were released are looked at again in turn. Where the record says something else by now, whoever has them is
// told, and told again until it has signed for that; where the record is gone, or open to it no more, that it deletes
// them. An officer can have them deleted at any time. Of somebody who is hidden by now nothing more is sent. A notice
// is on disk with its leaf before it is sent; the receipt that its taker signed is kept with the entry. Thread-safety:
// any thread may call any method at once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "member/open_record.h"
#include "member/release_rows.h"

namespace whorl::member {

class Disclosures {
 public:
  // Borrows all of them.
  struct With {
    const MemberConfig& config;
    const OwnKeys& keys;
    engine::Service& service;
    engine::TaskStore& rows;
    const Shield& shield;
    World& world;
    crypto::Random& random;
  };
  explicit Disclosures(const With& with) : with_(with) {}

  // A row that was kept. Errors: kCorruption.
  Status take_row(ByteView head);
  // On disk when it returns.
  Status enter(DisclosureRow row);
  // Whoever was given it, or refused, has signed for that.
  Status delivered(const std::string& id, const std::string& receipt);

  // As engine::MemberDesk.
  Result<std::vector<engine::Disclosure>> list(const engine::Call& call) const;
  Result<engine::Disclosure> withdraw(const engine::Call& call, const std::string& disclosure_id);

  // Looks at the next few entries whose data are out, and gives the ids of those that have something to tell.
  Result<std::vector<std::string>> look(const Standing& standing);
  // Notices that are to be sent, by id of the entry; and one of them: nothing where it is taken, or over.
  [[nodiscard]] std::vector<std::string> to_send() const;
  struct Sending {
    std::string member;
    std::string jti;
    std::int64_t exp = 0;
    std::string envelope;  // empty: it is to be sealed first
  };
  Result<std::optional<Sending>> sending(const std::string& id);
  // Seals it for the key of the day, with what the record says now; on disk when it returns.
  Status seal(const std::string& id, const crypto::PublicKey& day_key, const Standing& standing);
  // The receipt did not come back: it is sealed anew, under another number.
  Status send_anew(const std::string& id);
  // `receipt`: as its taker signed it.
  Status taken(const std::string& id, const std::string& jti, const std::string& receipt);

  // Entries that are kept no longer, by `settled` (settled_time.h).
  Status pass_time(const exchange::Retention& retention, exchange::Time settled);

 private:
  struct Change;
  [[nodiscard]] exchange::Time now() const;
  Status keep(DisclosureRow row, const std::optional<Bytes>& result = {});
  [[nodiscard]] bool is_out(const DisclosureRow& row) const;
  Result<Change> changed(const DisclosureRow& row, const Standing& standing) const;
  Status tell(const engine::Call& call, DisclosureRow row, exchange::Noticed what);
  Status note(const engine::Call& call, const DisclosureRow& row, const std::string& outcome) const;
  [[nodiscard]] exchange::Message notice_of(const DisclosureRow& row, const std::string& data,
                                            const Standing& standing) const;

  const With with_;
  mutable std::mutex mutex_;
  std::map<std::string, DisclosureRow> rows_;  // guarded by mutex_; by disclosure id
  std::string looked_at_;                      // guarded by mutex_; the last one
};

// What tells one text from another in the register.
std::string digest_of(const std::string& data);

}  // namespace whorl::member
