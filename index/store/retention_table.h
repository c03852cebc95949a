// For how long the gallery keeps encounters: its own setting, sealed. Private to this room.
#pragma once

#include <cstdint>

#include "audit/asked.h"
#include "base/result.h"

namespace whorl::index {

class RocksDatabase;

// Thread-safe.
class RetentionTable {
 public:
  explicit RetentionTable(RocksDatabase& database) : database_(database) {}

  // Days; 0 before anybody said so. Errors: kCorruption, kUnavailable, kInvalidInput (a setting that this build does
  // not know).
  [[nodiscard]] Result<std::uint64_t> keep_days() const;
  // Synced, with its leaf of the audit log. Errors: kUnavailable, kExhausted (no room).
  Status set_keep_days(std::uint64_t days, const audit::Asked& asked);

  RetentionTable(const RetentionTable&) = delete;
  RetentionTable& operator=(const RetentionTable&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
