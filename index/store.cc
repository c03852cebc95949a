#include "index/store.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <mutex>
#include <optional>
#include <system_error>

#include "templates/base/thread_sanitizer.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

// Keys of the gallery itself sort before every encounter.
constexpr std::string_view kFormatKey = "\x01" "format";
constexpr std::string_view kExtractorKey = "\x01" "extractor";

rocksdb::Slice slice(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
ByteView view(const rocksdb::Slice& s) { return as_bytes({s.data(), s.size()}); }
Bytes copy(const rocksdb::Slice& s) { return {view(s).begin(), view(s).end()}; }

Error error_of(const rocksdb::Status& status, const std::string& doing) {
  const std::string text = doing + ": " + status.ToString();
  if (status.IsCorruption()) return corruption(text);
  if (status.IsNotFound()) return not_found(text);
  return unavailable(text);
}

rocksdb::Options open_options(bool create) {
  rocksdb::Options options;
  options.create_if_missing = create;
  options.paranoid_checks = true;
  options.compression = rocksdb::kLZ4Compression;
  options.keep_log_file_num = 4;
  options.max_open_files = 512;
  // A torn last entry is a write that was never acknowledged. Damage anywhere else in the log must be refused,
  // not answered by quietly dropping what follows it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// RocksDB would make a fresh database over the remains of one whose CURRENT file is gone.
Status check_directory(const fs::path& directory, bool create) {
  std::error_code code;
  if (fs::exists(directory / "CURRENT", code)) return {};
  if (!create) return not_found("no gallery in " + directory.string());
  if (!fs::exists(directory, code)) return {};
  for (auto it = fs::directory_iterator(directory, code); !code && it != fs::directory_iterator(); it.increment(code)) {
    if (it->path().extension() == ".sst") {
      return corruption("the gallery in " + directory.string() +
                        " has lost its CURRENT file; restore it from a backup");
    }
  }
  if (code) return unavailable("cannot read " + directory.string() + ": " + code.message());
  return {};
}

Result<std::optional<std::uint32_t>> read_u32(rocksdb::DB& db, std::string_view key) {
  std::string value;
  const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), slice(as_bytes(key)), &value);
  if (status.IsNotFound()) return std::optional<std::uint32_t>();
  if (!status.ok()) return error_of(status, "reading the gallery's version");
  ByteReader in(as_bytes(value));
  const std::uint32_t out = in.u32();
  if (!in.finished()) return corruption("the gallery's version is malformed");
  return std::optional(out);
}

Result<bool> is_empty(rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions()));
  it->SeekToFirst();
  const bool empty = !it->Valid();
  if (!it->status().ok()) return error_of(it->status(), "reading the gallery");
  return empty;
}

rocksdb::WriteOptions durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

Status write_versions(rocksdb::DB& db, std::uint32_t extractor_version) {
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFormatKey)), slice(ByteWriter().u32(kGalleryFormat).view()));
  batch.Put(slice(as_bytes(kExtractorKey)), slice(ByteWriter().u32(extractor_version).view()));
  const rocksdb::Status status = db.Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "making the gallery");
  return {};
}

Status check_versions(rocksdb::DB& db, std::uint32_t extractor_version) {
  WHORL_ASSIGN(const auto format, read_u32(db, kFormatKey));
  WHORL_ASSIGN(const auto extractor, read_u32(db, kExtractorKey));
  if (!format && !extractor) {
    WHORL_ASSIGN(const bool empty, is_empty(db));
    if (empty) return write_versions(db, extractor_version);
  }
  if (!format || !extractor) return corruption("the database holds records but no gallery version");
  if (*format != kGalleryFormat) {
    return invalid_input("the gallery has format " + std::to_string(*format) + ", this build reads format " +
                         std::to_string(kGalleryFormat) + ": open it with the build that made it, and re-enrol");
  }
  if (*extractor != extractor_version) {
    return invalid_input("the gallery's templates were made by extractor version " + std::to_string(*extractor) +
                         ", this build has version " + std::to_string(extractor_version) +
                         ": their scores are not comparable; re-enrol from the images into a new gallery");
  }
  return {};
}

}  // namespace

