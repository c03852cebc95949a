#include "index/store/store.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "index/store/store_parts.h"

namespace whorl::index {

Error error_of(const rocksdb::Status& status, const std::string& doing) {
  const std::string text = doing + ": " + status.ToString();
  if (status.IsCorruption()) return corruption(text);
  if (status.IsNotFound()) return not_found(text);
  return unavailable(text);
}

rocksdb::WriteOptions durable() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

namespace {

namespace fs = std::filesystem;

// Keys of the gallery itself sort before every encounter.
constexpr std::string_view kFormatKey =
    "\x01"
    "format";
constexpr std::string_view kExtractorKey =
    "\x01"
    "extractor";
constexpr std::string_view kFacesKey =
    "\x01"
    "faces";

constexpr std::size_t kCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kWriteBuffersBytes = std::size_t{128} << 20;
// Indexes and filters of open tables, and what RocksDB's threads hold; measured with a million records.
constexpr std::size_t kTablesBytes = std::size_t{64} << 20;

constexpr std::uint8_t kIndexVersion = 1;
constexpr std::uint8_t kIndexVersionWithFace = 2;
constexpr std::uint8_t kLastPosition = 10;

rocksdb::DBOptions open_options(bool create) {
  rocksdb::DBOptions options;
  options.create_if_missing = create;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.keep_log_file_num = 4;
  options.max_open_files = 512;
  options.db_write_buffer_size = kWriteBuffersBytes;
  // A torn last entry is a write that was never acknowledged. Damage anywhere else in the log must be refused,
  // not answered by quietly dropping what follows it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
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

Status write_versions(rocksdb::DB& db, std::uint32_t extractor_version) {
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFormatKey)), slice(ByteWriter().u32(kGalleryFormatWithoutFaces).view()));
  batch.Put(slice(as_bytes(kExtractorKey)), slice(ByteWriter().u32(extractor_version).view()));
  const rocksdb::Status status = db.Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "making the gallery");
  return {};
}

bool is_readable(std::uint32_t format) { return format == kGalleryFormat || format == kGalleryFormatWithoutFaces; }

Error other_format(std::uint32_t format) {
  return invalid_input("the gallery has format " + std::to_string(format) + ", this build reads formats " +
                       std::to_string(kGalleryFormatWithoutFaces) + " and " + std::to_string(kGalleryFormat) +
                       ": keep it for the build that made it, and re-enrol from the images into a new gallery");
}

Status check_versions(rocksdb::DB& db, std::uint32_t extractor_version) {
  WHORL_ASSIGN(const auto format, read_u32(db, kFormatKey));
  WHORL_ASSIGN(const auto extractor, read_u32(db, kExtractorKey));
  if (!format && !extractor) {
    WHORL_ASSIGN(const bool empty, is_empty(db));
    if (empty) return write_versions(db, extractor_version);
  }
  if (!format || !extractor) return corruption("the database holds records but no gallery version");
  if (!is_readable(*format)) return other_format(*format);
  if (*extractor != extractor_version) {
    return invalid_input("the gallery's templates were made by extractor version " + std::to_string(*extractor) +
                         ", this build has version " + std::to_string(extractor_version) +
                         ": their scores are not comparable; re-enrol from the images into a new gallery");
  }
  return {};
}

// A gallery of an older format has no column families of its own; it is left as it is.
Status check_old_format(const fs::path& directory) {
  std::error_code code;
  if (!fs::exists(directory / "CURRENT", code)) return {};
  std::vector<std::string> names;
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), directory.string(), &names);
  if (!listed.ok()) return error_of(listed, "opening the gallery " + directory.string());
  if (std::find(names.begin(), names.end(), Store::Parts::kNames[Store::Parts::kIndex]) != names.end()) return {};
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(rocksdb::Options(), directory.string(), &opened);
  if (!status.ok()) return error_of(status, "opening the gallery " + directory.string());
  const std::unique_ptr<rocksdb::DB> db(opened);
  WHORL_ASSIGN(const auto format, read_u32(*db, kFormatKey));
  if (!format || is_readable(*format)) return {};
  return other_format(*format);
}

