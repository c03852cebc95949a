#include "index/store/record_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <iterator>
#include <memory>
#include <utility>

#include "index/record/record_key.h"
#include "index/record/refusals.h"
#include "index/store/answer_table.h"
#include "index/store/gallery_format.h"
#include "index/store/image_table.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

void put_pair(rocksdb::WriteBatch& batch, const OpenDatabase& db, const EncodedRecord& record,
              const IndexEntry& entry) {
  batch.Put(db.family(Family::kRecords), slice(record.key), slice(record.value));
  batch.Put(db.family(Family::kIndex), slice(record.key), slice(encode_index(entry)));
}

void erase_pair(rocksdb::WriteBatch& batch, const OpenDatabase& db, const Bytes& key) {
  batch.Delete(db.family(Family::kRecords), slice(key));
  batch.Delete(db.family(Family::kIndex), slice(key));
  ImageTable::erase(batch, db, key);
}

Status scan(const OpenDatabase& db, Family family, const RecordTable::Sink& sink) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 2U << 20;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(family)));
  const Bytes first = {kEncounterKeyPrefix};
  for (it->Seek(slice(first)); it->Valid(); it->Next()) WHORL_TRY(sink(view(it->key()), view(it->value())));
  if (!it->status().ok()) return error_of(it->status(), "reading the gallery's records");
  return {};
}

Result<std::optional<std::uint64_t>> read_erased_since(const OpenDatabase& db) {
  std::string value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), slice(as_bytes(kErasedKey)), &value);
  if (status.IsNotFound()) return std::optional<std::uint64_t>();
  if (!status.ok()) return error_of(status, "reading since when erased bytes are kept");
  ByteReader in(as_bytes(value));
  const std::uint64_t since = in.u64();
  return std::optional(in.finished() ? since : 0);
}

}  // namespace

Result<std::uint64_t> RecordTable::put(const EncodedRecord& record, const IndexEntry& entry, const KeptAnswer* answer,
                                       std::span<const ImageToKeep> images) {
  std::uint64_t bytes = record.value.size();
  for (const ImageToKeep& image : images) bytes += image.bytes.size();
  WHORL_ASSIGN(const Hold db, database_.changing(bytes));
  rocksdb::WriteBatch batch;
  put_pair(batch, *db, record, entry);
  ImageTable::put(batch, *db, record.key, images);
  if (answer != nullptr) WHORL_TRY(AnswerTable::put(batch, *db, *answer));
  auto done = database_.write(db, batch, "writing the encounter");
  if (!done.ok()) {
    const std::scoped_lock lock(mutex_);
    doubtful_.put.push_back(record.key);
  }
  return done;
}

// Under erasing_, shared, until the batch is written: what is taken away must leave the files too.
Status RecordTable::note_erasure(rocksdb::WriteBatch& batch, const OpenDatabase& db, std::uint64_t now_ms) {
  ++erasures_;
  WHORL_ASSIGN(const auto since, read_erased_since(db));
  if (!since) batch.Put(slice(as_bytes(kErasedKey)), slice(ByteWriter().u64(now_ms).view()));
  return {};
}

Result<std::uint64_t> RecordTable::erase(const std::string& person_id, std::span<const std::string> encounter_ids,
                                         std::uint64_t now_ms) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  rocksdb::WriteBatch batch;
  std::vector<Bytes> keys;
  for (const std::string& id : encounter_ids) {
    keys.push_back(encounter_key(person_id, id));
    erase_pair(batch, *db, keys.back());
  }
  WHORL_TRY(AnswerTable::erase(batch, *db, person_id, encounter_ids));
  const std::shared_lock purge_waits(erasing_);
  WHORL_TRY(note_erasure(batch, *db, now_ms));
  auto done = database_.write(db, batch, "erasing");
  if (!done.ok()) {
    const std::scoped_lock lock(mutex_);
    std::move(keys.begin(), keys.end(), std::back_inserter(doubtful_.erased));
  }
  return done;
}

