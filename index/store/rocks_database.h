// One RocksDB database that outlives its disk's troubles: every change passes a check of room and folder, a change that
// the disk refused stops all others, and the database is then closed and opened again in place. Private to store/.
//
// Why the database is opened again rather than resumed: after a failed write or sync nobody knows how much of the log
// is on the disk. Opening reads what is there, and makes it durable anew. RocksDB is never asked to write on after an
// error: Debian builds it with assertions that end the process then. It also writes no text log of its own, whose first
// refused write would do the same.
//
// Thread-safety: every method may be called from any thread at once, but reopen() by one at a time.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/thread_sanitizer.h"
#include "index/store/gallery_folder.h"
#include "index/store/gallery_format.h"
#include "index/store/gallery_keys.h"
#include "index/store/rocks.h"
#include "index/store/sealer.h"
#include "index/store/store_options.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class AuditLog;
class LongHold;

enum class Family : std::size_t {
  kRecords,
  kIndex,
  kSnapshots,
  kManifest,
  kMarks,
  kImages,  // only in a gallery that keeps images, or has kept some
  kAudit,   // these three: not in a gallery of an earlier format, nor in one that no build with an audit log opened
  kTiles,
  kCheckpoints,
};
inline constexpr std::array<const char*, 9> kFamilyNames{"default", "index", "snapshots", "manifest",   "marks",
                                                         "images",  "audit", "tiles",     "checkpoints"};
// Those before are in every gallery. A build opens a gallery only where it knows every family that is there.
inline constexpr std::size_t kFirstOptionalFamily = static_cast<std::size_t>(Family::kImages);

// Where the gallery's ring of keys stands.
inline Place ring_place() { return {"ring", Family::kRecords, as_bytes(kRingKey)}; }

// The database while it is open.
class OpenDatabase {
 public:
  // `handles` of families in kFamilyNames.
  OpenDatabase(rocksdb::DB* opened, const std::vector<rocksdb::ColumnFamilyHandle*>& handles);
  // Puts everything into table files, so that the log left behind is empty, and closes.
  ~OpenDatabase();
  OpenDatabase(const OpenDatabase&) = delete;
  OpenDatabase& operator=(const OpenDatabase&) = delete;

  [[nodiscard]] rocksdb::DB* operator->() const { return db_.get(); }
  [[nodiscard]] rocksdb::DB& db() const { return *db_; }
  // Precondition: has(f).
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family f) const { return families_[static_cast<std::size_t>(f)]; }
  [[nodiscard]] bool has(Family f) const { return family(f) != nullptr; }
  // Of a family that is there, by the number that batches know it by; null where there is none.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* by_number(std::uint32_t number) const;
  // Makes the family where there is none.
  rocksdb::Status make(Family f);
  rocksdb::Status flush();
  // Fulfilled when the database is closed.
  [[nodiscard]] std::future<void> closed() { return closed_.get_future(); }
  // Whoever has a hold for longer than a call says so: it is told to give it up before the database is closed. False:
  // that is so already.
  [[nodiscard]] bool add(std::weak_ptr<LongHold> hold);
  void end_long_holds();
  // Somebody's change failed: nothing more is written, not even when closing.
  void set_broken() { broken_.store(true); }
  [[nodiscard]] bool broken() const { return broken_.load(); }
  // Opened to be read alone: nothing is written when closing either.
  void set_read_only() { read_only_ = true; }
  [[nodiscard]] bool read_only() const { return read_only_; }

#ifdef WHORL_THREAD_SANITIZER
  // The packaged RocksDB is not built for the sanitizer, which cannot see how its threads hand batches to one another:
  // one caller at a time there.
  [[nodiscard]] std::unique_lock<std::recursive_mutex> turn() { return std::unique_lock(mutex_); }
#else
  struct Turn {};
  [[nodiscard]] Turn turn() const { return {}; }
#endif

 private:
  std::unique_ptr<rocksdb::DB> db_;
  // Null where there is none. Changed before anybody else knows this alone.
  std::array<rocksdb::ColumnFamilyHandle*, kFamilyNames.size()> families_{};
  std::atomic<bool> broken_ = false;
  bool read_only_ = false;
  std::promise<void> closed_;
  std::mutex long_holds_mutex_;
  std::vector<std::weak_ptr<LongHold>> long_holds_;  // guarded by long_holds_mutex_
  bool ending_ = false;                              // guarded by long_holds_mutex_
#ifdef WHORL_THREAD_SANITIZER
  std::recursive_mutex mutex_;
#endif
};

// The database is not closed while somebody has a hold on it. Nobody has one for longer than a call, or else as a
// LongHold: the disk's troubles would last as long.
using Hold = std::shared_ptr<OpenDatabase>;

// How much of a change is at stake, for the check of room.
enum class Change {
  kAdds,     // keeps the whole margin free
  kRemoves,  // may use most of the margin: erasing must be possible on a disk that is nearly full
};

class RocksDatabase {
 public:
  // Errors: as Store::open.
  static Result<std::unique_ptr<RocksDatabase>> open(StoreOptions options);
  ~RocksDatabase();