std::vector<rocksdb::ColumnFamilyDescriptor> all_families() {
  std::vector<rocksdb::ColumnFamilyDescriptor> out;
  for (std::size_t f = 0; f < Store::Parts::kFamilies; ++f)
    out.emplace_back(Store::Parts::kNames[f], family_options(f));
  return out;
}

Status make_directory(const fs::path& directory) {
  std::error_code code;
  if (fs::create_directories(directory, code)) {
    fs::permissions(directory, fs::perms::owner_all, code);  // fingerprints are nobody else's business
  }
  if (code) return unavailable("cannot make " + directory.string() + ": " + code.message());
  return {};
}

}  // namespace

rocksdb::ColumnFamilyOptions family_options(std::size_t family) {
  static const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kCacheBytes);
  rocksdb::ColumnFamilyOptions options;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  if (family == Store::Parts::kSnapshots) {
    options.compression = rocksdb::kNoCompression;  // templates are coded already
  } else {
    options.compression = rocksdb::kLZ4Compression;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

IndexEntry index_entry(const EncounterRecord& record, const RecordDigest& digest) {
  IndexEntry out{digest, record.galleries, {}, record.face.has_value()};
  for (const FingerRecord& finger : record.fingers) out.positions.push_back(finger.position);
  return out;
}

Bytes encode_index(const IndexEntry& entry) {
  ByteWriter out;
  out.u8(entry.face ? kIndexVersionWithFace : kIndexVersion).bytes(entry.digest);
  out.u8(static_cast<std::uint8_t>(entry.galleries.size()));
  for (const std::string& gallery : entry.galleries) out.sized(gallery);
  out.u8(static_cast<std::uint8_t>(entry.positions.size()));
  for (const FingerPosition position : entry.positions) out.u8(static_cast<std::uint8_t>(position));
  return out.take();
}

Result<IndexEntry> parse_index(ByteView value) {
  ByteReader in(value);
  const int version = in.u8();
  if (!in.failed() && version != kIndexVersion && version != kIndexVersionWithFace) {
    return corruption("index entry: unknown version " + std::to_string(version));
  }
  IndexEntry out;
  out.face = version == kIndexVersionWithFace;
  const ByteView digest = in.bytes(out.digest.size());
  std::copy(digest.begin(), digest.end(), out.digest.begin());
  const std::size_t galleries = in.u8();
  for (std::size_t i = 0; i < galleries && !in.failed(); ++i)
    out.galleries.emplace_back(as_text(in.sized(kMaxIdBytes)));
  const std::size_t fingers = in.u8();
  for (std::size_t i = 0; i < fingers && !in.failed(); ++i) {
    const std::uint8_t position = in.u8();
    if (position > kLastPosition) return corruption("index entry: unknown finger position");
    out.positions.push_back(static_cast<FingerPosition>(position));
  }
  if (!in.finished()) return corruption("index entry: malformed");
  if (galleries == 0 || galleries > kMaxGalleriesOfEncounter || fingers > kMaxFingers || (fingers == 0 && !out.face)) {
    return corruption("index entry: a count out of bounds");
  }
  return out;
}

Store::Parts::~Parts() {
  if (!db) return;
  for (auto* family : families) {
    if (family != nullptr) db->DestroyColumnFamilyHandle(family);
  }
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

std::size_t Store::memory_bytes() { return kCacheBytes + kWriteBuffersBytes + kTablesBytes; }

Result<std::unique_ptr<Store>> Store::open(const fs::path& directory, bool create_if_missing,
                                           std::uint32_t extractor_version) {
  WHORL_TRY(check_directory(directory, create_if_missing));
  WHORL_TRY(check_old_format(directory));
  if (create_if_missing) WHORL_TRY(make_directory(directory));
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status =
      rocksdb::DB::Open(open_options(create_if_missing), directory.string(), all_families(), &handles, &db);
  if (!status.ok()) return error_of(status, "opening the gallery " + directory.string());
  auto parts = std::make_unique<Parts>();
  parts->db.reset(db);
  std::copy(handles.begin(), handles.end(), parts->families.begin());
  WHORL_TRY(check_versions(*db, extractor_version));
  parts->staging = directory / "staging";
  std::error_code code;
  fs::remove_all(parts->staging, code);  // of a process that was killed
  if (!code) fs::create_directory(parts->staging, code);
  if (code) return unavailable("cannot make " + parts->staging.string() + ": " + code.message());
  return std::unique_ptr<Store>(new Store(std::move(parts)));
}

Result<std::uint64_t> Store::put(const EncodedRecord& record, const IndexEntry& entry) {
  rocksdb::WriteBatch batch;
  batch.Put(parts_->families[Parts::kRecords], slice(record.key), slice(record.value));
  batch.Put(parts_->families[Parts::kIndex], slice(record.key), slice(encode_index(entry)));
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "writing the encounter");
  return parts_->db->GetLatestSequenceNumber();
}

Result<std::uint64_t> Store::erase(const std::string& person_id, std::span<const std::string> encounter_ids) {
  rocksdb::WriteBatch batch;
  for (const std::string& id : encounter_ids) {
    const Bytes key = encounter_key(person_id, id);
    batch.Delete(parts_->families[Parts::kRecords], slice(key));
    batch.Delete(parts_->families[Parts::kIndex], slice(key));
  }
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "erasing");
  return parts_->db->GetLatestSequenceNumber();
}

