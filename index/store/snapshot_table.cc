#include "index/store/snapshot_table.h"

#include <rocksdb/convenience.h>
#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>

#include "index/store/delete_keys.h"
#include "index/store/staged_file.h"

namespace whorl::index {
namespace {

Bytes epoch_key(std::uint64_t epoch) { return ByteWriter().u64(epoch).take(); }
Bytes chunk_key(std::uint64_t epoch, std::uint32_t chunk) { return ByteWriter().u64(epoch).u32(chunk).take(); }

// Of the manifest entry under its epoch's key; chunks have their numbers.
constexpr std::uint64_t kEntrySlot = ~std::uint64_t{0};

Place key_place(ByteView row) { return {"snapshot key", Family::kManifest, row}; }
Place entry_place(ByteView row) { return {"snapshot", Family::kManifest, row}; }
Place chunk_place(ByteView row) { return {"chunk", Family::kSnapshots, row}; }

std::span<std::uint8_t> unsigned_span(std::span<std::byte> bytes) {
  return {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

// Empty where it does not open.
Bytes opened_entry(const crypto::Vault& vault, ByteView row, ByteView stored) {
  if (stored.size() < crypto::kWrappedKeyBytes) return {};
  const auto key = vault.unwrap(stored.first(crypto::kWrappedKeyBytes), key_place(row).context());
  if (!key.ok()) return {};
  auto entry = key->open(kEntrySlot, entry_place(row).context(), stored.subspan(crypto::kWrappedKeyBytes));
  return entry.ok() ? std::move(entry).value() : Bytes();
}

std::uint64_t bytes_of(std::span<const ByteView> chunks) {
  std::uint64_t bytes = 0;
  for (const ByteView chunk : chunks) bytes += chunk.size();
  return bytes;
}

}  // namespace

Result<std::optional<Bytes>> rewrapped_manifest_entry(const crypto::Vault& vault, ByteView row, ByteView stored) {
  const auto epoch = crypto::epoch_of(stored);
  if (!epoch.ok() || *epoch == vault.epoch()) return std::optional<Bytes>();
  const ByteView wrapped = stored.first(crypto::kWrappedKeyBytes);
  if (!vault.unwrap(wrapped, key_place(row).context()).ok()) return std::optional<Bytes>();
  WHORL_ASSIGN(const auto fresh, vault.rewrap(wrapped, key_place(row).context()));
  return std::optional(ByteWriter().bytes(fresh).bytes(stored.subspan(crypto::kWrappedKeyBytes)).take());
}

Status SnapshotTable::write_chunks(std::uint64_t epoch, std::span<const ByteView> chunks) {
  WHORL_ASSIGN(crypto::SealingKey key, take_in(epoch, chunks));
  // The manifest is switched under this lock, and then the database's: never the other way around.
  const std::scoped_lock lock(mutex_);
  written_ = Written{epoch, std::move(key)};
  return {};
}

Result<crypto::SealingKey> SnapshotTable::take_in(std::uint64_t epoch, std::span<const ByteView> chunks) {
  WHORL_ASSIGN(const Hold db, database_.changing(bytes_of(chunks)));
  [[maybe_unused]] const auto turn = db->turn();
  WHORL_ASSIGN(crypto::SealingKey key, database_.sealer().vault().new_key());
  StagedFile file(database_, *db, Family::kSnapshots);
  for (std::uint32_t i = 0; i < chunks.size(); ++i) {
    const Bytes row = chunk_key(epoch, i);
    WHORL_ASSIGN(const Bytes sealed, key.seal(i, chunk_place(row).context(), chunks[i]));
    file.put(row, sealed);
  }
  // Beside the database as yet: a file that cannot be written harms nothing.
  if (const rocksdb::Status status = file.finish(); !status.ok()) return error_of(status, "writing a snapshot");
  WHORL_TRY(database_.finished(db, (*db)->IngestExternalFiles({file.argument(*db)}), "taking a snapshot in"));
  return key;
}

Result<crypto::OpeningKey> SnapshotTable::key_of(const OpenDatabase& db, std::uint64_t epoch) const {
  const crypto::Vault vault = database_.sealer().vault();
  const Bytes row = epoch_key(epoch);
  std::string value;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), db.family(Family::kManifest), slice(row), &value);
  if (status.IsNotFound()) return corruption("its manifest entry is missing");
  if (!status.ok()) return error_of(status, "reading the manifest of snapshots");
  const ByteView stored = as_bytes(value);
  if (stored.size() < crypto::kWrappedKeyBytes) return corruption("its manifest entry is damaged");
  return vault.unwrap(stored.first(crypto::kWrappedKeyBytes), key_place(row).context());
}

Status SnapshotTable::read_chunk(std::uint64_t epoch, std::uint32_t chunk, std::span<std::byte> out) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  rocksdb::PinnableSlice value;
  const std::string name = "chunk " + std::to_string(chunk);
  const Bytes row = chunk_key(epoch, chunk);
  const rocksdb::Status status = (*db)->Get(options, db->family(Family::kSnapshots), slice(row), &value);
  if (status.IsNotFound()) return corruption(name + " is missing");
  if (!status.ok()) return error_of(status, name);
  if (value.size() != out.size() + crypto::kSealedOverheadBytes) return corruption(name + " has the wrong length");
  WHORL_ASSIGN(const crypto::OpeningKey key, key_of(*db, epoch));
  const Status opened = key.open_into(chunk, chunk_place(row).context(), view(value), unsigned_span(out));
  if (!opened.ok()) return corruption(name + " is damaged, or another's");
  return {};
}

