#include "index/store/record_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "index/record/digest.h"
#include "index/record/index_entry.h"
#include "index/record/record.h"
#include "index/record/record_key.h"
#include "index/record/refusals.h"
#include "index/store/answer_table.h"
#include "index/store/audit_log.h"
#include "index/store/duplicate_table.h"
#include "index/store/gallery_format.h"
#include "index/store/image_table.h"
#include "index/store/rocks_database.h"
#include "index/store/sealed_encounter.h"
#include "index/store/task_table.h"

namespace whorl::index {
namespace {

Status erase_pair(rocksdb::WriteBatch& batch, const OpenDatabase& db, const Bytes& row) {
  batch.Delete(db.family(Family::kRecords), slice(row));
  batch.Delete(db.family(Family::kIndex), slice(row));
  return ImageTable::erase(batch, db, row);
}

std::uint64_t size_of(const EncodedRecord& record, std::span<const ImageToKeep> images) {
  std::uint64_t out = record.value.size();
  for (const ImageToKeep& image : images) out += image.bytes.size();
  return out;
}

// Under a key of their own, which `lasting` remembers. Without images nothing.
Status keep_images(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const Bytes& row,
                   std::span<const ImageToKeep> images, Lasting& lasting) {
  if (images.empty()) return {};
  WHORL_ASSIGN(ImageKey fresh, new_image_key(sealer, row));
  WHORL_TRY(ImageTable::put(batch, db, row, fresh.key, images));
  lasting.images = fresh.kept;
  return {};
}

// The record and its index entry, sealed.
Status put_pair(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const Bytes& row,
                const EncodedRecord& record, const IndexEntry& entry, const Lasting& lasting) {
  WHORL_ASSIGN(const SealedEncounter sealed, seal_encounter(sealer, record, entry, lasting));
  batch.Put(db.family(Family::kRecords), slice(row), slice(sealed.record));
  batch.Put(db.family(Family::kIndex), slice(row), slice(sealed.entry));
  return {};
}

audit::Event gone(audit::Operation operation, const std::string& outcome, const std::optional<Lasting>& lasting) {
  audit::Event event;
  event.operation = operation;
  event.outcome = outcome;
  if (lasting) event.subject = lasting->tag;
  return event;
}

// A time among the gallery's settings.
Place since_place(std::string_view key) { return {"setting", Family::kRecords, as_bytes(key)}; }

Status put_since(rocksdb::WriteBatch& batch, const Sealer& sealer, std::string_view key, std::uint64_t now_ms) {
  WHORL_ASSIGN(const Bytes sealed, sealer.seal(since_place(key), ByteWriter().u64(now_ms).view()));
  batch.Put(slice(as_bytes(key)), slice(sealed));
  return {};
}

// A row of the index, and of the records where they are wanted too.
struct Row {
  Bytes row;
  Bytes entry;
  Bytes record;
};

std::string named(ByteView record_key) {
  const auto ids = ids_of(record_key);
  return ids ? "gallery record " + ids->person_id + "/" + ids->encounter_id + ": " : "gallery record: ";
}

// What is read of each row, and which of it the sink gets.
enum class Reads { kEntries, kEntriesHeldAgainstRecords, kRecords };

// What the sink gets of a row: the record's key, and the entry or the record.
struct Opened {
  Bytes key;
  Bytes value;
};

// A sealed record opens under the key that its entry holds, and under no other: no record but the one that was sealed
// with the entry. Where nothing is sealed the digest in the entry says as much.
Result<Bytes> record_of(const OpenedEntry& entry, const Row& row) {
  auto value = open_record(entry, row.row, row.record);
  if (!value.ok()) return corruption(named(entry.record_key) + value.error().message);
  if (entry.key) return value;
  WHORL_ASSIGN(const IndexEntry meant, parse_index(entry.entry));
  WHORL_TRY(check_is_meant(entry.record_key, *value, meant.digest));
  return value;
}

Result<Opened> opened(const std::optional<crypto::Vault>& keys, const Row& row, Reads reads) {
  WHORL_ASSIGN(OpenedEntry entry, open_entry(keys, row.row, row.entry));
  if (reads == Reads::kEntries) return Opened{std::move(entry.record_key), std::move(entry.entry)};
  WHORL_ASSIGN(Bytes record, record_of(entry, row));
  return Opened{std::move(entry.record_key), reads == Reads::kRecords ? std::move(record) : std::move(entry.entry)};
}

// The two families name the same rows, in the same order.
class RowScan {
 public:
  RowScan(const OpenDatabase& db, std::uint8_t prefix, bool records) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 2U << 20;
    const Bytes first = {prefix};
    entries_.reset(db->NewIterator(options, db.family(Family::kIndex)));
    entries_->Seek(slice(first));
    if (!records) return;
    records_.reset(db->NewIterator(options, db.family(Family::kRecords)));
    records_->Seek(slice(first));
  }