Result<std::optional<Bytes>> Store::face_space() const {
  std::string value;
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Get(rocksdb::ReadOptions(), slice(as_bytes(kFacesKey)), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading the gallery's face network");
  return std::optional(Bytes(value.begin(), value.end()));
}

Status Store::put_face_space(ByteView space) {
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFormatKey)), slice(ByteWriter().u32(kGalleryFormat).view()));
  batch.Put(slice(as_bytes(kFacesKey)), slice(space));
  [[maybe_unused]] const auto turn = parts_->turn();
  const rocksdb::Status status = parts_->db->Write(durable(), &batch);
  if (!status.ok()) return error_of(status, "writing the gallery's face network");
  return {};
}

Result<Bytes> Store::value(ByteView key) const {
  rocksdb::PinnableSlice value;
  [[maybe_unused]] const auto turn = parts_->turn();
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const rocksdb::Status status = parts_->db->Get(options, parts_->families[Parts::kRecords], slice(key), &value);
  if (!status.ok()) return error_of(status, "reading the encounter");
  return Bytes(view(value).begin(), view(value).end());
}

Result<EncounterRecord> Store::get(const std::string& person_id, const std::string& encounter_id) const {
  const Bytes key = encounter_key(person_id, encounter_id);
  auto stored = value(key);
  if (!stored.ok() && stored.error().kind == ErrorKind::kNotFound) {
    return not_found("no encounter " + encounter_id + " of person " + person_id);
  }
  WHORL_TRY(stored);
  return parse_record(key, *stored);
}

Result<std::vector<EncounterRecord>> Store::person(const std::string& person_id) const {
  std::vector<EncounterRecord> out;
  const Bytes prefix = person_prefix(person_id);
  [[maybe_unused]] const auto turn = parts_->turn();
  const std::unique_ptr<rocksdb::Iterator> it(
      parts_->db->NewIterator(rocksdb::ReadOptions(), parts_->families[Parts::kRecords]));
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    WHORL_ASSIGN(EncounterRecord record, parse_record(view(it->key()), view(it->value())));
    out.push_back(std::move(record));
  }
  if (!it->status().ok()) return error_of(it->status(), "reading the person");
  return out;
}

namespace {

Status scan(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family, const Store::Sink& sink) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 2U << 20;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options, family));
  const Bytes first = {kEncounterKeyPrefix};
  for (it->Seek(slice(first)); it->Valid(); it->Next()) WHORL_TRY(sink(view(it->key()), view(it->value())));
  if (!it->status().ok()) return error_of(it->status(), "reading the gallery's records");
  return {};
}

}  // namespace

Status Store::scan_index(const Sink& sink) const {
  [[maybe_unused]] const auto turn = parts_->turn();
  return scan(*parts_->db, parts_->families[Parts::kIndex], sink);
}

Status Store::scan_records(const Sink& sink) const {
  [[maybe_unused]] const auto turn = parts_->turn();
  return scan(*parts_->db, parts_->families[Parts::kRecords], sink);
}

}  // namespace whorl::index
