// Deleting all keys of a range. Private to this room.
//
// Each by its own deletion, not all by RocksDB's DeleteRange: a compaction that is left with nothing but range
// deletions opens a table file for them, and where that file cannot be written (the disk is full) Debian's RocksDB 7.8
// ends the process by an assertion on the file's first key, which it does not have.
#pragma once

#include <rocksdb/write_batch.h>

#include "base/bytes.h"
#include "index/store/rocks.h"

namespace whorl::index {

// Adds to the batch a deletion of each key from `begin` to before `end`. Cost: reads the keys, and with them the blocks
// that hold their values. Errors: kUnavailable, kCorruption of what cannot be read; the batch may then hold some.
Status delete_keys(rocksdb::WriteBatch& batch, rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, ByteView begin,
                   ByteView end);

}  // namespace whorl::index