  // Empty at the end.
  Result<std::vector<Row>> next() {
    constexpr std::size_t kRows = 4096;
    constexpr std::size_t kBytes = std::size_t{32} << 20;
    std::vector<Row> out;
    for (std::size_t bytes = 0; out.size() < kRows && bytes < kBytes && entries_->Valid(); entries_->Next()) {
      Row& row = out.emplace_back();
      const ByteView key = view(entries_->key());
      const ByteView entry = view(entries_->value());
      row.row.assign(key.begin(), key.end());
      row.entry.assign(entry.begin(), entry.end());
      if (records_) WHORL_TRY(take_record(row));
      bytes += row.entry.size() + row.record.size();
    }
    WHORL_TRY(whole(*entries_));
    if (records_ && out.empty()) {
      WHORL_TRY(whole(*records_));
      if (records_->Valid()) return corruption("gallery record: the index does not name it");
    }
    return out;
  }

 private:
  Status take_record(Row& row) {
    WHORL_TRY(whole(*records_));
    if (!records_->Valid() || as_text(view(records_->key())) != as_text(row.row)) {
      return corruption("gallery record: the records and their index name other encounters");
    }
    const ByteView record = view(records_->value());
    row.record.assign(record.begin(), record.end());
    records_->Next();
    return {};
  }
  static Status whole(const rocksdb::Iterator& it) {
    if (!it.status().ok()) return error_of(it.status(), "reading the gallery's records");
    return {};
  }

  std::unique_ptr<rocksdb::Iterator> entries_;
  std::unique_ptr<rocksdb::Iterator> records_;
};

Status scan(const RocksDatabase& database, Reads reads, const Workers* workers, const RecordTable::Sink& sink) {
  WHORL_ASSIGN(const Hold db, database.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database.sealer().keys();
  RowScan rows(*db, database.sealer().record_prefix(), reads != Reads::kEntries);
  WHORL_ASSIGN(std::vector<Row> some, rows.next());
  while (!some.empty()) {
    Result<std::vector<Row>> next = std::vector<Row>();
    std::vector<std::optional<Result<Opened>>> out(some.size());
    if (workers != nullptr) {
      // The next rows are read while these are opened.
      workers->each(some.size() + 1, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
          if (i == 0) {
            next = rows.next();
          } else {
            out[i - 1] = opened(keys, some[i - 1], reads);
          }
        }
      });
    } else {
      for (std::size_t i = 0; i < some.size(); ++i) out[i] = opened(keys, some[i], reads);
    }
    for (const auto& one : out) {
      WHORL_TRY(*one);
      WHORL_TRY(sink((*one)->key, (*one)->value));
    }
    if (workers == nullptr) next = rows.next();
    WHORL_TRY(next);
    some = std::move(next).value();
  }
  return {};
}

Result<std::optional<std::uint64_t>> read_since(const Sealer& sealer, const OpenDatabase& db, std::string_view key) {
  const auto keys = sealer.keys();
  std::string value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), slice(as_bytes(key)), &value);
  if (status.IsNotFound()) return std::optional<std::uint64_t>();
  if (!status.ok()) return error_of(status, "reading since when erased bytes are kept");
  WHORL_ASSIGN(const Bytes opened, Sealer::open(keys, since_place(key), as_bytes(value)));
  ByteReader in(opened);
  const std::uint64_t since = in.u64();
  return std::optional(in.finished() ? since : 0);
}

Result<Bytes> get(const OpenDatabase& db, Family family, const Bytes& row, const std::string& doing,
                  const rocksdb::Snapshot* at) {
  rocksdb::PinnableSlice value;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.snapshot = at;
  const rocksdb::Status status = db->Get(options, db.family(family), slice(row), &value);
  if (!status.ok()) return error_of(status, doing);
  return Bytes(view(value).begin(), view(value).end());
}

}  // namespace

