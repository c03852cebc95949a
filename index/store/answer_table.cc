#include "index/store/answer_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>

#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

Place place_of(ByteView row) { return {"answer", Family::kMarks, row}; }

Bytes row_of(const Sealer& sealer, ByteView key) {
  if (!sealer.sealed()) return {key.begin(), key.end()};
  return sealer.named_row(kAnswerKeyPrefix, "answer", key);
}

// The keys of those whose answer, or whose fault, `chosen` holds of.
template <class Chosen>
Result<std::vector<Bytes>> keys_where(const Sealer& sealer, const OpenDatabase& db, const Chosen& chosen) {
  std::vector<Bytes> out;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const auto keys = sealer.keys();
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(Family::kMarks)));
  const Bytes prefix = {kAnswerKeyPrefix};
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    const ByteView key = view(it->key());
    if (chosen(AnswerTable::opened(keys, key, view(it->value())))) out.emplace_back(key.begin(), key.end());
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the answers that are kept");
  return out;
}

void delete_all(rocksdb::WriteBatch& batch, const OpenDatabase& db, const std::vector<Bytes>& keys) {
  for (const Bytes& key : keys) batch.Delete(db.family(Family::kMarks), slice(key));
}

}  // namespace

// In a sealed gallery the answer's own key lies before it.
Result<KeptAnswer> AnswerTable::opened(const std::optional<crypto::Vault>& keys, ByteView row, ByteView stored) {
  if (!keys) return parse_answer(row, stored);
  WHORL_ASSIGN(const Bytes content, keys->open(place_of(row).context(), stored));
  const std::size_t key_bytes = std::min(content.size(), answer_key({}).size());
  return parse_answer(ByteView(content).first(key_bytes), ByteView(content).subspan(key_bytes));
}

Status AnswerTable::put_all(std::span<const KeptAnswer> answers) {
  if (answers.empty()) return {};
  WHORL_ASSIGN(const Hold db, database_.changing(answers.size() * kMaxAnswerBytes));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  for (const KeptAnswer& answer : answers) WHORL_TRY(put(batch, database_.sealer(), *db, answer));
  return database_.write(db, batch, "keeping answers");
}

Result<std::optional<KeptAnswer>> AnswerTable::get(const Sha256& key) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  const Bytes at = row_of(database_.sealer(), answer_key(key));
  std::string value;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), db->family(Family::kMarks), slice(at), &value);
  if (status.IsNotFound()) return std::optional<KeptAnswer>();
  if (!status.ok()) return error_of(status, "reading an answer that is kept");
  WHORL_ASSIGN(auto answer, opened(keys, at, as_bytes(value)));
  if (answer.key != key) return corruption("a kept answer lies under another's key");
  return std::optional(std::move(answer));
}

Result<std::size_t> AnswerTable::drop_expired(std::uint64_t now_ms) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto expired = [&](const Result<KeptAnswer>& answer) { return !answer.ok() || !is_kept(*answer, now_ms); };
  WHORL_ASSIGN(const auto keys, keys_where(database_.sealer(), *db, expired));
  if (keys.empty()) return std::size_t{0};
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  delete_all(batch, *db, keys);
  WHORL_TRY(database_.write(db, batch, "letting old answers go"));
  return keys.size();
}

Status AnswerTable::put(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                        const KeptAnswer& answer) {
  WHORL_ASSIGN(const Bytes value, encode_answer(answer));
  const Bytes key = answer_key(answer.key);
  const Bytes row = row_of(sealer, key);
  WHORL_ASSIGN(const Bytes sealed, sealer.seal(place_of(row), ByteWriter().bytes(key).bytes(value).view()));
  batch.Put(db.family(Family::kMarks), slice(row), slice(sealed));
  return {};
}

Status AnswerTable::move(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                         std::span<const EncounterIds> before, const std::string& person_id) {
  std::vector<KeptAnswer> moved;
  WHORL_TRY(keys_where(sealer, db, [&](const Result<KeptAnswer>& answer) {
    const bool named = answer.ok() && std::any_of(before.begin(), before.end(), [&](const EncounterIds& ids) {
                         return answer->person_id == ids.person_id && answer->encounter_id == ids.encounter_id;
                       });
    if (named) moved.push_back(*answer);
    return named;
  }));
  for (KeptAnswer& answer : moved) {
    answer.person_id = person_id;
    WHORL_TRY(put(batch, sealer, db, answer));
  }
  return {};
}

Status AnswerTable::erase(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                          const std::string& person_id, std::span<const std::string> encounter_ids) {
  std::vector<KeptAnswer> erased;
  WHORL_TRY(keys_where(sealer, db, [&](const Result<KeptAnswer>& answer) {
    const bool named =
        answer.ok() && answer->person_id == person_id &&
        std::find(encounter_ids.begin(), encounter_ids.end(), answer->encounter_id) != encounter_ids.end();
    if (named) erased.push_back(erased_answer(*answer));
    return named;
  }));
  for (const KeptAnswer& answer : erased) WHORL_TRY(put(batch, sealer, db, answer));
  return {};
}

Status AnswerTable::take_out(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                             const std::set<std::string>& encounters) {
  const auto names_one = [&](const Result<KeptAnswer>& answer) {
    return answer.ok() &&
           encounters.contains(std::string(as_text(encounter_key(answer->person_id, answer->encounter_id))));
  };
  WHORL_ASSIGN(const auto keys, keys_where(sealer, db, names_one));
  delete_all(batch, db, keys);
  return {};
}

}  // namespace whorl::index
