// RocksDB's types beside ours. Private to store/: nobody else includes RocksDB.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::index {

inline rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline ByteView view(const rocksdb::Slice& s) { return as_bytes({s.data(), s.size()}); }

// What a status of RocksDB is to a caller; `doing` says what was tried.
Error error_of(const rocksdb::Status& status, const std::string& doing);

}  // namespace whorl::index
