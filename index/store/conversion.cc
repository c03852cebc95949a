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
#include "index/store/gallery_format.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

constexpr std::size_t kRecordsOfBatch = 1000;
constexpr std::size_t kBytesOfBatch = 8U << 20;

std::uint64_t about_records(const OpenDatabase& db) {
  std::uint64_t keys = 0;
  db->GetIntProperty(db.family(Family::kIndex), rocksdb::DB::Properties::kEstimateNumKeys, &keys);
  return keys;
}

void put_mark(rocksdb::WriteBatch& batch, const ConversionMark& mark) {
  batch.Put(slice(as_bytes(kConvertingKey)), slice(ByteWriter().u64(mark.records).bytes(mark.last_key).view()));
}

// One pass over the records behind a key, in batches.
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
      for (; it->Valid() && records < kRecordsOfBatch && batch.GetDataSize() < kBytesOfBatch; it->Next(), ++records) {
        WHORL_TRY(convert_one(*db, view(it->key()), view(it->value()), batch));
        after.assign(view(it->key()).begin(), view(it->key()).end());
      }
      if (!it->status().ok()) return error_of(it->status(), "reading the gallery's records");
    }
    if (records == 0) {
      batch.Delete(slice(as_bytes(kConvertingKey)));
      batch.Delete(slice(as_bytes(kExtractorKey)));
    } else {
      done_ += records;
      put_mark(batch, {done_, after});
    }
    WHORL_TRY(database_.write(db, batch, "converting the gallery"));
    return records > 0;
  }

  Status convert_one(const OpenDatabase& db, ByteView key, ByteView value, rocksdb::WriteBatch& batch) {
    if (!is_of_earlier_version(value)) return {};
    std::string stored;
    const rocksdb::Status found = db->Get(rocksdb::ReadOptions(), db.family(Family::kIndex), slice(key), &stored);
    if (found.IsNotFound()) return corruption("gallery record: the index does not name it");
    if (!found.ok()) return error_of(found, "reading the gallery's index");
    WHORL_ASSIGN(const IndexEntry before, parse_index(as_bytes(stored)));
    WHORL_ASSIGN(EncounterRecord record, parse_record(key, value));
    if (record_digest(key, value) != before.digest) {
      return corruption("gallery record " + record.person_id + "/" + record.encounter_id +
                        ": is not the one that the index names");
    }
    if (extractor_) {
      for (SampleRecord& sample : record.samples) sample.extractor_version = *extractor_;
    }
    WHORL_ASSIGN(const EncodedRecord encoding, encoded(record));
    IndexEntry entry = index_entry(record, record_digest(encoding.key, encoding.value));
    entry.shard_digest = before.shard_digest;
    batch.Put(db.family(Family::kRecords), slice(encoding.key), slice(encoding.value));
    batch.Put(db.family(Family::kIndex), slice(encoding.key), slice(encode_index(entry)));
    ++converted_;
    return {};
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

// From here on the gallery is of this build's format.
Result<ConversionMark> begin(RocksDatabase& database) {
  WHORL_ASSIGN(const Hold db, database.changing(0));
  const ConversionMark mark{0, {kEncounterKeyPrefix}};
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFormatKey)), slice(ByteWriter().u32(kGalleryFormat).view()));
  put_mark(batch, mark);
  WHORL_TRY(database.write(db, batch, "converting the gallery"));
  return mark;
}

}  // namespace

Result<ConversionNeed> conversion_need(RocksDatabase& database) {
  WHORL_ASSIGN(const GalleryVersions versions, versions_of(database));
  WHORL_ASSIGN(const Hold db, database.reading());
  ConversionNeed out;
  out.begun = versions.converting.has_value();
  out.needed = out.begun || versions.format != kGalleryFormat;
  out.format = versions.format;
  out.records = about_records(*db);
  return out;
}

Result<std::uint64_t> convert_records(RocksDatabase& database, const ProgressCallback& progress) {
  WHORL_ASSIGN(GalleryVersions versions, versions_of(database));
  if (!versions.converting) {
    if (versions.format == kGalleryFormat) return 0;
    WHORL_ASSIGN(versions.converting, begin(database));
  }
  Conversion conversion(database, versions.extractor, versions.converting->records, progress);
  return conversion.run(std::move(versions.converting->last_key));
}

}  // namespace whorl::index