Result<std::uint64_t> RecordTable::put(const EncodedRecord& record, const IndexEntry& entry, const audit::Asked& asked,
                                       const KeptAnswer* answer, std::span<const ImageToKeep> images,
                                       const std::string& change) {
  WHORL_ASSIGN(const Hold db, database_.changing(size_of(record, images)));
  const Sealer& sealer = database_.sealer();
  const auto held = sealer.until_written();
  const Bytes row = sealer.record_row(record.key);
  rocksdb::WriteBatch batch;
  WHORL_ASSIGN(auto lasting, lasting_of(*db, row));
  audit::Event event;
  event.operation = lasting ? audit::Operation::kUpdate : audit::Operation::kEnrol;
  event.outcome = lasting ? change : "enrolled";
  event.galleries = entry.galleries;
  if (!images.empty()) event.images = images.size();
  if (!lasting || lasting->tag == audit::Tag{}) {
    WHORL_ASSIGN(const Lasting fresh, new_lasting());
    if (!lasting) lasting.emplace();
    lasting->tag = fresh.tag;
  }
  event.subject = lasting->tag;
  WHORL_TRY(keep_images(batch, sealer, *db, row, images, *lasting));
  WHORL_TRY(put_pair(batch, sealer, *db, row, record, entry, *lasting));
  if (answer != nullptr) WHORL_TRY(AnswerTable::put(batch, sealer, *db, *answer));
  if (const auto ids = ids_of(record.key); ids && !asked.task.empty()) {
    TaskTable::note_name(batch, sealer, *db, asked, {ids->person_id, ids->encounter_id});
  }
  auto done = database_.audit().commit(db, batch, std::span(&event, 1), asked, "writing the encounter");
  if (!done.ok()) {
    const std::scoped_lock lock(mutex_);
    const bool is_new = event.operation == audit::Operation::kEnrol;
    (is_new ? doubtful_.put : doubtful_.changed).push_back(record.key);
    if (is_new && !asked.task.empty()) doubtful_.tasks.push_back(asked.task);
  }
  return done;
}

Result<std::uint64_t> RecordTable::replace(const EncodedRecord& record, const IndexEntry& entry,
                                           std::span<const ImageToKeep> images, std::uint64_t now_ms,
                                           const audit::Asked& asked) {
  WHORL_ASSIGN(const Hold db, database_.changing(size_of(record, images)));
  const Sealer& sealer = database_.sealer();
  const auto held = sealer.until_written();
  const Bytes row = sealer.record_row(record.key);
  WHORL_ASSIGN(auto lasting, lasting_of(*db, row));
  if (!lasting) return not_found("the encounter is not there any more");
  if (lasting->tag == audit::Tag{}) {
    WHORL_ASSIGN(const Lasting fresh, new_lasting());
    lasting->tag = fresh.tag;
  }
  rocksdb::WriteBatch batch;
  if (lasting->images) WHORL_TRY(ImageTable::erase(batch, *db, row));
  lasting->images.reset();
  WHORL_TRY(keep_images(batch, sealer, *db, row, images, *lasting));
  WHORL_TRY(put_pair(batch, sealer, *db, row, record, entry, *lasting));
  audit::Event event;
  event.operation = audit::Operation::kUpdate;
  event.outcome = "changed";
  event.galleries = entry.galleries;
  event.subject = lasting->tag;
  if (!images.empty()) event.images = images.size();
  const std::shared_lock purge_waits(erasing_);
  WHORL_TRY(note_erasure(batch, *db, now_ms));
  auto done = database_.audit().commit(db, batch, std::span(&event, 1), asked, "changing the encounter");
  if (!done.ok()) {
    const std::scoped_lock lock(mutex_);
    doubtful_.changed.push_back(record.key);
  }
  return done;
}

