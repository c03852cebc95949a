#include "index/store/task_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "base/catalogue.h"
#include "index/store/audit_log.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint64_t kSlot = 1;
constexpr std::size_t kMostIdBytes = 128;
constexpr std::array kBodies{TaskBody::kRequest, TaskBody::kResult, TaskBody::kEffect};

Place head_place(ByteView row) { return {"task", Family::kMarks, row}; }
Place key_place(ByteView row) { return {"task key", Family::kMarks, row}; }
Place body_place(ByteView row) { return {"task body", Family::kMarks, row}; }

Bytes head_row(const Sealer& sealer, const std::string& id) {
  return sealer.named_row(kTaskHeadPrefix, "task", as_bytes(id));
}

Bytes row_beside(const Sealer& sealer, std::uint8_t prefix, const std::string& id, TaskBody which) {
  return ByteWriter().bytes(sealer.named_row(prefix, "task", as_bytes(id))).u8(static_cast<std::uint8_t>(which)).take();
}

Status put_head(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const std::string& id,
                ByteView head) {
  if (head.size() > kMaxTaskHeadBytes) return exhausted("a task's head is too long to be kept");
  const Bytes row = head_row(sealer, id);
  WHORL_ASSIGN(const Bytes sealed,
               sealer.seal(head_place(row), ByteWriter().u8(kVersion).sized(as_bytes(id)).bytes(head).view()));
  batch.Put(db.family(Family::kMarks), slice(row), slice(sealed));
  return {};
}

Status put_body(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const std::string& id,
                TaskBody which, ByteView plain) {
  if (plain.size() > kMaxTaskBodyBytes) return exhausted("what a task asks or answers is too long to be kept");
  const Bytes key_row = row_beside(sealer, kTaskKeyPrefix, id, which);
  const Bytes row = row_beside(sealer, kTaskBodyPrefix, id, which);
  const crypto::Vault vault = sealer.vault();
  WHORL_ASSIGN(crypto::SealingKey key, vault.new_key());
  WHORL_ASSIGN(const Bytes sealed, key.seal(kSlot, body_place(row).context(), plain));
  WHORL_ASSIGN(const crypto::WrappedKey kept, vault.wrap(key, key_place(key_row).context()));
  batch.Put(db.family(Family::kMarks), slice(key_row), slice(ByteView(kept)));
  batch.Put(db.family(Family::kMarks), slice(row), slice(sealed));
  return {};
}

void drop_body(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const std::string& id,
               TaskBody which) {
  batch.Delete(db.family(Family::kMarks), slice(row_beside(sealer, kTaskKeyPrefix, id, which)));
  batch.Delete(db.family(Family::kMarks), slice(row_beside(sealer, kTaskBodyPrefix, id, which)));
}

// A row of names: the prefix, digests of person, encounter and task, and of which body it is.
constexpr std::size_t kDigestBytes = sizeof(crypto::NameDigest::Digest);
constexpr std::size_t kNameRowBytes = 1 + 3 * kDigestBytes + 1;
constexpr std::string_view kAnybody;
constexpr std::string_view kTaskOfEncounter = "task of encounter";

ByteView digest_in(ByteView name_row, std::size_t which) {
  return name_row.subspan(1 + which * kDigestBytes, kDigestBytes);
}

Bytes digest_of(const Sealer& sealer, std::string_view what, std::string_view name) {
  Bytes row = sealer.named_row(0, what, as_bytes(name));
  row.erase(row.begin());
  return row;
}

using Digests = std::set<std::string, std::less<>>;

Digests digests_of(const Sealer& sealer, std::span<const std::string> encounter_ids) {
  Digests out;
  for (const std::string& id : encounter_ids) out.emplace(as_text(digest_of(sealer, kTaskOfEncounter, id)));
  return out;
}

Bytes names_of(const Sealer& sealer, std::string_view person_id) {
  return ByteWriter().u8(kTaskNamePrefix).bytes(digest_of(sealer, "task of person", person_id)).take();
}

Bytes name_row(const Sealer& sealer, const std::string& id, const TaskName& name, TaskBody which) {
  return ByteWriter()
      .bytes(names_of(sealer, name.person_id))
      .bytes(digest_of(sealer, kTaskOfEncounter, name.encounter_id))
      .bytes(digest_of(sealer, "task", id))
      .u8(static_cast<std::uint8_t>(which))
      .take();
}

