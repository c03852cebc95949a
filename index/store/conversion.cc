#include "index/store/conversion.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "index/record/digest.h"
#include "index/record/index_entry.h"
#include "index/record/record_key.h"
#include "index/record/stored_record.h"
#include "index/store/audit_log.h"
#include "index/store/delete_keys.h"
#include "index/store/gallery_format.h"
#include "index/store/image_table.h"
#include "index/store/rocks_database.h"
#include "index/store/sealed_encounter.h"

namespace whorl::index {
namespace {

constexpr std::size_t kRecordsOfBatch = 1000;
constexpr std::size_t kBytesOfBatch = 8U << 20;
// As the last key of the mark: everything is sealed, and the table files are being rewritten.
constexpr std::uint8_t kRewritingPrefix = 0xff;
constexpr const char* kOldSnapshotKey = "snapshot.key";

std::uint64_t about_records(const OpenDatabase& db) {
  std::uint64_t keys = 0;
  db->GetIntProperty(db.family(Family::kIndex), rocksdb::DB::Properties::kEstimateNumKeys, &keys);
  return keys;
}

void put_mark(rocksdb::WriteBatch& batch, const ConversionMark& mark) {
  batch.Put(slice(as_bytes(kConvertingKey)), slice(ByteWriter().u64(mark.records).bytes(mark.last_key).view()));
}

// One pass over the records in the clear behind a key, in batches.
class Conversion {
 public:
  Conversion(RocksDatabase& database, std::optional<std::uint32_t> extractor, std::uint64_t already,
             const ProgressCallback& progress)
      : database_(database), extractor_(extractor), done_(already), progress_(progress) {}

  Result<std::uint64_t> run(Bytes after) {
    for (bool more = true; more;) {
      WHORL_ASSIGN(const Hold db, database_.changing(kBytesOfBatch));
      total_ = std::max({total_, about_records(*db), done_});
      WHORL_ASSIGN(more, convert_batch(db, after));
      report(more);
    }
    return converted_;
  }

 private:
  // False when there was nothing left. `after`: the last key that is done.
  Result<bool> convert_batch(const Hold& db, Bytes& after) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 2U << 20;
    rocksdb::WriteBatch batch;
    std::size_t records = 0;
    {
      [[maybe_unused]] const auto turn = db->turn();
      const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(options, db->family(Family::kRecords)));
      it->Seek(slice(after));
      if (it->Valid() && as_text(view(it->key())) == as_text(after)) it->Next();
      for (; it->Valid() && it->key()[0] == kEncounterKeyPrefix && records < kRecordsOfBatch &&
             batch.GetDataSize() < kBytesOfBatch;
           it->Next(), ++records) {
        WHORL_TRY(convert_one(*db, view(it->key()), view(it->value()), batch));
        after.assign(view(it->key()).begin(), view(it->key()).end());
      }
      if (!it->status().ok()) return error_of(it->status(), "reading the gallery's records");
    }
    if (records == 0) return false;
    done_ += records;
    put_mark(batch, {done_, after});
    WHORL_TRY(database_.write(db, batch, "sealing the gallery"));
    return true;
  }

  Status convert_one(const OpenDatabase& db, ByteView key, ByteView value, rocksdb::WriteBatch& batch) {
    std::string stored;
    const rocksdb::Status found = db->Get(rocksdb::ReadOptions(), db.family(Family::kIndex), slice(key), &stored);
    if (found.IsNotFound()) return corruption("gallery record: the index does not name it");
    if (!found.ok()) return error_of(found, "reading the gallery's index");
    WHORL_ASSIGN(const IndexEntry before, parse_index(as_bytes(stored)));
    WHORL_ASSIGN(EncounterRecord record, parse_record(key, value));
    WHORL_TRY(check_is_meant(key, value, before.digest));
    if (extractor_ && is_of_earlier_version(value)) {
      for (SampleRecord& sample : record.samples) sample.extractor_version = *extractor_;
    }
    WHORL_ASSIGN(const EncodedRecord encoding, encoded(record));
    IndexEntry entry = index_entry(record, record_digest(encoding.key, encoding.value));
    entry.shard_digest = before.shard_digest;
    entry.extensions = before.extensions;
    const Bytes row = database_.sealer().record_row(key);
    WHORL_ASSIGN(const Lasting lasting, convert_images(db, key, row, batch));
    WHORL_ASSIGN(const SealedEncounter sealed, seal_encounter(database_.sealer(), encoding, entry, lasting));
    for (const Family family : {Family::kRecords, Family::kIndex}) batch.Delete(db.family(family), slice(key));
    batch.Put(db.family(Family::kRecords), slice(row), slice(sealed.record));
    batch.Put(db.family(Family::kIndex), slice(row), slice(sealed.entry));
    ++converted_;
    return {};
  }

