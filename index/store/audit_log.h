// The gallery's audit log (docs/audit.md): every effect passes here on its way to the disk, and gets its leaf in the
// same batch; a question has a leaf alone. Private to this room.
//
// One caller at a time writes, for all that wait: it numbers the leaves, puts everything into one batch, and syncs
// once. So no leaf is without its effect and no effect without its leaf, numbers have no gaps, and their order is that
// of the effects. Nobody waits for others longer than for a sync under way and the next.
//
// Leaves lie in the family of audit under u64 n, full tiles under u8 level and u64 number, signed checkpoints under u64
// size. They are in the clear: there is nothing personal in them. The key that signs, and the keys of the digests, a
// month each, are in the gallery's ring.
//
// Thread-safety: every method may be called from any thread at once, but open() and close().
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/asked.h"
#include "audit/export_folder.h"
#include "audit/leaf.h"
#include "crypto/log/checkpoint.h"
#include "crypto/log/tile.h"
#include "crypto/vault/key_ring.h"
#include "crypto/vault/name_digest.h"
#include "index/reports.h"
#include "index/store/rocks_database.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class StagedFile;

class AuditLog {
 public:
  // `ring`: the gallery's, with whatever is in it. The database must outlive it.
  AuditLog(RocksDatabase& database, crypto::KeyRing ring);
  ~AuditLog();

  // Begins the log of a gallery that has none, else goes on with it: its last checkpoint must fit what is there, and so
  // must the last one in the file of checkpoints, where there is such a file. Under Sealer::until_written(). Errors:
  // kCorruption (leaves are missing or changed; the gallery was rolled back), kUnavailable.
  Status open(const Hold& hold);
  // Signs what is not signed yet. What fails then is done by the next opening.
  void close();

  // The batch and a leaf for each of `events` (at least one), on disk together when this returns, on a hold that
  // changing() gave, under Sealer::until_written(). Gives the number of the first leaf. The batch is changed. Errors:
  // as RocksDatabase::finished; kInternal (an event that makes no leaf: nothing was written).
  Result<std::uint64_t> commit(const Hold& hold, rocksdb::WriteBatch& batch, std::span<const audit::Event> events,
                               const audit::Asked& asked, const std::string& doing);
  // The same for table files that are taken in at one stroke, whose leaf is in one more of them.
  Status commit_files(const Hold& hold, std::vector<rocksdb::IngestExternalFileArg> files, const audit::Event& event,
                      const audit::Asked& asked, const std::string& doing);
  // A leaf alone. Errors: as RocksDatabase::changing, commit.
  Result<std::uint64_t> note(const audit::Event& event, const audit::Asked& asked);

  // Leaves that are older than `before_ms` go, in whole bundles, as far as the last checkpoint covers them; one leaf
  // tells of it where any went, in the same batch. The keys of months of which no leaf is left go, too. `encounters`:
  // how many there are, asked for where leaves go. Gives the number of the first leaf that is kept. Cost: a batch of
  // some 16 bytes a leaf, at most kMostOfPrune of them at once. Errors: as commit.
  Result<std::uint64_t> prune(std::uint64_t before_ms, const std::function<Result<std::uint64_t>()>& encounters,
                              const audit::Asked& asked);

  // Called now and then by the housekeeping: signs what has been there for a second, and appends the last checkpoint to
  // the file where one is named. Errors: as commit; kUnavailable (the file cannot be written).
  Status tend();

  // Of now; cheap.
  [[nodiscard]] AuditReport report() const;
  // The last checkpoint covers every leaf that was there when this was called. Errors: as commit.
  Result<audit::LogHead> head();
  // The bytes of a tile or a bundle of entries of the last checkpoint, or of earlier ones. Errors: kNotFound (it is not
  // in that checkpoint's tree), kCorruption, kUnavailable.
  [[nodiscard]] Result<Bytes> tile(const crypto::TileName& name) const;
  [[nodiscard]] Result<Bytes> entries(const crypto::TileName& name) const;
  // What stands in leaves of that month ("2026-11") for a name: `what` is "who" (issuer, zero byte, subject), "gallery"
  // or "request". Errors: kNotFound (there is no key of that month any more, or yet).
  [[nodiscard]] Result<audit::Tag> tag(const std::string& month, std::string_view what, std::string_view name) const;

  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

 private:
  struct State;
  struct Waiting;
  // What is new in the log: to be put into a batch or into files.
  struct Growth;

  // To be the one who writes: waits until nobody else does.
  class Turn;

  Status begin(const Hold& hold);
  // Reads where the log ends, once for each opening of the database. By the one who writes.
  Status ready(const Hold& hold);
  Status load(const Hold& hold, State& out) const;
  Status check_file(const Hold& hold, const State& state) const;
  // Makes the key of a month where there is none; on disk before it is used.
  Status ready_month(const Hold& hold, std::uint64_t now_ms);
  Status put_ring(const Hold& hold, rocksdb::WriteBatch* into);
  // Adds leaves to the state and to `growth`. After an error the state is to be read anew.
  Status grow(std::span<const audit::Event> events, const audit::Asked& asked, Growth& growth);
  Status sign_if_due(Growth& growth, bool now);
  Status write_group(const Hold& hold, std::span<Waiting* const> group);
  Status write_files(const Hold& hold, std::vector<rocksdb::IngestExternalFileArg> files, const audit::Event& event,
                     const audit::Asked& asked, const std::string& doing);
  Status sign(bool only_when_due);
  Status append_to_file();
  void tell();
  [[nodiscard]] std::uint64_t now_ms() const;
  // The first bundle that has a leaf of that time or later, or is not full or not signed yet.
  Result<std::uint64_t> bundle_of(const OpenDatabase& db, std::uint64_t first, std::uint64_t before_ms) const;
  // Keys of the digests in leaves that are kept no more. On the turn of the one who writes.
  Status drop_months(const Hold& hold);

  RocksDatabase& database_;
  std::optional<crypto::NoteSigner> signer_;  // set by open()
  bool opened_ = false;                       // open() found the log whole

  std::mutex mutex_;
  std::condition_variable turn_;
  std::deque<Waiting*> waiting_;  // guarded by mutex_
  bool writing_ = false;          // guarded by mutex_
  int turns_wanted_ = 0;          // guarded by mutex_

  std::unique_ptr<State> state_;  // of the one who writes; null: to be read
  std::uint64_t acknowledged_ = 0;

  mutable std::mutex told_mutex_;
  crypto::KeyRing ring_;  // guarded by told_mutex_
  AuditReport told_;      // guarded by told_mutex_
  std::string note_;      // guarded by told_mutex_; the last checkpoint
  std::string in_file_;   // guarded by told_mutex_; the last one that was appended to the file
};

}  // namespace whorl::index
