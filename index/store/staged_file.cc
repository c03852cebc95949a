#include "index/store/staged_file.h"

#include <atomic>

#include "index/store/gallery_folder.h"

namespace whorl::index {
namespace {

rocksdb::Options options_of(const RocksDatabase& database, Family family) {
  rocksdb::Options out(rocksdb::DBOptions(), RocksDatabase::family_options(family));
  out.env = database.env();
  return out;
}

}  // namespace

StagedFile::StagedFile(const RocksDatabase& database, const OpenDatabase& db, Family family)
    : database_(database),
      family_(family),
      options_(options_of(database, family)),
      writer_(rocksdb::EnvOptions(), options_, db.family(family)) {
  static std::atomic<std::uint64_t> number = 0;
  path_ = (staging_path(database.options()) / (std::to_string(number++) + ".sst")).string();
  status_ = writer_.Open(path_);
}

StagedFile::~StagedFile() {
  // Gone already when it was taken in. What cannot be removed now is removed at the next opening.
  const Status removed = database_.files().remove(path_);
  static_cast<void>(removed.ok());
}

void StagedFile::put(ByteView key, ByteView value) {
  if (status_.ok()) status_ = writer_.Put(slice(key), slice(value));
}

rocksdb::Status StagedFile::finish() {
  if (status_.ok()) status_ = writer_.Finish();
  return status_;
}

rocksdb::IngestExternalFileArg StagedFile::argument(const OpenDatabase& db) const {
  rocksdb::IngestExternalFileArg out;
  out.column_family = db.family(family_);
  out.external_files = {path_};
  out.options.move_files = true;
  out.options.write_global_seqno = false;
  return out;
}

}  // namespace whorl::index