Result<std::uint64_t> RecordTable::move(std::span<const Moved> moved, const audit::Asked& asked, bool whole,
                                        const NotedHead* beside) {
  std::uint64_t bytes = beside == nullptr ? 0 : beside->head.size();
  for (const Moved& one : moved) bytes += size_of(one.record, one.images);
  WHORL_ASSIGN(const Hold db, database_.changing(bytes));
  const Sealer& sealer = database_.sealer();
  const auto held = sealer.until_written();
  rocksdb::WriteBatch batch;
  std::vector<audit::Event> events;
  std::vector<EncounterIds> before;
  for (const Moved& one : moved) {
    const Bytes from = sealer.record_row(one.from);
    const Bytes to = sealer.record_row(one.record.key);
    WHORL_ASSIGN(auto lasting, lasting_of(*db, from));
    if (!lasting) return not_found("the encounter is not there any more");
    WHORL_TRY(erase_pair(batch, *db, from));
    lasting->images.reset();
    WHORL_TRY(keep_images(batch, sealer, *db, to, one.images, *lasting));
    WHORL_TRY(put_pair(batch, sealer, *db, to, one.record, one.entry, *lasting));
    audit::Event& event = events.emplace_back();
    event.operation = audit::Operation::kUpdate;
    event.outcome = "moved";
    event.galleries = one.entry.galleries;
    event.subject = lasting->tag;
    if (auto ids = ids_of(one.from)) before.push_back(std::move(*ids));
  }
  const auto after = moved.empty() ? std::nullopt : ids_of(moved.front().record.key);
  if (after && !before.empty()) {
    WHORL_TRY(AnswerTable::move(batch, sealer, *db, before, after->person_id));
    std::vector<std::string> ids;
    for (const EncounterIds& each : before) ids.push_back(each.encounter_id);
    WHORL_TRY(TaskTable::name_also(batch, sealer, *db, before.front().person_id, ids, whole, after->person_id));
    if (whole) WHORL_TRY(DuplicateTable::erase(batch, sealer, *db, before.front().person_id));
  }
  if (beside != nullptr && !events.empty()) {
    WHORL_TRY(TaskTable::note_head(batch, sealer, *db, beside->id, beside->head, after ? after->person_id : ""));
    audit::Event event = beside->event;
    event.subject = events.front().subject;
    events.push_back(std::move(event));
  }
  auto done = database_.audit().commit(db, batch, events, asked, "moving encounters");
  if (!done.ok()) {
    const std::scoped_lock lock(mutex_);
    for (const Moved& one : moved) {
      doubtful_.changed.push_back(one.from);
      doubtful_.changed.push_back(one.record.key);
    }
  }
  return done;
}

Result<std::optional<Lasting>> RecordTable::lasting_of(const OpenDatabase& db, ByteView row) const {
  const auto keys = database_.sealer().keys();
  std::string stored;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), db.family(Family::kIndex), slice(row), &stored);
  if (status.IsNotFound()) return std::optional<Lasting>();
  if (!status.ok()) return error_of(status, "reading the encounter's index entry");
  WHORL_ASSIGN(const OpenedEntry opened, open_entry(keys, row, as_bytes(stored)));
  WHORL_ASSIGN(const auto images, kept_image_key(as_bytes(stored)));
  return std::optional(Lasting{opened.tag, images});
}

Result<std::vector<audit::Tag>> RecordTable::tags_of(const std::string& person_id, std::size_t most) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  const Bytes prefix = database_.sealer().person_rows(person_id);
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(rocksdb::ReadOptions(), db->family(Family::kIndex)));
  std::vector<audit::Tag> out;
  for (it->Seek(slice(prefix)); out.size() < most && it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    WHORL_ASSIGN(const OpenedEntry opened, open_entry(keys, view(it->key()), view(it->value())));
    out.push_back(opened.tag);
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the person");
  return out;
}

// Under erasing_, shared, until the batch is written: what is taken away must leave the files too.
Status RecordTable::note_erasure(rocksdb::WriteBatch& batch, const OpenDatabase& db, std::uint64_t now_ms) {
  ++erasures_;
  for (const std::string_view key : {kErasedKey, kUnrotatedKey}) {
    WHORL_ASSIGN(const auto since, read_since(database_.sealer(), db, key));
    if (!since) WHORL_TRY(put_since(batch, database_.sealer(), key, now_ms));
  }
  return {};
}