Status SnapshotTable::delete_chunks(std::uint64_t epoch) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  [[maybe_unused]] const auto turn = db->turn();
  const Bytes first = chunk_key(epoch, 0);
  const Bytes last = chunk_key(epoch, ~std::uint32_t{0});
  const rocksdb::Slice begin = slice(first);
  const rocksdb::Slice end = slice(last);
  auto* const family = db->family(Family::kSnapshots);
  // An epoch's chunks have table files of their own, which go as they are; the deletion is for any that are left.
  rocksdb::Status status = rocksdb::DeleteFilesInRange(&db->db(), family, &begin, &end);
  if (status.ok()) {
    rocksdb::WriteBatch left;
    WHORL_TRY(delete_keys(left, db->db(), family, first, last));
    status = (*db)->Write(rocksdb::WriteOptions(), &left);
  }
  return database_.finished(db, status, "deleting a snapshot");
}

Status SnapshotTable::purge() {
  WHORL_ASSIGN(auto kept, manifest());
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  WHORL_TRY(database_.flush(db));
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.epoch < b.epoch; });
  std::uint64_t begin = 0;  // the first epoch after one that is kept
  for (const ManifestEntry& entry : kept) {
    const RocksDatabase::KeyRange gap{epoch_key(begin), epoch_key(entry.epoch)};
    if (begin < entry.epoch) WHORL_TRY(database_.rewrite(db, Family::kSnapshots, gap, "purging snapshots"));
    begin = entry.epoch + 1;
  }
  return database_.rewrite(db, Family::kSnapshots, {epoch_key(begin), {}}, "purging snapshots");
}

Result<std::vector<std::uint64_t>> SnapshotTable::chunk_epochs() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  std::vector<std::uint64_t> out;
  if (!database_.sealer().sealed()) return out;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it((*db)->NewIterator(options, db->family(Family::kSnapshots)));
  it->SeekToFirst();
  while (it->Valid()) {
    if (it->key().size() != chunk_key(0, 0).size()) {  // nothing of ours
      it->Next();
      continue;
    }
    const std::uint64_t epoch = ByteReader(view(it->key())).u64();
    out.push_back(epoch);
    if (epoch == ~std::uint64_t{0}) break;
    it->Seek(slice(epoch_key(epoch + 1)));
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the snapshots");
  return out;
}

Result<std::vector<SnapshotTable::ManifestEntry>> SnapshotTable::manifest() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  std::vector<ManifestEntry> out;
  if (!database_.sealer().sealed()) return out;
  const crypto::Vault vault = database_.sealer().vault();
  const std::unique_ptr<rocksdb::Iterator> it(
      (*db)->NewIterator(rocksdb::ReadOptions(), db->family(Family::kManifest)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    ByteReader key(view(it->key()));
    const std::uint64_t epoch = key.u64();
    // A key of another shape is no epoch's: its value opens under no epoch.
    out.push_back({epoch, opened_entry(vault, epoch_key(epoch), view(it->value()))});
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the manifest of snapshots");
  return out;
}

Status SnapshotTable::switch_manifest(std::uint64_t epoch, ByteView entry, std::span<const std::uint64_t> replaced) {
  WHORL_ASSIGN(const Hold db, database_.changing(entry.size()));
  const auto held = database_.sealer().until_written();
  const std::scoped_lock lock(mutex_);
  if (!written_ || written_->epoch != epoch) return internal_error("the snapshot's chunks were not written");
  const Bytes row = epoch_key(epoch);
  WHORL_ASSIGN(const Bytes sealed, written_->key.seal(kEntrySlot, entry_place(row).context(), entry));
  WHORL_ASSIGN(const auto kept, database_.sealer().vault().wrap(written_->key, key_place(row).context()));
  written_.reset();
  rocksdb::WriteBatch batch;
  auto* const family = db->family(Family::kManifest);
  batch.Put(family, slice(row), slice(ByteWriter().bytes(kept).bytes(sealed).view()));
  for (const std::uint64_t old : replaced) batch.Delete(family, slice(epoch_key(old)));
  WHORL_TRY(database_.write(db, batch, "writing the manifest of snapshots"));
  return {};
}

Status SnapshotTable::drop_manifest(std::span<const std::uint64_t> epochs) {
  WHORL_ASSIGN(const Hold db, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  for (const std::uint64_t old : epochs) batch.Delete(db->family(Family::kManifest), slice(epoch_key(old)));
  WHORL_TRY(database_.write(db, batch, "writing the manifest of snapshots"));
  return {};
}

}  // namespace whorl::index