  [[nodiscard]] const StoreOptions& options() const { return options_; }
  [[nodiscard]] FileSystem& files() const { return *options_.files; }
  [[nodiscard]] rocksdb::Env* env() const { return options_.env; }
  // What everything that is kept passes.
  [[nodiscard]] const Sealer& sealer() const { return sealer_; }
  [[nodiscard]] Sealer& sealer() { return sealer_; }
  // The gallery has an earlier format: it is read, and every change is refused. Its folder is left as it is.
  [[nodiscard]] bool read_only() const { return read_only_; }
  // The format that the gallery had when it was opened.
  [[nodiscard]] std::uint32_t format_found() const { return format_found_; }
  // Nothing where the gallery is not sealed.
  [[nodiscard]] std::optional<GalleryKeys>& keys() { return keys_; }
  // What every effect passes on its way to the disk. Precondition: not read_only().
  [[nodiscard]] AuditLog& audit() { return *audit_; }
  // Options of a column family, as it is opened.
  static rocksdb::ColumnFamilyOptions family_options(Family family);
  static std::size_t memory_bytes();

  // To read; while the database is being opened again, waits for that for some seconds. Where the disk takes no changes
  // it is read all the same. Errors: kUnavailable (closed: the disk cannot be read either).
  [[nodiscard]] Result<Hold> reading() const;
  // To change about `bytes`. Errors: kExhausted (no room: says how much is needed), kUnavailable (an earlier change
  // failed and reopen() was not called; the folder has vanished).
  [[nodiscard]] Result<Hold> changing(std::uint64_t bytes, Change change = Change::kAdds);
  // What became of a change: not ok when RocksDB says so (every later change is then refused), or when the folder has
  // vanished: what was written is nowhere then.
  Status finished(const Hold& hold, const rocksdb::Status& status, const std::string& doing);
  // One batch, synced before this returns, on a hold that changing() gave. What somebody asked for goes through audit()
  // instead. Errors: as finished.
  Status write(const Hold& hold, rocksdb::WriteBatch& batch, const std::string& doing);
  // Rewrites the table files of a family that may hold keys of a range, so that nothing deleted is left in them.
  // Errors: as finished.
  struct KeyRange {
    Bytes begin{};  // empty: from the first key
    Bytes end{};    // empty: to the last
  };
  Status rewrite(const Hold& hold, Family family, const KeyRange& range, const std::string& doing);
  // Puts everything into table files, so that the log can go. Errors: as finished.
  Status flush(const Hold& hold);

  // Whether changes are taken now, and if not, why. Cheap: three calls of the file system.
  [[nodiscard]] Status health() const;
  // Whether a change has failed since the database was opened; health() has the reason.
  [[nodiscard]] bool broken() const { return broken_.load(); }
  // Waits until nobody has a hold on the database (long holds are ended), and opens it again from the disk. Where the
  // disk still takes no changes, the database is opened to read alone, and stays open while later calls try: reading()
  // waits for the first. Errors: kExhausted, kUnavailable (there is no room yet, the folder is not there, the disk
  // still refuses).
  Status reopen();
  // Called by RocksDB's own threads too.
  void set_broken(const std::string& reason);

  RocksDatabase(const RocksDatabase&) = delete;
  RocksDatabase& operator=(const RocksDatabase&) = delete;

 private:
  explicit RocksDatabase(StoreOptions options);
  Status open_first();
  // Opens to change. Gives what it says of itself; nothing of an empty database.
  Result<std::optional<GalleryVersions>> open_now(bool create);
  Result<std::optional<GalleryVersions>> open_to_read();
  // Makes the gallery's first key and what is in the clear, in an empty database or one of an earlier format.
  Status make_sealed(bool converting);
  // Takes the keys of a gallery that is sealed.
  Status take_keys(const crypto::GalleryId& gallery);
  void close();
  // Opens again the gallery that was opened first. Errors: kCorruption (it is another one).
  Status open_same();
  // To read alone, which writes nothing; not yet the one that reading() gives.
  [[nodiscard]] Result<Hold> opened_to_read();
  // Where opening failed: the same gallery to read alone.
  void open_for_reading();
  // Closes what was opened to change. What was opened to read alone holds no lock of the folder: it is given back, and
  // reading() goes on giving it.
  Hold stop_changes();
  // Closes what was opened to read alone, once the database is open to change.
  void replace(Hold reader);
  // Looks which of the families that not every gallery has are there.
  Status find_families();
  // Whether the database lacks a family that every gallery has: whoever made it was killed before it was whole, and
  // nothing is in it.
  bool was_cut_short();
  // Opens the audit log, and begins it where there is none yet.
  Status open_audit();
  Status check_room(std::uint64_t bytes, Change change) const;
  Status check_folder() const;

  const std::unique_ptr<rocksdb::Env> env_;  // guards the one that the options came with
  const StoreOptions options_;               // with that
  Sealer sealer_;
  std::optional<GalleryKeys> keys_;
  std::unique_ptr<AuditLog> audit_;
  std::optional<FolderLock> lock_;  // of a gallery that is only read; RocksDB holds it otherwise
  bool read_only_ = false;
  std::uint32_t format_found_ = kGalleryFormat;
  std::array<bool, kFamilyNames.size()> there_{};  // as find_families() saw them
  std::optional<FileSystem::Entry> lock_file_;     // of the folder that was opened: it must stay the same
  std::atomic<bool> broken_ = false;
  std::atomic<std::uint64_t> errors_ = 0;  // calls of set_broken
  mutable std::mutex mutex_;
  mutable std::condition_variable opened_;
  bool reopening_ = false;  // guarded by mutex_
  Hold current_;            // guarded by mutex_; null: closed
  std::string reason_;      // guarded by mutex_; why it is broken
};

}  // namespace whorl::index
