#include "index/store/rocks_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>

#include "base/catalogue.h"
#include "crypto/vault/key_ring.h"
#include "index/store/audit_log.h"
#include "index/store/copy_keys.h"
#include "index/store/log_check.h"
#include "index/store/long_hold.h"
#include "index/store/manifest_guard.h"
#include "index/store/small_tables.h"

namespace whorl::index {

Error error_of(const rocksdb::Status& status, const std::string& doing) {
  const std::string text = doing + ": " + status.ToString();
  if (status.IsCorruption()) return corruption(text);
  if (status.IsNotFound()) return not_found(text);
  // The status names the file, which need not lie where the gallery does.
  if (status.IsNoSpace()) return unavailable(text + ": there is no room on the disk of that file");
  return unavailable(text);
}

namespace {

constexpr std::size_t kCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kWriteBuffersBytes = std::size_t{128} << 20;
// Indexes and filters of open tables, and what RocksDB's threads hold; measured with a million records.
constexpr std::size_t kTablesBytes = std::size_t{64} << 20;

// RocksDB's text log: nobody reads it, and the first line that a full disk refuses would end the process.
class NoLog final : public rocksdb::Logger {
 public:
  NoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::HEADER_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// Hears of errors in RocksDB's own threads, and keeps RocksDB from going on by itself after one.
class Listener final : public rocksdb::EventListener {
 public:
  explicit Listener(RocksDatabase& database) : database_(database) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* error) override {
    database_.set_broken("the database stopped: " + error->ToString());
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  RocksDatabase& database_;
};

rocksdb::Options quiet_options(const StoreOptions& from) {
  rocksdb::Options options;
  options.env = from.env;
  options.info_log = std::make_shared<NoLog>();
  return options;
}

rocksdb::DBOptions open_options(const StoreOptions& from, bool create, RocksDatabase& database) {
  rocksdb::DBOptions options(quiet_options(from));
  options.create_if_missing = create;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.max_open_files = 512;
  options.db_write_buffer_size = kWriteBuffersBytes;
  // A new list of table files at every change of them: the old one names the first and last key of files that are gone,
  // which may be those of erased people. It is small, and files change seldom.
  options.max_manifest_file_size = 1;
  options.max_bgerror_resume_count = 0;  // reopen() does it
  options.listeners.push_back(std::make_shared<Listener>(database));
  // A torn last entry is a write that was never acknowledged. Damage anywhere else in the log must be refused,
  // not answered by quietly dropping what follows it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  return options;
}

// Returns when nobody has a hold on it any more: those of a call end with it, and long ones are ended.
void let_go(Hold old) {
  old->end_long_holds();
  std::future<void> closed = old->closed();
  old.reset();
  closed.wait();
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of(const std::array<bool, kFamilyNames.size()>& there) {
  std::vector<rocksdb::ColumnFamilyDescriptor> out;
  for (std::size_t f = 0; f < kFamilyNames.size(); ++f) {
    if (f < kFirstOptionalFamily || there[f])
      out.emplace_back(kFamilyNames[f], RocksDatabase::family_options(static_cast<Family>(f)));
  }
  return out;
}

}  // namespace

std::optional<CopyKey> key_of_copy(const std::filesystem::path& folder) {
  rocksdb::Options quiet;
  quiet.info_log = std::make_shared<NoLog>();
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::OpenForReadOnly(quiet, folder.string(), &opened).ok()) return {};
  const std::unique_ptr<rocksdb::DB> db(opened);
  const auto versions = read_versions(*db);
  if (!versions.ok() || !versions->gallery) return {};
  // The ring is the first that an opening opens.
  const auto ring = read_ring(*db);
  if (!ring.ok()) return {};
  const auto epoch = crypto::epoch_of(*ring);
  if (!epoch.ok()) return {};
  return CopyKey{*versions->gallery, *epoch};
}

OpenDatabase::OpenDatabase(rocksdb::DB* opened, const std::vector<rocksdb::ColumnFamilyHandle*>& handles)
    : db_(opened) {
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    const auto name = std::find(kFamilyNames.begin(), kFamilyNames.end(), handle->GetName());
    families_[static_cast<std::size_t>(name - kFamilyNames.begin())] = handle;
  }
}

bool OpenDatabase::add(std::weak_ptr<LongHold> hold) {
  const std::scoped_lock lock(long_holds_mutex_);
  if (ending_) return false;
  std::erase_if(long_holds_, [](const auto& each) { return each.expired(); });
  long_holds_.push_back(std::move(hold));
  return true;
}

void OpenDatabase::end_long_holds() {
  std::vector<std::weak_ptr<LongHold>> all;
  {
    const std::scoped_lock lock(long_holds_mutex_);
    ending_ = true;
    all.swap(long_holds_);
  }
  for (const auto& each : all) {
    if (const auto hold = each.lock()) hold->end();
  }
}

OpenDatabase::~OpenDatabase() {
  if (!broken() && !read_only_) {
    // What cannot be written now is in the log, and is read from there at the next opening.
    rocksdb::Status written = flush();
    for (auto* family : families_) {
      if (written.ok() && family != nullptr) written = merge_small_tables(*db_, *family);
    }
    written.PermitUncheckedError();
  }
  for (auto* family : families_) {
    if (family != nullptr) db_->DestroyColumnFamilyHandle(family);
  }
  db_.reset();
  closed_.set_value();
}

rocksdb::ColumnFamilyHandle* OpenDatabase::by_number(std::uint32_t number) const {
  for (auto* family : families_) {
    if (family != nullptr && family->GetID() == number) return family;
  }
  return nullptr;
}

rocksdb::Status OpenDatabase::make(Family f) {
  if (has(f)) return rocksdb::Status::OK();
  const auto at = static_cast<std::size_t>(f);
  return db_->CreateColumnFamily(RocksDatabase::family_options(f), kFamilyNames[at], &families_[at]);
}

rocksdb::Status OpenDatabase::flush() {
  std::vector<rocksdb::ColumnFamilyHandle*> there;
  std::copy_if(families_.begin(), families_.end(), std::back_inserter(there), [](auto* f) { return f != nullptr; });
  return db_->Flush(rocksdb::FlushOptions(), there);
}

rocksdb::ColumnFamilyOptions RocksDatabase::family_options(Family family) {
  static const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kCacheBytes);
  rocksdb::ColumnFamilyOptions options;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  if (family == Family::kSnapshots || family == Family::kImages) {
    options.compression = rocksdb::kNoCompression;  // templates and most files are coded already
  } else {
    options.compression = rocksdb::kLZ4Compression;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::size_t RocksDatabase::memory_bytes() { return kCacheBytes + kWriteBuffersBytes + kTablesBytes; }

RocksDatabase::RocksDatabase(StoreOptions options)
    : env_(guard_manifests(*options.env)), options_([&] {
        options.env = env_.get();
        return std::move(options);
      }()) {}

Result<std::unique_ptr<RocksDatabase>> RocksDatabase::open(StoreOptions options) {
  if (options.env == nullptr) options.env = rocksdb::Env::Default();
  if (options.files == nullptr) options.files = &real_file_system();
  if (options.world == nullptr) options.world = &real_world();
  std::unique_ptr<RocksDatabase> out(new RocksDatabase(std::move(options)));
  const StoreOptions& made = out->options_;
  WHORL_TRY(out->open_first());
  WHORL_ASSIGN(out->lock_file_, made.files->look(lock_path(made)));
  if (!out->read_only()) WHORL_TRY(out->open_audit());
  return out;
}

Status RocksDatabase::open_first() {
  WHORL_ASSIGN(const bool exists, gallery_exists(options_));
  if (!exists && !options_.create_if_missing)
    return failure(ErrorCode::kGalleryNotThere, with<"folder">(options_.directory.string()));
  WHORL_ASSIGN(const bool has_keys, has_gallery_keys(options_.directory, files()));
  if (exists && !has_keys && !options_.seal && !was_cut_short()) {
    WHORL_ASSIGN(const auto versions, open_to_read());
    if (versions && versions->format == kGalleryFormat)
      return failure(ErrorCode::kGalleryKeysMissing, with<"folder">((options_.directory / kKeysFolder).string()));
    if (versions) return {};
    close();  // made, and never filled
  }
  // Whoever asks the process that has it open needs no root key.
  WHORL_ASSIGN(const auto locked, files().look(lock_path(options_)));
  if (locked) WHORL_TRY(FolderLock(options_).held());
  WHORL_ASSIGN(keys_, GalleryKeys::open(options_.directory, options_.root_key, !has_keys, files()));
  if (!exists) WHORL_TRY(files().make_private_folder(options_.directory));
  WHORL_TRY(tidy_folder(options_, exists));
  if (exists) {
    WHORL_TRY(check_old_format(options_, quiet_options(options_)));
    WHORL_TRY(find_families());
  }
  WHORL_ASSIGN(const auto versions, open_now(options_.create_if_missing));
  if (!versions) return make_sealed(false);
  format_found_ = versions->format;
  if (versions->gallery) return take_keys(*versions->gallery);
  if (options_.seal) return make_sealed(true);
  close();
  WHORL_TRY(open_to_read());
  return {};
}

void RocksDatabase::close() {
  Hold last;
  {
    const std::scoped_lock lock(mutex_);
    last = std::exchange(current_, nullptr);
  }
  last.reset();
  lock_.reset();
  read_only_ = false;
}

Result<Hold> RocksDatabase::opened_to_read() {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const std::string folder = options_.directory.string();
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(open_options(options_, false, *this), folder, families_of(there_), &handles, &db);
  if (!status.ok()) return error_of(status, "opening the gallery " + folder);
  return std::make_shared<OpenDatabase>(db, handles);
}

Result<std::optional<GalleryVersions>> RocksDatabase::open_to_read() {
  keys_.reset();
  lock_.emplace(options_);
  WHORL_TRY(lock_->held());
  WHORL_TRY(check_logs(options_));
  WHORL_TRY(check_old_format(options_, quiet_options(options_)));
  WHORL_TRY(find_families());
  WHORL_ASSIGN(Hold opened, opened_to_read());
  opened->set_read_only();
  WHORL_ASSIGN(auto versions, check_versions(opened->db()));
  read_only_ = true;
  if (versions) format_found_ = versions->format;
  const std::scoped_lock lock(mutex_);
  current_ = std::move(opened);
  return versions;
}

Status RocksDatabase::make_sealed(bool converting) {
  WHORL_ASSIGN(const Hold db, reading());
  crypto::GalleryId gallery{};
  WHORL_TRY(crypto::system_random().fill(gallery));
  crypto::SecretBytes names(32);
  WHORL_TRY(crypto::system_random().fill(names.writable()));
  crypto::KeyRing ring;
  WHORL_TRY(ring.put(kNameKeyName, names.clone()));
  WHORL_ASSIGN(const auto key, crypto::make_gallery_key(keys_->root(), gallery, 1));
  WHORL_ASSIGN(crypto::Vault vault, crypto::Vault::open(keys_->root(), gallery, std::span(&key, 1)));
  WHORL_ASSIGN(const Bytes sealed, vault.seal(ring_place().context(), ring.encoded().view()));
  WHORL_TRY(keys_->put(gallery, key));  // before anything is sealed under it
  sealer_.take(gallery, std::move(vault), names);
  audit_ = std::make_unique<AuditLog>(*this, std::move(ring));
  return write_format(db->db(), gallery, sealed, converting);
}

Status RocksDatabase::take_keys(const crypto::GalleryId& gallery) {
  WHORL_ASSIGN(const Hold db, reading());
  WHORL_ASSIGN(auto kept, keys_->read());
  if (kept.gallery != gallery) {
    return failure(ErrorCode::kGalleryKeysMissing, with<"folder">((options_.directory / kKeysFolder).string()));
  }
  // Some that were wrapped last may not have been noted.
  constexpr std::uint64_t kUnnoted = 4096;
  WHORL_ASSIGN(const std::uint64_t wraps, read_wraps(db->db(), kept.keys.back().epoch));
  kept.keys.back().wraps = wraps + kUnnoted;
  auto opened = crypto::Vault::open(keys_->root(), gallery, kept.keys);
  if (!opened.ok() && opened.error().kind == ErrorKind::kCorruption) {
    return failure(ErrorCode::kRootKeyWrong, with<"file">(keys_->root_file().string()),
                   with<"cause">(opened.error().message));
  }
  WHORL_TRY(opened);
  WHORL_ASSIGN(const Bytes sealed, read_ring(db->db()));
  WHORL_ASSIGN(const crypto::SecretBytes bytes, opened->open_secret(ring_place().context(), sealed));
  WHORL_ASSIGN(crypto::KeyRing ring, crypto::KeyRing::decode(bytes.view()));
  const crypto::SecretBytes* const names = ring.find(kNameKeyName);
  if (names == nullptr) return corruption("the gallery's ring has no key of names");
  sealer_.take(gallery, std::move(opened).value(), *names);
  audit_ = std::make_unique<AuditLog>(*this, std::move(ring));
  return {};
}

RocksDatabase::~RocksDatabase() {
  if (audit_ && !broken()) audit_->close();
  Hold last;
  {
    const std::scoped_lock lock(mutex_);
    last = std::move(current_);
  }
  last.reset();  // while the listener still has all that it tells
}

Status RocksDatabase::find_families() {
  std::vector<std::string> names;
  const std::string folder = options_.directory.string();
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(quiet_options(options_), folder, &names);
  if (!listed.ok()) return error_of(listed, "opening the gallery " + folder);
  for (std::size_t f = 0; f < kFamilyNames.size(); ++f) {
    there_[f] = std::find(names.begin(), names.end(), kFamilyNames[f]) != names.end();
  }
  return {};
}

bool RocksDatabase::was_cut_short() {
  if (!find_families().ok()) return false;  // whoever opens it says why
  return !std::all_of(there_.begin(), there_.begin() + kFirstOptionalFamily, [](bool there) { return there; });
}

Status RocksDatabase::open_audit() {
  WHORL_ASSIGN(const Hold db, reading());
  const auto held = sealer_.until_written();
  return audit_->open(db);
}

Result<std::optional<GalleryVersions>> RocksDatabase::open_now(bool create) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const std::string folder = options_.directory.string();
  const rocksdb::Status status =
      rocksdb::DB::Open(open_options(options_, create, *this), folder, families_of(there_), &handles, &db);
  if (!status.ok()) return error_of(status, "opening the gallery " + folder);
  auto opened = std::make_shared<OpenDatabase>(db, handles);
  WHORL_ASSIGN(auto versions, check_versions(*db));
  const bool changes = !versions || versions->gallery || options_.seal;
  for (const Family family : {Family::kImages, Family::kAudit, Family::kTiles, Family::kCheckpoints}) {
    if (!changes || (family == Family::kImages && !options_.keep_images)) continue;
    const rocksdb::Status made = opened->make(family);
    if (!made.ok()) return error_of(made, "making a place for images and the audit log");
    there_[static_cast<std::size_t>(family)] = true;
  }
  const std::scoped_lock lock(mutex_);
  current_ = std::move(opened);
  return versions;
}

Status RocksDatabase::check_room(std::uint64_t bytes, Change change) const {
  constexpr std::uint64_t kMargin = std::uint64_t{256} << 20;
  constexpr std::uint64_t kShareOfDisk = 20;
  WHORL_ASSIGN(const FileSystem::Room room, files().room(options_.directory));
  std::uint64_t margin = options_.least_free_bytes.value_or(std::min(kMargin, room.total_bytes / kShareOfDisk));
  if (change == Change::kRemoves) margin /= 4;
  if (room.free_bytes >= margin && room.free_bytes - margin >= bytes) return {};
  return failure(ErrorCode::kDiskFull, with<"free_bytes">(room.free_bytes), with<"needed_bytes">(margin + bytes));
}

Status RocksDatabase::check_folder() const {
  WHORL_ASSIGN(const auto lock_file, files().look(lock_path(options_)));
  WHORL_ASSIGN(const auto current, files().look(options_.directory / "CURRENT"));
  if (lock_file && current && lock_file_ && lock_file->same_as(*lock_file_)) return {};
  return failure(ErrorCode::kGalleryVanished, with<"folder">(options_.directory.string()));
}

Status RocksDatabase::open_same() {
  WHORL_ASSIGN(const auto versions, open_now(false));
  if (versions && versions->gallery == sealer_.gallery()) return {};
  return corruption("another gallery lies in the folder");
}

void RocksDatabase::open_for_reading() {
  auto opened = opened_to_read();
  if (!opened.ok()) return;
  (*opened)->set_read_only();
  const auto versions = check_versions((*opened)->db());
  if (!versions.ok() || !*versions || (*versions)->gallery != sealer_.gallery()) return;  // another one lies there
  const std::scoped_lock lock(mutex_);
  current_ = std::move(opened).value();
}

Result<Hold> RocksDatabase::reading() const {
  constexpr std::chrono::seconds kPatience{5};
  std::unique_lock lock(mutex_);
  opened_.wait_for(lock, kPatience, [this] { return current_ || !reopening_; });
  if (current_) return current_;
  return failure(ErrorCode::kStorageClosed, with<"cause">(reason_));
}

Result<Hold> RocksDatabase::changing(std::uint64_t bytes, Change change) {
  if (read_only_) return failure(ErrorCode::kGalleryReadOnly, with<"format">(format_found_));
  {
    const std::scoped_lock lock(mutex_);
    if (broken()) return failure(ErrorCode::kStorageFailed, with<"cause">(reason_));
  }
  WHORL_TRY(check_room(bytes, change));
  WHORL_TRY(check_folder());
  return reading();
}

Status RocksDatabase::finished(const Hold& hold, const rocksdb::Status& status, const std::string& doing) {
  Status out;
  if (!status.ok()) {
    out = error_of(status, doing);
  } else {
    out = check_folder();
  }
  if (!out.ok()) {
    hold->set_broken();
    set_broken(out.error().message);
  }
  return out;
}

Status RocksDatabase::write(const Hold& hold, rocksdb::WriteBatch& batch, const std::string& doing) {
  [[maybe_unused]] const auto turn = hold->turn();
  const crypto::Vault vault = sealer_.vault();
  batch.Put(slice(as_bytes(kWrapsKey)), slice(wraps_value(vault.epoch(), vault.wraps())));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  return finished(hold, (*hold)->Write(durable, &batch), doing);
}

Status RocksDatabase::rewrite(const Hold& hold, Family family, const KeyRange& range, const std::string& doing) {
  [[maybe_unused]] const auto turn = hold->turn();
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  const rocksdb::Slice begin = slice(range.begin);
  const rocksdb::Slice end = slice(range.end);
  return finished(hold,
                  (*hold)->CompactRange(options, hold->family(family), range.begin.empty() ? nullptr : &begin,
                                        range.end.empty() ? nullptr : &end),
                  doing);
}

Status RocksDatabase::flush(const Hold& hold) {
  [[maybe_unused]] const auto turn = hold->turn();
  return finished(hold, hold->flush(), "writing out what the log holds");
}

void RocksDatabase::set_broken(const std::string& reason) {
  {
    const std::scoped_lock lock(mutex_);
    ++errors_;
    if (broken_.exchange(true)) return;
    reason_ = reason;
    if (current_) current_->set_broken();
  }
  if (options_.events)
    options_.events({Severity::kError, "storage_failed", reason + "; changes are refused until it is mended"});
}

Status RocksDatabase::health() const {
  if (read_only_) return failure(ErrorCode::kGalleryReadOnly, with<"format">(format_found_));
  WHORL_TRY(check_folder());
  WHORL_TRY(check_room(0, Change::kAdds));
  const std::scoped_lock lock(mutex_);
  if (broken()) return failure(ErrorCode::kStorageFailed, with<"cause">(reason_));
  return {};
}

Hold RocksDatabase::stop_changes() {
  Hold old;
  {
    const std::scoped_lock lock(mutex_);
    reopening_ = true;
    if (current_ && current_->read_only()) return current_;
    old = std::exchange(current_, nullptr);
  }
  if (!old) return {};
  old->set_broken();
  let_go(std::move(old));
  return {};
}

void RocksDatabase::replace(Hold reader) {
  const auto changes = reading();
  if (!changes.ok()) return;
  // Tables that a compaction replaces stay until nobody reads them.
  (*changes)->db().DisableFileDeletions().PermitUncheckedError();
  let_go(std::move(reader));
  (*changes)->db().EnableFileDeletions(false).PermitUncheckedError();
}

Status RocksDatabase::reopen() {
  WHORL_TRY(check_folder());
  WHORL_TRY(check_room(0, Change::kAdds));
  Hold reader = stop_changes();
  const std::uint64_t before = errors_.load();
  Status opened = tidy_folder(options_, true);
  if (opened.ok()) opened = open_same();
  if (!opened.ok()) open_for_reading();
  if (reader && opened.ok()) replace(std::move(reader));
  const std::scoped_lock lock(mutex_);
  reopening_ = false;
  opened_.notify_all();
  if (opened.ok() && errors_.load() == before) {
    broken_.store(false);
    return {};
  }
  if (!opened.ok()) reason_ = opened.error().message;
  if (current_) current_->set_broken();
  return failure(ErrorCode::kStorageFailed, with<"cause">(reason_));
}

}  // namespace whorl::index