  // Seals the images of a record where it stands from now on. Gives their key, where there are some, and the record's
  // tag.
  Result<Lasting> convert_images(const OpenDatabase& db, ByteView key, ByteView row, rocksdb::WriteBatch& batch) {
    WHORL_ASSIGN(Lasting out, new_lasting());
    std::optional<ImageKey> fresh;
    if (db.has(Family::kImages)) {
      const ImageKeys range = image_keys(key);
      rocksdb::ReadOptions options;
      options.fill_cache = false;
      const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(Family::kImages)));
      for (it->Seek(slice(range.begin)); it->Valid() && it->key().compare(slice(range.end)) < 0; it->Next()) {
        if (!fresh) {
          WHORL_ASSIGN(fresh, new_image_key(database_.sealer(), row));
        }
        WHORL_TRY(ImageTable::move(batch, db, {row, fresh->key}, view(it->key()), view(it->value())));
        batch.Delete(db.family(Family::kImages), it->key());
      }
      if (!it->status().ok()) return error_of(it->status(), "reading kept images");
    }
    if (fresh) out.images = fresh->kept;
    return out;
  }

  void report(bool more) const {
    if (!progress_) return;
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    const std::uint64_t total = more ? total_ : done_;
    const double left =
        converted_ == 0 ? 0 : elapsed / static_cast<double>(converted_) * static_cast<double>(total - done_);
    progress_({done_, total, elapsed, left});
  }

  RocksDatabase& database_;
  const std::optional<std::uint32_t> extractor_;  // of all records, where the gallery says so
  std::uint64_t done_;                            // by earlier processes too
  std::uint64_t converted_ = 0;
  std::uint64_t total_ = 0;
  const ProgressCallback& progress_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

Result<GalleryVersions> versions_of(RocksDatabase& database) {
  WHORL_ASSIGN(const Hold db, database.reading());
  [[maybe_unused]] const auto turn = db->turn();
  return read_versions(db->db());
}

// Of one family, in one batch: few rows.
template <class Convert>
Status convert_rows(const OpenDatabase& db, Family family, const Convert& convert) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(family)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) WHORL_TRY(convert(view(it->key()), view(it->value())));
  if (!it->status().ok()) return error_of(it->status(), "reading the gallery");
  return {};
}

bool is_setting_to_seal(std::string_view key) {
  constexpr std::string_view kPrefix = "\x01";
  const bool clear = std::find(kClearKeys.begin(), kClearKeys.end(), key) != kClearKeys.end();
  return !clear && key != kRingKey && key.starts_with(kPrefix);
}

// Everything but records, their entries and their images. Answers and marks are let go: a load that was under way finds
// its people enrolled, an answer is asked for anew.
Status convert_rest(RocksDatabase& database, const Hold& db) {
  const Sealer& sealer = database.sealer();
  rocksdb::WriteBatch batch;
  WHORL_TRY(convert_rows(*db, Family::kRecords, [&](ByteView key, ByteView value) -> Status {
    const std::string_view name = as_text(key);
    if (!is_setting_to_seal(name)) return {};
    if (name == kExtractorKey || name == kErasedKey) {
      batch.Delete(slice(key));
      return {};
    }
    WHORL_ASSIGN(const Bytes sealed, sealer.seal({"setting", Family::kRecords, key}, value));
    batch.Put(slice(key), slice(sealed));
    return {};
  }));
  for (const Family family : {Family::kMarks, Family::kManifest}) {
    WHORL_TRY(convert_rows(*db, family, [&](ByteView key, ByteView) -> Status {
      batch.Delete(db->family(family), slice(key));
      return {};
    }));
  }
  const Bytes end(9, 0xff);
  WHORL_TRY(delete_keys(batch, db->db(), db->family(Family::kSnapshots), {}, end));
  batch.Put(slice(as_bytes(kConvertingKey)), slice(ByteWriter().u64(0).u8(kRewritingPrefix).view()));
  WHORL_TRY(database.write(db, batch, "sealing the gallery"));
  return {};
}

// Nothing that lay in the clear is left in table files, logs, and RocksDB's lists of files.
Status rewrite_all(RocksDatabase& database, const Hold& db, std::uint64_t records) {
  WHORL_TRY(database.flush(db));
  for (std::size_t f = 0; f < kFamilyNames.size(); ++f) {
    const auto family = static_cast<Family>(f);
    if (db->has(family)) WHORL_TRY(database.rewrite(db, family, {}, "rewriting the gallery's files"));
  }
  WHORL_TRY(database.files().remove(database.options().directory / kOldSnapshotKey));
  rocksdb::WriteBatch batch;
  batch.Delete(slice(as_bytes(kConvertingKey)));
  audit::Event event;
  event.operation = audit::Operation::kConvert;
  event.outcome = "sealed";
  event.count = records;
  WHORL_TRY(database.audit().commit(db, batch, std::span(&event, 1), {}, "sealing the gallery"));
  return database.flush(db);
}

}  // namespace

Result<ConversionNeed> conversion_need(RocksDatabase& database) {
  WHORL_ASSIGN(const GalleryVersions versions, versions_of(database));
  WHORL_ASSIGN(const Hold db, database.reading());
  ConversionNeed out;
  out.needed = !database.read_only() && versions.converting.has_value();
  out.begun = out.needed && database.format_found() == kGalleryFormat;
  out.format = database.format_found();
  out.records = about_records(*db);
  return out;
}

Result<std::uint64_t> convert_records(RocksDatabase& database, const ProgressCallback& progress) {
  WHORL_ASSIGN(GalleryVersions versions, versions_of(database));
  if (!versions.converting) return 0;
  const auto held = database.sealer().until_written();
  std::uint64_t converted = 0;
  if (versions.converting->last_key.front() == kEncounterKeyPrefix) {
    Conversion conversion(database, versions.extractor, versions.converting->records, progress);
    WHORL_ASSIGN(converted, conversion.run(std::move(versions.converting->last_key)));
    WHORL_ASSIGN(const Hold db, database.changing(kBytesOfBatch));
    WHORL_TRY(convert_rest(database, db));
  }
  WHORL_ASSIGN(const Hold db, database.changing(kBytesOfBatch));
  WHORL_TRY(rewrite_all(database, db, versions.converting->records + converted));
  return converted;
}

}  // namespace whorl::index
