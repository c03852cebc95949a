// Tasks that were accepted and what became of them, among the marks: of each a small head, and beside it its bodies
// (what was asked, what is answered, what its effect left). What they say is their owner's; here they are bytes.
// Private to this room.
//
// A body lies under a key of its own, which lies wrapped in a row of its own: a rotation rewraps small rows alone, and
// with the key's row a body is gone.
//
// Thread-safety: every method may be called from any thread at once; two changes of one task at once are the caller's
// to prevent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/asked.h"
#include "audit/leaf.h"
#include "base/bytes.h"
#include "base/result.h"
#include "crypto/vault/vault.h"
#include "index/kept_task.h"
#include "index/store/erases.h"
#include "index/store/people_changes.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class OpenDatabase;
class RocksDatabase;
class Sealer;

// First bytes of the rows' keys.
inline constexpr std::uint8_t kTaskHeadPrefix = 0x05;
inline constexpr std::uint8_t kTaskKeyPrefix = 0x06;
inline constexpr std::uint8_t kTaskBodyPrefix = 0x07;
// Digests of a person, an encounter and a task, and which of its bodies names them; no value.
inline constexpr std::uint8_t kTaskNamePrefix = 0x08;

class TaskTable {
 public:
  explicit TaskTable(RocksDatabase& database) : database_(database) {}

  // What became of people while tasks were worked on (people_changes.h).
  [[nodiscard]] PeopleChanges& people() { return people_; }

  // All of these are on disk (synced) when they return. Errors: kUnavailable, kExhausted (no room).
  // `names`: whom the request, or the result, names. A result goes under whom they became since the work began, too; of
  // one that names somebody who was erased since then, nothing is kept but the head.
  Status put(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names);
  Status change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                std::span<const TaskName> names);
  // A head, as note_head() has it, and a leaf of the audit log in its batch. Errors: also those of AuditLog::commit.
  Status change_noted(const std::string& id, ByteView head, const std::string& person_id, const audit::Event& event,
                      const audit::Asked& asked);
  // Into the batch of another change: a head, and where it is about a person (else empty) a result of no bytes, named
  // so that both go with the last of their encounters. Errors: kExhausted (it is too long).
  static Status note_head(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                          const std::string& id, ByteView head, const std::string& person_id);
  Status erase(std::span<const std::string> ids);
  // Lets names go whose task is gone. Cost: reads all keys of tasks, some tenth of a second of 50,000.
  Status sweep();

  // Nothing where there is none. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::optional<Bytes>> body(const std::string& id, TaskBody which) const;
  // Whether there is one, by its key alone. Errors: kUnavailable.
  [[nodiscard]] Result<bool> has_body(const std::string& id, TaskBody which) const;
  // Every task. Heads that do not open are left out, and counted. Errors: kUnavailable.
  [[nodiscard]] Result<KeptTasks> all() const;

  // Into the batch of an effect whose caller is at work on a task: that it is done, and what is answered. Nothing where
  // it is the work of none, or of one that is not there any more.
  static Status note_effect(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                            const audit::Asked& asked);
  // The same of whom the effect made, so that what the task kept of them goes when they do.
  static void note_name(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                        const audit::Asked& asked, const TaskName& name);
  // Into the batch of an erasure: what tasks keep of one of these encounters goes, or of the person without saying of
  // which; with the last of them all that names the person. A request that waits goes where it names one of these
  // encounters, or, with kPerson, the person; unless the erasure is itself the work of a task, which comes before those
  // that wait. Errors: kUnavailable.
  static Status erase_named(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                            const std::string& person_id, std::span<const std::string> encounter_ids, Erases what,
                            const audit::Asked& asked);
  // Into the batch of a move: what names the one, as such or with one of these encounters, names the other, too; with
  // `whole` whatever names the one. Errors: kUnavailable.
  static Status name_also(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                          const std::string& from, std::span<const std::string> encounter_ids, bool whole,
                          const std::string& to);
  // Takes such a note away: the effect was taken back.
  static void drop_effect(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                          const std::string& id);
  // A row of a task under the newest key; nothing where it is, or needs none. Errors: as crypto::Vault.
  static Result<std::optional<Bytes>> rewrapped(const crypto::Vault& vault, ByteView row, ByteView stored);

  TaskTable(const TaskTable&) = delete;
  TaskTable& operator=(const TaskTable&) = delete;

 private:
  RocksDatabase& database_;
  PeopleChanges people_;
};

}  // namespace whorl::index