struct Store::Parts {
  std::unique_ptr<rocksdb::DB> db;

#ifdef WHORL_THREAD_SANITIZER
  // The packaged RocksDB is not built for the sanitizer, which cannot see how its threads hand batches to one
  // another: one caller at a time there.
  std::mutex mutex;
  [[nodiscard]] std::unique_lock<std::mutex> turn() { return std::unique_lock(mutex); }
#else
  struct Turn {};
  [[nodiscard]] Turn turn() const { return {}; }
#endif
};

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const fs::path& directory, bool create_if_missing,
                                           std::uint32_t extractor_version) {
  WHORL_TRY(check_directory(directory, create_if_missing));
  std::error_code code;
  if (create_if_missing && fs::create_directories(directory, code)) {
    fs::permissions(directory, fs::perms::owner_all, code);  // fingerprints are nobody else's business
  }
  if (code) return unavailable("cannot make " + directory.string() + ": " + code.message());
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(open_options(create_if_missing), directory.string(), &db);
  if (!status.ok()) return error_of(status, "opening the gallery " + directory.string());
  auto parts = std::make_unique<Parts>();
  parts->db.reset(db);
  WHORL_TRY(check_versions(*db, extractor_version));
  return std::unique_ptr<Store>(new Store(std::move(parts)));
}

Result<std::uint64_t> Store::put(const EncounterRecord& record) {
  WHORL_ASSIGN(const Bytes value, encode_record(record));
  rocksdb::WriteBatch batch;
  batch.Put(slice(encounter_key(record.person_id, record.encounter_id)), slice(value));
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "writing the encounter");
  return parts_->db->GetLatestSequenceNumber();
}

Result<std::uint64_t> Store::erase(const std::string& person_id, std::span<const std::string> encounter_ids) {
  rocksdb::WriteBatch batch;
  for (const std::string& id : encounter_ids) batch.Delete(slice(encounter_key(person_id, id)));
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "erasing");
  return parts_->db->GetLatestSequenceNumber();
}

Result<EncounterRecord> Store::get(const std::string& person_id, const std::string& encounter_id) const {
  const Bytes key = encounter_key(person_id, encounter_id);
  std::string value;
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Get(rocksdb::ReadOptions(), slice(key), &value);
  if (status.IsNotFound()) return not_found("no encounter " + encounter_id + " of person " + person_id);
  if (!status.ok()) return error_of(status, "reading the encounter");
  return parse_record(key, as_bytes(value));
}

Result<std::vector<EncounterRecord>> Store::person(const std::string& person_id) const {
  std::vector<EncounterRecord> out;
  const Bytes prefix = person_prefix(person_id);
  [[maybe_unused]] const auto turn = parts_->turn();
  const std::unique_ptr<rocksdb::Iterator> it(parts_->db->NewIterator(rocksdb::ReadOptions()));
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    WHORL_ASSIGN(EncounterRecord record, parse_record(view(it->key()), view(it->value())));
    out.push_back(std::move(record));
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the person");
  return out;
}

Status Store::scan(std::size_t batch, const std::function<Status(std::vector<Pair>)>& sink) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 2U << 20;
  const std::unique_ptr<rocksdb::Iterator> it(parts_->db->NewIterator(options));
  std::vector<Pair> pairs;
  const Bytes first = {kEncounterKeyPrefix};
  for (it->Seek(slice(first)); it->Valid(); it->Next()) {
    pairs.push_back({copy(it->key()), copy(it->value())});
    if (pairs.size() < batch) continue;
    WHORL_TRY(sink(std::move(pairs)));
    pairs.clear();
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the gallery's records");
  if (pairs.empty()) return {};
  return sink(std::move(pairs));
}

}  // namespace whorl::index
