// Bulk insertion: many records as whole table files, taken in at one stroke with a mark of how far the load came.
// Private to this room.
//
// Thread-safety: every method may be called from any thread at once.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "audit/asked.h"
#include "base/sha256.h"
#include "index/record/encounter_file.h"
#include "index/record/index_entry.h"

namespace whorl::index {

class RocksDatabase;

class BulkTable {
 public:
  explicit BulkTable(RocksDatabase& database) : database_(database) {}

  class Staged {
   public:
    Staged() = default;
    virtual ~Staged() = default;
    Staged(const Staged&) = delete;
    Staged& operator=(const Staged&) = delete;
  };
  // Writes files beside the database: records (of distinct keys, sorted by key), their index entries (as many) and the
  // mark. Errors: kUnavailable, kExhausted (no room).
  Result<std::unique_ptr<Staged>> stage(std::span<const EncodedRecord* const> records,
                                        std::span<const IndexEntry* const> entries, std::string_view mark_name,
                                        ByteView mark);
  // Takes all of them in at once: they are on disk when it returns, or none of them is (after an error nobody knows
  // which until the database is opened again). False: nothing was done, the gallery's keys were changed since they were
  // staged; stage them again. The audit log tells of them in one leaf, as `asked` says, in the same stroke. Errors:
  // kUnavailable.
  Result<bool> commit(Staged& staged, const audit::Asked& asked);

  // Where a bulk load came to. Errors: kUnavailable, kCorruption.
  [[nodiscard]] Result<std::optional<Bytes>> mark(std::string_view name) const;
  // For what goes on in another way than by loads; synced. Errors: kUnavailable, kExhausted.
  Status put_mark(std::string_view name, ByteView mark);
  Status drop_mark(std::string_view name);

  BulkTable(const BulkTable&) = delete;
  BulkTable& operator=(const BulkTable&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
