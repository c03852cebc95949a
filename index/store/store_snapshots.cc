// The store's snapshots and bulk insertion: what is written as whole table files and taken in by RocksDB.
#include <rocksdb/convenience.h>
#include <rocksdb/iterator.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <cstring>

#include "index/store/store_parts.h"

namespace whorl::index {
namespace {

Bytes epoch_key(std::uint64_t epoch) { return ByteWriter().u64(epoch).take(); }
Bytes chunk_key(std::uint64_t epoch, std::uint32_t chunk) { return ByteWriter().u64(epoch).u32(chunk).take(); }

// One table file on its way into a column family.
class StagedFile {
 public:
  StagedFile(Store::Parts& parts, std::size_t family)
      : family_(parts.families[family]),
        options_(rocksdb::DBOptions(), family_options(family)),
        writer_(rocksdb::EnvOptions(), options_, family_) {
    static std::atomic<std::uint64_t> number = 0;
    path_ = (parts.staging / (std::to_string(number++) + ".sst")).string();
    status_ = writer_.Open(path_);
  }
  ~StagedFile() {
    std::error_code code;
    std::filesystem::remove(path_, code);  // gone already when it was taken in
  }
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  void put(ByteView key, ByteView value) {
    if (status_.ok()) status_ = writer_.Put(slice(key), slice(value));
  }
  // Synced to disk when ok.
  rocksdb::Status finish() {
    if (status_.ok()) status_ = writer_.Finish();
    return status_;
  }
  [[nodiscard]] rocksdb::IngestExternalFileArg argument() const {
    rocksdb::IngestExternalFileArg out;
    out.column_family = family_;
    out.external_files = {path_};
    out.options.move_files = true;
    out.options.write_global_seqno = false;
    return out;
  }

 private:
  rocksdb::ColumnFamilyHandle* family_;
  rocksdb::Options options_;
  rocksdb::SstFileWriter writer_;
  rocksdb::Status status_;
  std::string path_;
};

struct StagedFiles final : Store::Staged {
  std::vector<std::unique_ptr<StagedFile>> files;
};

}  // namespace

Status Store::write_chunks(std::uint64_t epoch, std::span<const ByteView> chunks) {
  [[maybe_unused]] const auto turn = parts_->turn();
  StagedFile file(*parts_, Parts::kSnapshots);
  for (std::uint32_t i = 0; i < chunks.size(); ++i) file.put(chunk_key(epoch, i), chunks[i]);
  rocksdb::Status status = file.finish();
  if (status.ok()) status = parts_->db->IngestExternalFiles({file.argument()});
  if (!status.ok()) return error_of(status, "writing a snapshot");
  return {};
}

Status Store::read_chunk(std::uint64_t epoch, std::uint32_t chunk, std::span<std::byte> out) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  rocksdb::PinnableSlice value;
  const std::string name = "chunk " + std::to_string(chunk);
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status =
      parts_->db->Get(options, parts_->families[Parts::kSnapshots], slice(chunk_key(epoch, chunk)), &value);
  if (status.IsNotFound()) return corruption(name + " is missing");
  if (!status.ok()) return error_of(status, name);
  if (value.size() != out.size()) return corruption(name + " has the wrong length");
  std::memcpy(out.data(), value.data(), out.size());
  return {};
}

Status Store::switch_manifest(std::uint64_t epoch, ByteView entry, std::span<const std::uint64_t> replaced) {
  rocksdb::WriteBatch batch;
  batch.Put(parts_->families[Parts::kManifest], slice(epoch_key(epoch)), slice(entry));
  for (const std::uint64_t old : replaced) batch.Delete(parts_->families[Parts::kManifest], slice(epoch_key(old)));
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "writing the manifest of snapshots");
  return {};
}

Status Store::drop_manifest(std::span<const std::uint64_t> epochs) {
  rocksdb::WriteBatch batch;
  for (const std::uint64_t old : epochs) batch.Delete(parts_->families[Parts::kManifest], slice(epoch_key(old)));
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "writing the manifest of snapshots");
  return {};
}