void put_names(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db, const std::string& id,
               std::span<const TaskName> names, TaskBody which) {
  for (const TaskName& name : names) {
    batch.Put(db.family(Family::kMarks), slice(name_row(sealer, id, name, which)), rocksdb::Slice());
  }
}

// The rows whose keys begin so, as they are at one moment.
Result<std::vector<Bytes>> keys_under(const OpenDatabase& db, const Bytes& prefix) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  std::vector<Bytes> out;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(Family::kMarks)));
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    out.emplace_back(view(it->key()).begin(), view(it->key()).end());
  }
  if (!it->status().ok()) return error_of(it->status(), "reading whom tasks name");
  return out;
}

// The rows of a task by its digest alone.
Bytes row_at(std::uint8_t prefix, ByteView task) { return ByteWriter().u8(prefix).bytes(task).take(); }
Bytes row_at(std::uint8_t prefix, ByteView task, TaskBody which) {
  return ByteWriter().u8(prefix).bytes(task).u8(static_cast<std::uint8_t>(which)).take();
}

void drop_at(rocksdb::WriteBatch& batch, const OpenDatabase& db, ByteView task, TaskBody which) {
  batch.Delete(db.family(Family::kMarks), slice(row_at(kTaskKeyPrefix, task, which)));
  batch.Delete(db.family(Family::kMarks), slice(row_at(kTaskBodyPrefix, task, which)));
}

Result<std::optional<Bytes>> read(const OpenDatabase& db, const Bytes& row) {
  rocksdb::PinnableSlice value;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const rocksdb::Status status = db->Get(options, db.family(Family::kMarks), slice(row), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading a task");
  return std::optional(Bytes(view(value).begin(), view(value).end()));
}

// Of the head's content: the id that it is of, and the owner's bytes.
Result<KeptTask> parse_head(ByteView content) {
  ByteReader in(content);
  const std::uint8_t version = in.u8();
  KeptTask out;
  out.id = as_text(in.sized(kMostIdBytes));
  if (in.failed() || version != kVersion) return corruption("a task's head is malformed");
  const ByteView head = in.bytes(in.left());
  out.head.assign(head.begin(), head.end());
  return out;
}

}  // namespace

Status TaskTable::put(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names) {
  WHORL_ASSIGN(const Hold db, database_.changing(head.size() + request.size()));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  WHORL_TRY(put_head(batch, database_.sealer(), *db, id, head));
  WHORL_TRY(put_body(batch, database_.sealer(), *db, id, TaskBody::kRequest, request));
  put_names(batch, database_.sealer(), *db, id, names, TaskBody::kRequest);
  return database_.write(db, batch, "keeping a task");
}

Status TaskTable::change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                         std::span<const TaskName> names) {
  PeopleChanges::Storing storing;
  if (result) storing = people_.storing();
  WHORL_ASSIGN(const Hold db, database_.changing(head.size() + (result ? result->size() : 0)));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  WHORL_TRY(put_head(batch, database_.sealer(), *db, id, head));
  if (result) {
    const PeopleChanges::Outcome now = people_.since_begin(id, names);
    if (!now.erased) {
      WHORL_TRY(put_body(batch, database_.sealer(), *db, id, TaskBody::kResult, *result));
      put_names(batch, database_.sealer(), *db, id, now.names, TaskBody::kResult);
    }
    drop_body(batch, database_.sealer(), *db, id, TaskBody::kRequest);
    drop_body(batch, database_.sealer(), *db, id, TaskBody::kEffect);
  }
  WHORL_TRY(database_.write(db, batch, "changing a task"));
  people_.end(id);
  return {};
}

Status TaskTable::change_noted(const std::string& id, ByteView head, const std::string& person_id,
                               const audit::Event& event, const audit::Asked& asked) {
  PeopleChanges::Storing storing;
  if (!person_id.empty()) storing = people_.storing();
  const TaskName whom{person_id, std::string(kWholePerson)};
  if (!person_id.empty() && people_.since_begin(id, std::span(&whom, 1)).erased)
    return failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(person_id));
  WHORL_ASSIGN(const Hold db, database_.changing(head.size()));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  WHORL_TRY(note_head(batch, database_.sealer(), *db, id, head, person_id));
  WHORL_TRY(database_.audit().commit(db, batch, std::span(&event, 1), asked, "changing a task"));
  people_.end(id);
  return {};
}

