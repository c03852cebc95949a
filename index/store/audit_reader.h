// What of the audit log lies in the database, as tiles and bundles of any width. Private to store/.
#pragma once

#include "audit/export_folder.h"
#include "index/store/rocks_database.h"

namespace whorl::index {

Bytes leaf_row(std::uint64_t n);
Bytes tile_row(const crypto::TileName& name);
Bytes checkpoint_row(std::uint64_t size);

// The bytes of the leaf. Errors: kCorruption (there is none), kUnavailable.
Result<Bytes> read_leaf(const OpenDatabase& db, std::uint64_t n);
// How many leaves there are: one more than the last one's number. Errors: kUnavailable, kCorruption.
Result<std::uint64_t> count_leaves(const OpenDatabase& db);

// The number of the first leaf that is kept; 0 where there is none. Errors: kUnavailable, kCorruption.
Result<std::uint64_t> first_leaf(const OpenDatabase& db);

// Full tiles are read; of others the hashes are made of what lies below. Borrows the database. Errors: kCorruption
// (what the tree has is not there), kUnavailable.
class AuditReader final : public audit::LogSource {
 public:
  explicit AuditReader(const OpenDatabase& db) : db_(db) {}
  [[nodiscard]] Result<Bytes> tile(const crypto::TileName& name) override;
  [[nodiscard]] Result<Bytes> entries(const crypto::TileName& name) override;

 private:
  const OpenDatabase& db_;
};

// Checkpoints that are kept, in order of size. Errors: kUnavailable.
Result<std::vector<std::string>> read_checkpoints(const OpenDatabase& db);

}  // namespace whorl::index
