#include "index/store/audit_reader.h"

#include <rocksdb/iterator.h>

#include <memory>

namespace whorl::index {
namespace {

Result<Bytes> read(const OpenDatabase& db, Family family, const Bytes& row, const std::string& what) {
  if (!db.has(family)) return corruption("the gallery has no audit log");
  std::string value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), db.family(family), slice(row), &value);
  if (status.IsNotFound()) return corruption("the audit log has lost " + what);
  if (!status.ok()) return error_of(status, "reading the audit log");
  return Bytes(as_bytes(value).begin(), as_bytes(value).end());
}

}  // namespace

Bytes leaf_row(std::uint64_t n) { return ByteWriter().u64(n).take(); }

Bytes tile_row(const crypto::TileName& name) {
  return ByteWriter().u8(static_cast<std::uint8_t>(name.level)).u64(name.number).take();
}

Bytes checkpoint_row(std::uint64_t size) { return ByteWriter().u64(size).take(); }

Result<Bytes> read_leaf(const OpenDatabase& db, std::uint64_t n) {
  return read(db, Family::kAudit, leaf_row(n), "leaf " + std::to_string(n));
}

Result<std::uint64_t> count_leaves(const OpenDatabase& db) {
  if (!db.has(Family::kAudit)) return std::uint64_t{0};
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions(), db.family(Family::kAudit)));
  it->SeekToLast();
  if (!it->status().ok()) return error_of(it->status(), "reading the audit log");
  if (!it->Valid()) return std::uint64_t{0};
  ByteReader in(view(it->key()));
  const std::uint64_t last = in.u64();
  if (!in.finished() || last >= crypto::kMostLeaves) return corruption("the audit log has a leaf of no number");
  return last + 1;
}

Result<std::uint64_t> first_leaf(const OpenDatabase& db) {
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions(), db.family(Family::kAudit)));
  it->SeekToFirst();
  if (!it->status().ok()) return error_of(it->status(), "reading the audit log");
  if (!it->Valid()) return std::uint64_t{0};
  ByteReader in(view(it->key()));
  const std::uint64_t first = in.u64();
  if (!in.finished() || first % crypto::kTileWidth != 0) return corruption("the audit log has lost its first leaves");
  return first;
}

Result<Bytes> AuditReader::tile(const crypto::TileName& name) {
  const crypto::TileName full{name.level, name.number, crypto::kTileWidth};
  if (name.width == crypto::kTileWidth) return read(db_, Family::kTiles, tile_row(name), crypto::tile_path(name));
  // A tile of an earlier size may be full by now, and its leaves gone.
  if (auto now = read(db_, Family::kTiles, tile_row(full), ""); now.ok()) {
    now->resize(name.width * sizeof(crypto::TreeHash));
    return now;
  }
  std::vector<crypto::TreeHash> hashes;
  for (unsigned i = 0; i < name.width; ++i) {
    const std::uint64_t at = name.number * crypto::kTileWidth + i;
    if (name.level == 0) {
      WHORL_ASSIGN(const Bytes leaf, read_leaf(db_, at));
      hashes.push_back(crypto::leaf_hash(leaf));
      continue;
    }
    WHORL_ASSIGN(const Bytes below, tile({name.level - 1, at, crypto::kTileWidth}));
    WHORL_ASSIGN(std::vector<crypto::TreeHash> under, crypto::tile_hashes(below, crypto::kTileWidth));
    hashes.push_back(crypto::whole_root(std::move(under)));
  }
  return crypto::tile_bytes(hashes);
}

Result<Bytes> AuditReader::entries(const crypto::TileName& name) {
  std::vector<Bytes> out(name.width);
  for (unsigned i = 0; i < name.width; ++i) {
    WHORL_ASSIGN(out[i], read_leaf(db_, name.number * crypto::kTileWidth + i));
  }
  return crypto::entry_bundle(out);
}

Result<std::vector<std::string>> read_checkpoints(const OpenDatabase& db) {
  std::vector<std::string> out;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions(), db.family(Family::kCheckpoints)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) out.push_back(it->value().ToString());
  if (!it->status().ok()) return error_of(it->status(), "reading the audit log's checkpoints");
  return out;
}

}  // namespace whorl::index