Result<std::vector<Store::ManifestEntry>> Store::manifest() const {
  std::vector<ManifestEntry> out;
  [[maybe_unused]] const auto turn = parts_->turn();
  const std::unique_ptr<rocksdb::Iterator> it(
      parts_->db->NewIterator(rocksdb::ReadOptions(), parts_->families[Parts::kManifest]));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    ByteReader key(view(it->key()));
    const std::uint64_t epoch = key.u64();
    const ByteView value = view(it->value());
    // A key of another shape is no epoch's; its value will not verify under whatever epoch it reads as.
    out.push_back({epoch, Bytes(value.begin(), value.end())});
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the manifest of snapshots");
  return out;
}

Result<std::vector<std::uint64_t>> Store::chunk_epochs() const {
  std::vector<std::uint64_t> out;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  [[maybe_unused]] const auto turn = parts_->turn();
  const std::unique_ptr<rocksdb::Iterator> it(parts_->db->NewIterator(options, parts_->families[Parts::kSnapshots]));
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

Status Store::delete_chunks(std::uint64_t epoch) {
  const Bytes first = chunk_key(epoch, 0);
  const Bytes last = chunk_key(epoch, ~std::uint32_t{0});
  const rocksdb::Slice begin = slice(first);
  const rocksdb::Slice end = slice(last);
  auto* const family = parts_->families[Parts::kSnapshots];
  [[maybe_unused]] const auto turn = parts_->turn();
  // An epoch's chunks have table files of their own, which go as they are; the deletion is for any that are left.
  rocksdb::Status status = rocksdb::DeleteFilesInRange(parts_->db.get(), family, &begin, &end);
  if (status.ok()) status = parts_->db->DeleteRange(rocksdb::WriteOptions(), family, begin, end);
  if (!status.ok()) return error_of(status, "deleting a snapshot");
  return {};
}

Result<std::unique_ptr<Store::Staged>> Store::stage(std::span<const EncodedRecord* const> records,
                                                    std::span<const IndexEntry* const> entries,
                                                    std::string_view mark_name, ByteView mark) {
  [[maybe_unused]] const auto turn = parts_->turn();
  auto out = std::make_unique<StagedFiles>();
  StagedFile& mark_file = *out->files.emplace_back(std::make_unique<StagedFile>(*parts_, Parts::kMarks));
  mark_file.put(as_bytes(mark_name), mark);
  if (!records.empty()) {  // there are no empty table files
    StagedFile& record_file = *out->files.emplace_back(std::make_unique<StagedFile>(*parts_, Parts::kRecords));
    StagedFile& index_file = *out->files.emplace_back(std::make_unique<StagedFile>(*parts_, Parts::kIndex));
    for (std::size_t i = 0; i < records.size(); ++i) {
      record_file.put(records[i]->key, records[i]->value);
      index_file.put(records[i]->key, encode_index(*entries[i]));
    }
  }
  for (const auto& file : out->files) {
    const rocksdb::Status status = file->finish();
    if (!status.ok()) return error_of(status, "writing the load");
  }
  return std::unique_ptr<Staged>(std::move(out));
}

Status Store::commit(Staged& staged) {
  [[maybe_unused]] const auto turn = parts_->turn();
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const auto& file : static_cast<StagedFiles&>(staged).files) arguments.push_back(file->argument());
  const rocksdb::Status status = parts_->db->IngestExternalFiles(arguments);
  if (!status.ok()) return error_of(status, "taking the load in");
  return {};
}

Result<std::optional<Bytes>> Store::mark(std::string_view name) const {
  std::string value;
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status =
      parts_->db->Get(rocksdb::ReadOptions(), parts_->families[Parts::kMarks], slice(as_bytes(name)), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading how far the load came");
  return std::optional(Bytes(as_bytes(value).begin(), as_bytes(value).end()));
}

Status Store::drop_mark(std::string_view name) {
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Delete(durable(), parts_->families[Parts::kMarks], slice(as_bytes(name)));
  if (!status.ok()) return error_of(status, "noting that the load is done");
  return {};
}

}  // namespace whorl::index
