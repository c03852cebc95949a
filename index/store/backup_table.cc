#include "index/store/backup_table.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <span>
#include <string>

#include "base/world.h"
#include "index/store/audit_log.h"
#include "index/store/gallery_format.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

Place backups_place() { return {"setting", Family::kRecords, as_bytes(kBackupsKey)}; }

Status put(const Sealer& sealer, rocksdb::WriteBatch& batch, const std::vector<BackupNote>& backups) {
  WHORL_ASSIGN(const Bytes sealed, sealer.seal(backups_place(), encode_backups(backups)));
  batch.Put(slice(as_bytes(kBackupsKey)), slice(sealed));
  return {};
}

audit::Event event_of(const char* outcome) {
  audit::Event event;
  event.operation = audit::Operation::kBackup;
  event.outcome = outcome;
  return event;
}

std::uint64_t now_ms(const RocksDatabase& database) {
  const auto since = database.options().world->now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count(), 0));
}

}  // namespace

Result<std::vector<BackupNote>> BackupTable::list() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  std::string value;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), slice(as_bytes(kBackupsKey)), &value);
  if (status.IsNotFound()) return std::vector<BackupNote>();
  if (!status.ok()) return error_of(status, "reading which backups were made");
  WHORL_ASSIGN(const Bytes opened, Sealer::open(keys, backups_place(), as_bytes(value)));
  return parse_backups(opened);
}

// The row must not be in the way of a backup: one that is damaged is begun anew, and what a newer build wrote stays.
Result<std::optional<std::vector<BackupNote>>> BackupTable::to_change() const {
  auto known = list();
  if (known.ok()) return std::optional(std::move(known).value());
  if (known.error().kind == ErrorKind::kCorruption) return std::optional(std::vector<BackupNote>());
  if (known.error().kind == ErrorKind::kInvalidInput) return std::optional<std::vector<BackupNote>>();
  return known.error();
}

Result<BackupNote> BackupTable::begin(const audit::Asked& asked) {
  const std::scoped_lock one(changing_);
  WHORL_ASSIGN(auto known, to_change());
  std::vector<BackupNote> backups = known.value_or(std::vector<BackupNote>());
  BackupNote begun;
  begun.number = backups.empty() ? 1 : backups.back().number + 1;
  begun.begun_ms = now_ms(database_);
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  const auto held = database_.sealer().until_written();
  begun.leaves = database_.audit().report().leaves + 1;  // or more, where others have a leaf meanwhile
  backups.push_back(begun);
  rocksdb::WriteBatch batch;
  if (known) WHORL_TRY(put(database_.sealer(), batch, backups));
  const audit::Event event = event_of("copied");
  WHORL_ASSIGN(const std::uint64_t leaf,
               database_.audit().commit(db, batch, std::span(&event, 1), asked, "noting that a backup is made"));
  begun.leaves = leaf + 1;
  return begun;
}

Status BackupTable::end(const BackupNote& begun, bool made, const audit::Asked& asked) {
  const std::scoped_lock one(changing_);
  WHORL_ASSIGN(auto known, to_change());
  std::vector<BackupNote> backups = known.value_or(std::vector<BackupNote>());
  const auto at =
      std::find_if(backups.begin(), backups.end(), [&](const BackupNote& each) { return each.number == begun.number; });
  const bool is_noted = at != backups.end();  // else so many were begun meanwhile that it is not kept any more
  if (is_noted) {
    *at = begun;
    at->ended_ms = now_ms(database_);
    at->result = made ? BackupResult::kMade : BackupResult::kFailed;
  } else if (made) {
    return {};
  }
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  if (is_noted) WHORL_TRY(put(database_.sealer(), batch, backups));
  if (made) return database_.write(db, batch, "noting that a backup is made");
  const audit::Event event = event_of("failed");
  WHORL_TRY(database_.audit().commit(db, batch, std::span(&event, 1), asked, "noting that a backup failed"));
  return {};
}

}  // namespace whorl::index