Status TaskTable::note_head(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                            const std::string& id, ByteView head, const std::string& person_id) {
  WHORL_TRY(put_head(batch, sealer, db, id, head));
  if (person_id.empty()) return {};
  WHORL_TRY(put_body(batch, sealer, db, id, TaskBody::kResult, ByteView()));
  const TaskName whom{person_id, std::string(kWholePerson)};
  put_names(batch, sealer, db, id, std::span(&whom, 1), TaskBody::kResult);
  return {};
}

Status TaskTable::erase(std::span<const std::string> ids) {
  if (ids.empty()) return {};
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  for (const std::string& id : ids) {
    batch.Delete(db->family(Family::kMarks), slice(head_row(database_.sealer(), id)));
    for (const TaskBody which : kBodies) drop_body(batch, database_.sealer(), *db, id, which);
    people_.end(id);
  }
  return database_.write(db, batch, "letting tasks go");
}

Status TaskTable::sweep() {
  if (!database_.sealer().sealed()) return {};
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  // Names first: of a task that is accepted meanwhile there is a head, and maybe no name.
  WHORL_ASSIGN(const std::vector<Bytes> names, keys_under(*db, {kTaskNamePrefix}));
  WHORL_ASSIGN(const std::vector<Bytes> kept, keys_under(*db, {kTaskHeadPrefix}));
  std::set<std::string, std::less<>> heads;
  for (const Bytes& head : kept) heads.emplace(as_text(head));
  rocksdb::WriteBatch batch;
  for (const Bytes& name : names) {
    if (name.size() == kNameRowBytes && heads.count(as_text(row_at(kTaskHeadPrefix, digest_in(name, 2)))) > 0) {
      continue;
    }
    batch.Delete(db->family(Family::kMarks), slice(name));
  }
  if (batch.Count() == 0) return {};
  return database_.write(db, batch, "letting names of tasks go");
}

Result<std::optional<Bytes>> TaskTable::body(const std::string& id, TaskBody which) const {
  const Sealer& sealer = database_.sealer();
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = sealer.keys();
  if (!keys) return std::optional<Bytes>();
  const Bytes key_row = row_beside(sealer, kTaskKeyPrefix, id, which);
  const Bytes row = row_beside(sealer, kTaskBodyPrefix, id, which);
  WHORL_ASSIGN(const auto kept, read(*db, key_row));
  if (!kept) return std::optional<Bytes>();
  WHORL_ASSIGN(const auto stored, read(*db, row));
  if (!stored) return std::optional<Bytes>();
  WHORL_ASSIGN(const crypto::OpeningKey key, keys->unwrap(*kept, key_place(key_row).context()));
  WHORL_ASSIGN(Bytes plain, key.open(kSlot, body_place(row).context(), *stored));
  return std::optional(std::move(plain));
}

Result<bool> TaskTable::has_body(const std::string& id, TaskBody which) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const Sealer& sealer = database_.sealer();
  if (!sealer.sealed()) return false;
  WHORL_ASSIGN(const auto key, read(*db, row_beside(sealer, kTaskKeyPrefix, id, which)));
  return key.has_value();
}

Result<KeptTasks> TaskTable::all() const {
  KeptTasks out;
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const Sealer& sealer = database_.sealer();
  if (!sealer.sealed()) return out;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const auto keys = sealer.keys();
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(options, db->family(Family::kMarks)));
  const Bytes prefix = {kTaskHeadPrefix};
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    const auto content = Sealer::open(keys, head_place(view(it->key())), view(it->value()));
    auto task = content.ok() ? parse_head(*content) : Result<KeptTask>(content.error());
    if (task.ok()) {
      out.tasks.push_back(std::move(task).value());
    } else {
      ++out.damaged;
    }
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the tasks");
  return out;
}

Status TaskTable::note_effect(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                              const audit::Asked& asked) {
  if (asked.task.empty() || !sealer.sealed()) return {};
  WHORL_ASSIGN(const auto head, read(db, head_row(sealer, asked.task)));
  if (!head) return {};
  return put_body(batch, sealer, db, asked.task, TaskBody::kEffect, as_bytes(asked.task_answer));
}

void TaskTable::note_name(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                          const audit::Asked& asked, const TaskName& name) {
  if (asked.task.empty() || !sealer.sealed()) return;
  put_names(batch, sealer, db, asked.task, std::span(&name, 1), TaskBody::kResult);
}

