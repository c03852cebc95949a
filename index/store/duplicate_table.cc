#include "index/store/duplicate_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>

#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostTextBytes = 1024;

Place pair_place(ByteView row) { return {"duplicate", Family::kMarks, row}; }
Place state_place(ByteView row) { return {"deduplication", Family::kMarks, row}; }

Bytes digest_of(const Sealer& sealer, std::string_view what, std::string_view name) {
  Bytes row = sealer.named_row(0, what, as_bytes(name));
  row.erase(row.begin());
  return row;
}

Bytes rows_of(const Sealer& sealer, const std::string& person_id) {
  return sealer.named_row(kDuplicatePrefix, "duplicate of person", as_bytes(person_id));
}

Bytes row_of(const Sealer& sealer, const std::string& gallery_id, const std::string& person_id,
             const std::string& other) {
  return ByteWriter()
      .bytes(rows_of(sealer, person_id))
      .bytes(digest_of(sealer, "deduplication", gallery_id))
      .bytes(digest_of(sealer, "duplicate of person", other))
      .take();
}

Bytes state_row(const Sealer& sealer, const std::string& gallery_id) {
  return sealer.named_row(kDeduplicationPrefix, "deduplication", as_bytes(gallery_id));
}

struct Pair {
  std::string gallery_id;
  KeptDuplicate pair;
};

Bytes encoded(const std::string& gallery_id, const KeptDuplicate& pair) {
  return ByteWriter()
      .u8(kVersion)
      .sized(gallery_id)
      .sized(pair.person_id)
      .sized(pair.other_person_id)
      .u64(static_cast<std::uint64_t>(pair.score_mdb))
      .take();
}

Result<Pair> parsed(ByteView bytes) {
  ByteReader in(bytes);
  Pair out;
  const std::uint8_t version = in.u8();
  out.gallery_id = as_text(in.sized(kMostTextBytes));
  out.pair.person_id = as_text(in.sized(kMostTextBytes));
  out.pair.other_person_id = as_text(in.sized(kMostTextBytes));
  out.pair.score_mdb = static_cast<std::int64_t>(in.u64());
  if (version != kVersion || !in.finished()) return corruption("a pair of duplicates is malformed");
  return out;
}

// Calls look(row, pair) for the pairs whose rows begin so, until it fails.
template <class Look>
Status each_pair(const Sealer& sealer, const OpenDatabase& db, const Bytes& prefix, const Look& look) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const auto keys = sealer.keys();
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(Family::kMarks)));
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    const ByteView row = view(it->key());
    WHORL_ASSIGN(const Bytes content, Sealer::open(keys, pair_place(row), view(it->value())));
    WHORL_ASSIGN(const Pair pair, parsed(content));
    look(row, pair);
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the duplicates");
  return {};
}

}  // namespace

Status DuplicateTable::put(const std::string& gallery_id, ByteView state, std::span<const KeptDuplicate> found) {
  WHORL_ASSIGN(const Hold db, database_.changing(state.size()));
  const Sealer& sealer = database_.sealer();
  const auto held = sealer.until_written();
  rocksdb::WriteBatch batch;
  const auto put_row = [&](const Bytes& row, const Place& place, ByteView plain) -> Status {
    WHORL_ASSIGN(const Bytes sealed, sealer.seal(place, plain));
    batch.Put(db->family(Family::kMarks), slice(row), slice(sealed));
    return {};
  };
  for (const KeptDuplicate& pair : found) {
    const Bytes plain = encoded(gallery_id, pair);
    const Bytes one = row_of(sealer, gallery_id, pair.person_id, pair.other_person_id);
    const Bytes other = row_of(sealer, gallery_id, pair.other_person_id, pair.person_id);
    WHORL_TRY(put_row(one, pair_place(one), plain));
    WHORL_TRY(put_row(other, pair_place(other), plain));
  }
  const Bytes row = state_row(sealer, gallery_id);
  WHORL_TRY(put_row(row, state_place(row), state));
  return database_.write(db, batch, "keeping duplicates");
}

Status DuplicateTable::drop(const std::string& gallery_id) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const Sealer& sealer = database_.sealer();
  const auto held = sealer.until_written();
  rocksdb::WriteBatch batch;
  WHORL_TRY(each_pair(sealer, *db, {kDuplicatePrefix}, [&](ByteView row, const Pair& pair) {
    if (pair.gallery_id == gallery_id) batch.Delete(db->family(Family::kMarks), slice(row));
  }));
  batch.Delete(db->family(Family::kMarks), slice(state_row(sealer, gallery_id)));
  return database_.write(db, batch, "letting duplicates go");
}

Result<std::optional<Bytes>> DuplicateTable::state(const std::string& gallery_id) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const Sealer& sealer = database_.sealer();
  if (!sealer.sealed()) return std::optional<Bytes>();
  const auto keys = sealer.keys();
  const Bytes row = state_row(sealer, gallery_id);
  std::string stored;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), db->family(Family::kMarks), slice(row), &stored);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading how far a deduplication is");
  WHORL_ASSIGN(Bytes plain, Sealer::open(keys, state_place(row), as_bytes(stored)));
  return std::optional(std::move(plain));
}

Result<std::vector<KeptDuplicate>> DuplicateTable::all(const std::string& gallery_id) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const Sealer& sealer = database_.sealer();
  std::vector<KeptDuplicate> out;
  if (!sealer.sealed()) return out;
  WHORL_TRY(each_pair(sealer, *db, {kDuplicatePrefix}, [&](ByteView row, const Pair& pair) {
    const bool first = as_text(row).starts_with(as_text(rows_of(sealer, pair.pair.person_id)));
    if (first && pair.gallery_id == gallery_id) out.push_back(pair.pair);
  }));
  std::sort(out.begin(), out.end(), [](const KeptDuplicate& a, const KeptDuplicate& b) {
    if (a.score_mdb != b.score_mdb) return a.score_mdb > b.score_mdb;
    return a.person_id != b.person_id ? a.person_id < b.person_id : a.other_person_id < b.other_person_id;
  });
  return out;
}

Status DuplicateTable::erase(rocksdb::WriteBatch& batch, const Sealer& sealer, const OpenDatabase& db,
                             const std::string& person_id) {
  if (!sealer.sealed()) return {};
  return each_pair(sealer, db, rows_of(sealer, person_id), [&](ByteView row, const Pair& pair) {
    const bool first = pair.pair.person_id == person_id;
    const std::string& other = first ? pair.pair.other_person_id : pair.pair.person_id;
    batch.Delete(db.family(Family::kMarks), slice(row));
    batch.Delete(db.family(Family::kMarks), slice(row_of(sealer, pair.gallery_id, other, person_id)));
  });
}

}  // namespace whorl::index