Result<Bytes> RecordTable::value(ByteView key) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  rocksdb::PinnableSlice value;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const rocksdb::Status status = (*db)->Get(options, db->family(Family::kRecords), slice(key), &value);
  if (!status.ok()) return error_of(status, "reading the encounter");
  return Bytes(view(value).begin(), view(value).end());
}

Result<IndexEntry> RecordTable::entry(ByteView key) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  std::string value;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), db->family(Family::kIndex), slice(key), &value);
  if (!status.ok()) return error_of(status, "reading the encounter's index entry");
  return parse_index(as_bytes(value));
}

Result<EncounterRecord> RecordTable::get(const std::string& person_id, const std::string& encounter_id) const {
  const Bytes key = encounter_key(person_id, encounter_id);
  auto stored = value(key);
  if (!stored.ok() && stored.error().kind == ErrorKind::kNotFound) {
    return unknown_encounter(person_id, encounter_id);
  }
  WHORL_TRY(stored);
  return parse_record(key, *stored);
}

Result<std::vector<EncounterRecord>> RecordTable::person(const std::string& person_id) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  std::vector<EncounterRecord> out;
  const Bytes prefix = person_prefix(person_id);
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(rocksdb::ReadOptions(), db->family(Family::kRecords)));
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    WHORL_ASSIGN(EncounterRecord record, parse_record(view(it->key()), view(it->value())));
    out.push_back(std::move(record));
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the person");
  return out;
}

Status RecordTable::scan_index(const Sink& sink) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  return scan(*db, Family::kIndex, sink);
}

Status RecordTable::scan_records(const Sink& sink) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  return scan(*db, Family::kRecords, sink);
}

RecordTable::Doubtful RecordTable::take_doubtful() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(doubtful_, {});
}

Status RecordTable::forget(std::span<const Bytes> keys, std::uint64_t now_ms) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  rocksdb::WriteBatch batch;
  for (const Bytes& key : keys) erase_pair(batch, *db, key);
  const std::shared_lock purge_waits(erasing_);
  WHORL_TRY(note_erasure(batch, *db, now_ms));
  auto done = database_.write(db, batch, "taking back what failed");
  if (done.ok()) return {};
  const std::scoped_lock lock(mutex_);
  doubtful_.put.insert(doubtful_.put.end(), keys.begin(), keys.end());
  return done.error();
}

Result<std::optional<std::uint64_t>> RecordTable::erased_since() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  return read_erased_since(*db);
}

Status RecordTable::purge_images(const Hold& db, std::uint64_t before) {
  WHORL_ASSIGN(const std::vector<Bytes> erased, ImageTable::erased(*db));
  if (erased.empty()) return {};
  WHORL_TRY(ImageTable::rewrite(database_, db, erased));
  const std::unique_lock nobody_erases(erasing_);
  if (erasures_.load() != before) return {};  // the next purge does it again
  rocksdb::WriteBatch batch;
  ImageTable::forget_erased(batch, *db, erased);
  WHORL_TRY(database_.write(db, batch, "noting that no erased images are kept"));
  return database_.flush(db);
}

Status RecordTable::purge(std::uint64_t now_ms) {
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  const std::uint64_t before = erasures_.load();
  WHORL_TRY(database_.flush(db));
  WHORL_TRY(database_.rewrite(db, Family::kRecords, {}, "purging erased records"));
  WHORL_TRY(database_.rewrite(db, Family::kIndex, {}, "purging erased index entries"));
  WHORL_TRY(purge_images(db, before));
  WHORL_TRY(database_.rewrite(db, Family::kMarks, {}, "purging kept answers"));
  const std::unique_lock nobody_erases(erasing_);
  rocksdb::WriteBatch batch;
  if (erasures_.load() == before) {
    batch.Delete(slice(as_bytes(kErasedKey)));
  } else {
    batch.Put(slice(as_bytes(kErasedKey)), slice(ByteWriter().u64(now_ms).view()));
  }
  WHORL_TRY(database_.write(db, batch, "noting since when erased bytes are kept"));
  return database_.flush(db);  // and a list of table files without those that were rewritten
}

}  // namespace whorl::index