Status TaskTable::erase_named(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                              const std::string& person_id, std::span<const std::string> encounter_ids, Erases what,
                              const audit::Asked& asked) {
  if (!sealer.sealed()) return {};
  const bool direct = asked.task.empty();
  const Bytes own = direct ? Bytes() : digest_of(sealer, "task", asked.task);
  const Digests erased = digests_of(sealer, encounter_ids);
  const Bytes none = digest_of(sealer, kTaskOfEncounter, "");
  const Bytes whole = digest_of(sealer, kTaskOfEncounter, kWholePerson);
  for (const std::string_view name : {std::string_view(person_id), kAnybody}) {
    WHORL_ASSIGN(const std::vector<Bytes> rows, keys_under(db, names_of(sealer, name)));
    for (const Bytes& row : rows) {
      if (row.size() != kNameRowBytes) continue;
      const ByteView task = digest_in(row, 2);
      if (!direct && std::equal(task.begin(), task.end(), own.begin(), own.end())) continue;
      WHORL_ASSIGN(const auto waits, read(db, row_at(kTaskKeyPrefix, task, TaskBody::kRequest)));
      const bool by_result = row.back() == static_cast<std::uint8_t>(TaskBody::kResult);
      const ByteView encounter = digest_in(row, 1);
      const bool its = erased.count(as_text(encounter)) > 0;
      const bool is_asked = waits && !by_result;
      if (is_asked && (!direct || (what != Erases::kPerson && !its))) continue;
      if (!is_asked && what == Erases::kSome && !its && as_text(encounter) != as_text(none)) continue;
      for (const TaskBody each : kBodies) drop_at(batch, db, task, each);
      batch.Delete(db.family(Family::kMarks), slice(row));
      // What was asked names the person in its head. Of one that waits the head stays, for its sender to be told.
      const bool names_in_head = !by_result || as_text(encounter) == as_text(whole);
      if (!waits && names_in_head) batch.Delete(db.family(Family::kMarks), slice(row_at(kTaskHeadPrefix, task)));
    }
  }
  return {};
}

Status TaskTable::name_also(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                            const std::string& from, std::span<const std::string> encounter_ids, bool whole,
                            const std::string& to) {
  if (!sealer.sealed()) return {};
  Digests moved = digests_of(sealer, encounter_ids);
  moved.emplace(as_text(digest_of(sealer, kTaskOfEncounter, "")));
  WHORL_ASSIGN(const std::vector<Bytes> rows, keys_under(db, names_of(sealer, from)));
  const Bytes other = names_of(sealer, to);
  for (const Bytes& row : rows) {
    if (row.size() != kNameRowBytes) continue;
    if (!whole && moved.count(as_text(digest_in(row, 1))) == 0) continue;
    // What waits is about the one that it names; what is answered is about whoever has the data now.
    if (row.back() != static_cast<std::uint8_t>(TaskBody::kResult)) {
      WHORL_ASSIGN(const auto waits, read(db, row_at(kTaskKeyPrefix, digest_in(row, 2), TaskBody::kRequest)));
      if (waits) continue;
    }
    const Bytes fresh = ByteWriter().bytes(other).bytes(ByteView(row).subspan(other.size())).take();
    batch.Put(db.family(Family::kMarks), slice(fresh), rocksdb::Slice());
  }
  return {};
}

void TaskTable::drop_effect(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                            const std::string& id) {
  drop_body(batch, sealer, db, id, TaskBody::kEffect);
}

Result<std::optional<Bytes>> TaskTable::rewrapped(const crypto::Vault& vault, ByteView row, ByteView stored) {
  if (row.front() == kTaskBodyPrefix) return std::optional<Bytes>();
  WHORL_ASSIGN(const std::uint32_t epoch, crypto::epoch_of(stored));
  if (epoch == vault.epoch()) return std::optional<Bytes>();
  if (row.front() == kTaskHeadPrefix) {
    WHORL_ASSIGN(Bytes fresh, vault.rewrap_value(head_place(row).context(), stored));
    return std::optional(std::move(fresh));
  }
  WHORL_ASSIGN(const crypto::WrappedKey key, vault.rewrap(stored, key_place(row).context()));
  return std::optional(Bytes(key.begin(), key.end()));
}

}  // namespace whorl::index
