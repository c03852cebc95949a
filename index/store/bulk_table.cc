#include "index/store/bulk_table.h"

#include <rocksdb/write_batch.h>

#include <vector>

#include "index/store/staged_file.h"

namespace whorl::index {
namespace {

struct StagedFiles final : BulkTable::Staged {
  std::weak_ptr<OpenDatabase> db;  // whose families the files are for; does not keep it open
  std::vector<std::unique_ptr<StagedFile>> files;
};

std::uint64_t bytes_of(std::span<const EncodedRecord* const> records) {
  std::uint64_t bytes = 0;
  for (const EncodedRecord* record : records) bytes += record->key.size() + record->value.size();
  return bytes;
}

}  // namespace

Result<std::unique_ptr<BulkTable::Staged>> BulkTable::stage(std::span<const EncodedRecord* const> records,
                                                            std::span<const IndexEntry* const> entries,
                                                            std::string_view mark_name, ByteView mark) {
  WHORL_ASSIGN(const Hold db, database_.changing(bytes_of(records)));
  [[maybe_unused]] const auto turn = db->turn();
  auto out = std::make_unique<StagedFiles>();
  out->db = db;
  const auto add = [&](Family family) -> StagedFile& {
    return *out->files.emplace_back(std::make_unique<StagedFile>(database_, *db, family));
  };
  add(Family::kMarks).put(as_bytes(mark_name), mark);
  if (!records.empty()) {  // there are no empty table files
    StagedFile& record_file = add(Family::kRecords);
    StagedFile& index_file = add(Family::kIndex);
    for (std::size_t i = 0; i < records.size(); ++i) {
      record_file.put(records[i]->key, records[i]->value);
      index_file.put(records[i]->key, encode_index(*entries[i]));
    }
  }
  // Beside the database as yet: a file that cannot be written harms nothing.
  for (const auto& file : out->files) {
    const rocksdb::Status status = file->finish();
    if (!status.ok()) return error_of(status, "writing the load");
  }
  return std::unique_ptr<Staged>(std::move(out));
}

Status BulkTable::commit(Staged& staged) {
  auto& made = static_cast<StagedFiles&>(staged);
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  if (db != made.db.lock())
    return unavailable("the database was opened again since the load was staged: load it again");
  [[maybe_unused]] const auto turn = db->turn();
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const auto& file : made.files) arguments.push_back(file->argument(*db));
  return database_.finished(db, (*db)->IngestExternalFiles(arguments), "taking the load in");
}

Result<std::optional<Bytes>> BulkTable::mark(std::string_view name) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  std::string value;
  const rocksdb::Status status =
      (*db)->Get(rocksdb::ReadOptions(), db->family(Family::kMarks), slice(as_bytes(name)), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading how far the load came");
  return std::optional(Bytes(as_bytes(value).begin(), as_bytes(value).end()));
}

Status BulkTable::put_mark(std::string_view name, ByteView mark) {
  WHORL_ASSIGN(const Hold db, database_.changing(mark.size()));
  rocksdb::WriteBatch batch;
  batch.Put(db->family(Family::kMarks), slice(as_bytes(name)), slice(mark));
  WHORL_TRY(database_.write(db, batch, "noting how far the work came"));
  return {};
}

Status BulkTable::drop_mark(std::string_view name) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  rocksdb::WriteBatch batch;
  batch.Delete(db->family(Family::kMarks), slice(as_bytes(name)));
  WHORL_TRY(database_.write(db, batch, "noting that the load is done"));
  return {};
}

}  // namespace whorl::index
