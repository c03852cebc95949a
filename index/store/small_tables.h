// Table files that would stay small for ever. A gallery that is opened for one search after another writes a few leaves
// of the audit log each time, into table files of their own; their keys only grow, so that no two of these files
// overlap, and RocksDB moves them down the levels as they are: a thousand searches leave a thousand files, and opening
// reads each. Private to store/.
#pragma once

#include "index/store/rocks.h"

namespace whorl::index {

inline constexpr std::size_t kSmallTables = 8;
inline constexpr std::uint64_t kSmallTableBytes = std::uint64_t{1} << 20;

// Makes one table of each run of kSmallTables or more neighbours on one level that are all smaller than
// kSmallTableBytes. Nothing is read where there is no such run; else a run is read and written once. Errors: RocksDB's;
// the tables are as they were then.
rocksdb::Status merge_small_tables(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family);

}  // namespace whorl::index