Result<std::uint64_t> RecordTable::erase(const std::string& person_id, std::span<const std::string> encounter_ids,
                                         std::uint64_t now_ms, const audit::Asked& asked, Erases what,
                                         const std::string& why) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  std::vector<Bytes> keys;
  std::vector<audit::Event> events;
  for (const std::string& id : encounter_ids) {
    keys.push_back(encounter_key(person_id, id));
    const Bytes row = database_.sealer().record_row(keys.back());
    WHORL_ASSIGN(const auto lasting, lasting_of(*db, row));
    events.push_back(gone(audit::Operation::kErase, why, lasting));
    WHORL_TRY(erase_pair(batch, *db, row));
  }
  WHORL_TRY(AnswerTable::erase(batch, database_.sealer(), *db, person_id, encounter_ids));
  WHORL_TRY(TaskTable::erase_named(batch, database_.sealer(), *db, person_id, encounter_ids, what, asked));
  if (what != Erases::kSome) WHORL_TRY(DuplicateTable::erase(batch, database_.sealer(), *db, person_id));
  const std::shared_lock purge_waits(erasing_);
  WHORL_TRY(note_erasure(batch, *db, now_ms));
  auto done = database_.audit().commit(db, batch, events, asked, "erasing");
  if (!done.ok()) {
    const std::scoped_lock lock(mutex_);
    std::move(keys.begin(), keys.end(), std::back_inserter(doubtful_.erased));
  }
  return done;
}

Status RecordTable::erase_all(std::span<const EncounterIds> all, std::uint64_t now_ms, const audit::Asked& asked,
                              const std::string& why) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const Sealer& sealer = database_.sealer();
  const auto held = sealer.until_written();
  rocksdb::WriteBatch batch;
  std::vector<Bytes> keys;
  std::set<std::string> names;
  std::set<std::string> persons;
  std::vector<audit::Event> events;
  for (const EncounterIds& ids : all) {
    const Bytes key = encounter_key(ids.person_id, ids.encounter_id);
    const Bytes row = sealer.record_row(key);
    WHORL_ASSIGN(const auto lasting, lasting_of(*db, row));
    if (!lasting || !names.insert(std::string(as_text(key))).second) continue;
    keys.push_back(key);
    events.push_back(gone(audit::Operation::kErase, why, lasting));
    WHORL_TRY(erase_pair(batch, *db, row));
    WHORL_TRY(TaskTable::erase_named(batch, sealer, *db, ids.person_id, std::span(&ids.encounter_id, 1), Erases::kLast,
                                     asked));
    if (persons.insert(ids.person_id).second) WHORL_TRY(DuplicateTable::erase(batch, sealer, *db, ids.person_id));
  }
  if (events.empty()) return {};
  WHORL_TRY(AnswerTable::take_out(batch, sealer, *db, names));
  const std::shared_lock purge_waits(erasing_);
  WHORL_TRY(note_erasure(batch, *db, now_ms));
  const auto done = database_.audit().commit(db, batch, events, asked, "erasing");
  if (done.ok()) return {};
  const std::scoped_lock lock(mutex_);
  doubtful_.erased.insert(doubtful_.erased.end(), keys.begin(), keys.end());
  return done.error();
}

Result<Bytes> RecordTable::value(ByteView key) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  rocksdb::ManagedSnapshot now(&db->db());
  const Bytes row = database_.sealer().record_row(key);
  WHORL_ASSIGN(const Bytes record, index::get(*db, Family::kRecords, row, "reading the encounter", now.snapshot()));
  if (!keys) return record;
  auto stored = index::get(*db, Family::kIndex, row, "reading the encounter's index entry", now.snapshot());
  if (!stored.ok() && stored.error().kind == ErrorKind::kNotFound) {
    return corruption(named(key) + "the index does not name it");
  }
  WHORL_TRY(stored);
  auto opened_row = opened(keys, {row, std::move(stored).value(), record}, Reads::kRecords);
  if (!opened_row.ok()) return opened_row.error();
  if (as_text(opened_row->key) != as_text(key)) return corruption(named(key) + "is another one");
  return std::move(opened_row->value);
}

