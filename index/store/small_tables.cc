#include "index/store/small_tables.h"

#include <rocksdb/metadata.h>

#include <string>
#include <vector>

namespace whorl::index {
namespace {

// The runs of a level, whose files are in the order of their keys.
std::vector<std::vector<std::string>> runs_of(const rocksdb::LevelMetaData& level) {
  std::vector<std::vector<std::string>> runs(1);
  for (const rocksdb::SstFileMetaData& file : level.files) {
    if (file.size < kSmallTableBytes && !file.being_compacted) {
      runs.back().push_back(file.name);
    } else {
      runs.emplace_back();
    }
  }
  return runs;
}

}  // namespace

rocksdb::Status merge_small_tables(rocksdb::DB& db, rocksdb::ColumnFamilyHandle& family) {
  rocksdb::ColumnFamilyMetaData about;
  db.GetColumnFamilyMetaData(&family, &about);
  rocksdb::CompactionOptions options;
  options.compression = rocksdb::kDisableCompressionOption;  // the family's own
  for (const rocksdb::LevelMetaData& level : about.levels) {
    if (level.level == 0) continue;  // RocksDB's own compactions take these, as soon as there are some
    for (const std::vector<std::string>& run : runs_of(level)) {
      if (run.size() < kSmallTables) continue;
      rocksdb::Status merged = db.CompactFiles(options, &family, run, level.level);
      if (!merged.ok()) return merged;
    }
  }
  return rocksdb::Status::OK();
}

}  // namespace whorl::index
