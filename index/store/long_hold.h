// A hold on the database for longer than a call, at what it held when it was taken. Whoever closes the database,
// because its disk has failed, ends it, and waits for no more than the looks that are under way: nobody has to be asked
// first to let it go. Private to store/.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <rocksdb/snapshot.h>

#include <memory>
#include <mutex>

#include "base/result.h"
#include "index/store/rocks_database.h"

namespace whorl::index {

class LongHold {
 public:
  // For one look: have it no longer.
  class Look {
   public:
    explicit Look(Hold db) : db_(std::move(db)), at_(&db_->db()) {}
    [[nodiscard]] OpenDatabase& db() const { return *db_; }
    [[nodiscard]] const rocksdb::Snapshot* at() const { return at_.snapshot(); }

   private:
    Hold db_;
    mutable rocksdb::ManagedSnapshot at_;  // goes before the hold; asking for it changes nothing
  };

  // Errors: kUnavailable (the database is being closed).
  static Result<std::shared_ptr<LongHold>> take(Hold db);

  // Errors: kUnavailable (it was ended).
  [[nodiscard]] Result<std::shared_ptr<const Look>> look() const;
  [[nodiscard]] bool ended() const;
  void end();

 private:
  explicit LongHold(Hold db) : look_(std::make_shared<Look>(std::move(db))) {}

  mutable std::mutex mutex_;
  std::shared_ptr<const Look> look_;  // guarded by mutex_; null: ended
};

}  // namespace whorl::index