Result<IndexEntry> RecordTable::entry(ByteView key) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  const Bytes row = database_.sealer().record_row(key);
  WHORL_ASSIGN(const Bytes stored,
               index::get(*db, Family::kIndex, row, "reading the encounter's index entry", nullptr));
  WHORL_ASSIGN(const OpenedEntry opened_entry, open_entry(keys, row, stored));
  return parse_index(opened_entry.entry);
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
  const auto keys = database_.sealer().keys();
  rocksdb::ManagedSnapshot now(&db->db());
  rocksdb::ReadOptions options;
  options.snapshot = now.snapshot();
  const Sealer& sealer = database_.sealer();
  const Bytes prefix = sealer.person_rows(person_id);
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(options, db->family(Family::kIndex)));
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    Row row{Bytes(view(it->key()).begin(), view(it->key()).end()),
            Bytes(view(it->value()).begin(), view(it->value()).end()),
            {}};
    WHORL_ASSIGN(row.record, index::get(*db, Family::kRecords, row.row, "reading the person", now.snapshot()));
    WHORL_ASSIGN(const Opened one, opened(keys, row, Reads::kRecords));
    WHORL_ASSIGN(EncounterRecord record, parse_record(one.key, one.value));
    if (record.person_id == person_id) out.push_back(std::move(record));
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the person");
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.encounter_id < b.encounter_id; });
  return out;
}

Status RecordTable::scan_index(const Sink& sink, const Workers* workers) const {
  return scan(database_, Reads::kEntries, workers, sink);
}

Status RecordTable::scan_held_index(const Sink& sink, const Workers* workers) const {
  return scan(database_, Reads::kEntriesHeldAgainstRecords, workers, sink);
}

Status RecordTable::scan_records(const Sink& sink, const Workers* workers) const {
  return scan(database_, Reads::kRecords, workers, sink);
}

RecordTable::Doubtful RecordTable::take_doubtful() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(doubtful_, {});
}

void RecordTable::doubt_again(Doubtful doubtful) {
  const auto add = [](auto& to, auto& from) { std::move(from.begin(), from.end(), std::back_inserter(to)); };
  const std::scoped_lock lock(mutex_);
  add(doubtful_.put, doubtful.put);
  add(doubtful_.erased, doubtful.erased);
  add(doubtful_.changed, doubtful.changed);
  add(doubtful_.tasks, doubtful.tasks);
}

Status RecordTable::forget(std::span<const Bytes> keys, std::span<const std::string> tasks, std::uint64_t now_ms) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  std::vector<audit::Event> events;
  for (const Bytes& key : keys) {
    const Bytes row = database_.sealer().record_row(key);
    WHORL_ASSIGN(const auto lasting, lasting_of(*db, row));
    if (lasting) events.push_back(gone(audit::Operation::kTakeBack, "taken back", lasting));
    WHORL_TRY(erase_pair(batch, *db, row));
  }
  if (events.empty()) return {};  // none of them reached the disk
  for (const std::string& task : tasks) TaskTable::drop_effect(batch, database_.sealer(), *db, task);
  const std::shared_lock purge_waits(erasing_);
  WHORL_TRY(note_erasure(batch, *db, now_ms));
  WHORL_TRY(database_.audit().commit(db, batch, events, {}, "taking back what failed"));
  return {};
}

Result<std::optional<std::uint64_t>> RecordTable::erased_since() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  return read_since(database_.sealer(), *db, kErasedKey);
}

Result<std::optional<std::uint64_t>> RecordTable::unrotated_since() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  return read_since(database_.sealer(), *db, kUnrotatedKey);
}

Status RecordTable::note_rotation(std::uint64_t erasures, std::uint64_t now_ms) {
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  const auto held = database_.sealer().until_written();
  const std::unique_lock nobody_erases(erasing_);
  rocksdb::WriteBatch batch;
  if (erasures_.load() == erasures) {
    batch.Delete(slice(as_bytes(kUnrotatedKey)));
  } else {
    WHORL_TRY(put_since(batch, database_.sealer(), kUnrotatedKey, now_ms));
  }
  WHORL_TRY(database_.write(db, batch, "noting that the gallery's key is a new one"));
  return {};
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
  const auto held = database_.sealer().until_written();
  const std::unique_lock nobody_erases(erasing_);
  rocksdb::WriteBatch batch;
  if (erasures_.load() == before) {
    batch.Delete(slice(as_bytes(kErasedKey)));
  } else {
    WHORL_TRY(put_since(batch, database_.sealer(), kErasedKey, now_ms));
  }
  WHORL_TRY(database_.write(db, batch, "noting since when erased bytes are kept"));
  return database_.flush(db);  // and a list of table files without those that were rewritten
}

}  // namespace whorl::index
