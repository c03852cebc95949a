#include "index/store/bulk_table.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <vector>

#include "index/store/audit_log.h"
#include "index/store/sealed_encounter.h"
#include "index/store/staged_file.h"

namespace whorl::index {
namespace {

struct StagedFiles final : BulkTable::Staged {
  std::uint32_t epoch = 0;         // of the keys that all of it is sealed under
  std::weak_ptr<OpenDatabase> db;  // whose families the files are for; does not keep it open
  std::vector<std::unique_ptr<StagedFile>> files;
  std::uint64_t encounters = 0;
  Sha256 set{};  // over the records, in whatever order they came
};

// Over the digests of the records, in their own order.
Sha256 digest_of(std::span<const IndexEntry* const> entries) {
  std::vector<RecordDigest> digests;
  for (const IndexEntry* entry : entries) digests.push_back(entry->digest);
  std::sort(digests.begin(), digests.end());
  Bytes all;
  for (const RecordDigest& digest : digests) all.insert(all.end(), digest.begin(), digest.end());
  return sha256_of({all});
}

Place mark_place(ByteView row) { return {"mark", Family::kMarks, row}; }

Bytes mark_row(const Sealer& sealer, std::string_view name) {
  if (!sealer.sealed()) return {as_bytes(name).begin(), as_bytes(name).end()};
  return sealer.named_row(kSealedMarkPrefix, "mark", as_bytes(name));
}

// Of which each is sealed for its own row, in the order of rows.
Result<std::vector<SealedEncounter>> sealed_in_order(const Sealer& sealer,
                                                     std::span<const EncodedRecord* const> records,
                                                     std::span<const IndexEntry* const> entries) {
  std::vector<SealedEncounter> out(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    WHORL_ASSIGN(const Lasting lasting, new_lasting());
    WHORL_ASSIGN(out[i], seal_encounter(sealer, *records[i], *entries[i], lasting));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.row < b.row; });
  return out;
}

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
  const Sealer& sealer = database_.sealer();
  out->epoch = sealer.vault().epoch();
  out->encounters = records.size();
  out->set = digest_of(entries);
  const auto add = [&](Family family) -> StagedFile& {
    return *out->files.emplace_back(std::make_unique<StagedFile>(database_, *db, family));
  };
  const Bytes row = mark_row(sealer, mark_name);
  WHORL_ASSIGN(const Bytes sealed_mark, sealer.seal(mark_place(row), mark));
  add(Family::kMarks).put(row, sealed_mark);
  if (!records.empty()) {  // there are no empty table files
    WHORL_ASSIGN(const auto sealed, sealed_in_order(sealer, records, entries));
    StagedFile& record_file = add(Family::kRecords);
    StagedFile& index_file = add(Family::kIndex);
    const crypto::Vault vault = sealer.vault();
    record_file.put(as_bytes(kWrapsKey), wraps_value(vault.epoch(), vault.wraps()));
    for (const SealedEncounter& one : sealed) {
      record_file.put(one.row, one.record);
      index_file.put(one.row, one.entry);
    }
  }
  // Beside the database as yet: a file that cannot be written harms nothing.
  for (const auto& file : out->files) {
    const rocksdb::Status status = file->finish();
    if (!status.ok()) return error_of(status, "writing the load");
  }
  return std::unique_ptr<Staged>(std::move(out));
}

Result<bool> BulkTable::commit(Staged& staged, const audit::Asked& asked) {
  const auto held = database_.sealer().until_written();
  auto& made = static_cast<StagedFiles&>(staged);
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  if (db != made.db.lock())
    return unavailable("the database was opened again since the load was staged: load it again");
  if (made.epoch != database_.sealer().vault().epoch()) return false;
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const auto& file : made.files) arguments.push_back(file->argument(*db));
  audit::Event event;
  event.operation = audit::Operation::kLoad;
  event.outcome = "loaded";
  event.count = made.encounters;
  event.set = made.set;
  WHORL_TRY(database_.audit().commit_files(db, std::move(arguments), event, asked, "taking the load in"));
  return true;
}

Result<std::optional<Bytes>> BulkTable::mark(std::string_view name) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  std::string value;
  const Bytes row = mark_row(database_.sealer(), name);
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), db->family(Family::kMarks), slice(row), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading how far the load came");
  WHORL_ASSIGN(Bytes opened, Sealer::open(keys, mark_place(row), as_bytes(value)));
  return std::optional(std::move(opened));
}

Status BulkTable::put_mark(std::string_view name, ByteView mark) {
  WHORL_ASSIGN(const Hold db, database_.changing(mark.size()));
  const auto held = database_.sealer().until_written();
  const Bytes row = mark_row(database_.sealer(), name);
  WHORL_ASSIGN(const Bytes sealed, database_.sealer().seal(mark_place(row), mark));
  rocksdb::WriteBatch batch;
  batch.Put(db->family(Family::kMarks), slice(row), slice(sealed));
  WHORL_TRY(database_.write(db, batch, "noting how far the work came"));
  return {};
}

Status BulkTable::drop_mark(std::string_view name) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  batch.Delete(db->family(Family::kMarks), slice(mark_row(database_.sealer(), name)));
  WHORL_TRY(database_.write(db, batch, "noting that the load is done"));
  return {};
}

}  // namespace whorl::index
