// What the store's files share. Private to them: includes RocksDB.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "base/thread_sanitizer.h"
#include "index/store/store.h"

namespace whorl::index {

inline rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline ByteView view(const rocksdb::Slice& s) { return as_bytes({s.data(), s.size()}); }

Error error_of(const rocksdb::Status& status, const std::string& doing);
rocksdb::WriteOptions durable();
// Options of each column family, in the order of Store::Parts::Family.
rocksdb::ColumnFamilyOptions family_options(std::size_t family);

struct Store::Parts {
  enum Family : std::size_t { kRecords, kIndex, kSnapshots, kManifest, kMarks, kFamilies };
  static constexpr std::array<const char*, kFamilies> kNames{"default", "index", "snapshots", "manifest", "marks"};

  ~Parts();

  std::unique_ptr<rocksdb::DB> db;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families{};
  std::filesystem::path staging;  // where files are made that are then taken in

#ifdef WHORL_THREAD_SANITIZER
  // The packaged RocksDB is not built for the sanitizer, which cannot see how its threads hand batches to one
  // another: one caller at a time there.
  std::recursive_mutex mutex;
  [[nodiscard]] std::unique_lock<std::recursive_mutex> turn() { return std::unique_lock(mutex); }
#else
  struct Turn {};
  [[nodiscard]] Turn turn() const { return {}; }
#endif
};

}  // namespace whorl::index
