// What deduplications of galleries found, among the marks: of each gallery how far it is, in bytes of its owner's, and
// of each pair of persons two rows, one under either, so that erasing a person finds them. Sealed. Private to this
// room.
//
// Thread-safety: every method may be called from any thread at once; two changes of one gallery at once are the
// caller's to prevent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/kept_duplicate.h"

namespace rocksdb {
class WriteBatch;
}

namespace whorl::index {

class OpenDatabase;
class RocksDatabase;
class Sealer;

// First bytes of the rows' keys.
inline constexpr std::uint8_t kDuplicatePrefix = 0x09;
inline constexpr std::uint8_t kDeduplicationPrefix = 0x0a;

class DuplicateTable {
 public:
  explicit DuplicateTable(RocksDatabase& database) : database_(database) {}

  // On disk (synced), both or neither. Errors: kUnavailable, kExhausted.
  Status put(const std::string& gallery_id, ByteView state, std::span<const KeptDuplicate> found);
  Status drop(const std::string& gallery_id);
  // Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::optional<Bytes>> state(const std::string& gallery_id) const;
  // In order of score, the highest first. Cost: opens all of all galleries. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<KeptDuplicate>> all(const std::string& gallery_id) const;

  // Into the batch that erases a person, or makes them another's: every pair with them. Errors: kCorruption,
  // kUnavailable.
  static Status erase(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                      const std::string& person_id);

  DuplicateTable(const DuplicateTable&) = delete;
  DuplicateTable& operator=(const DuplicateTable&) = delete;

 private:
  RocksDatabase& database_;
};

}  // namespace whorl::index
