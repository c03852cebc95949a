// One table file on its way into a column family. Private to store/.
#pragma once

#include <rocksdb/sst_file_writer.h>

#include <string>

#include "index/store/rocks_database.h"

namespace whorl::index {

class StagedFile {
 public:
  StagedFile(const RocksDatabase& database, const OpenDatabase& db, Family family);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  void put(ByteView key, ByteView value);
  // Synced to disk when ok.
  rocksdb::Status finish();
  [[nodiscard]] rocksdb::IngestExternalFileArg argument(const OpenDatabase& db) const;

 private:
  const RocksDatabase& database_;
  const Family family_;
  rocksdb::Options options_;
  rocksdb::SstFileWriter writer_;
  rocksdb::Status status_;
  std::string path_;
};

}  // namespace whorl::index
