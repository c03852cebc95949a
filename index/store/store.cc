#include "index/store/store.h"

#include <rocksdb/utilities/checkpoint.h>

#include "base/sha256.h"
#include "index/store/audit_log.h"
#include "index/store/rocks_database.h"

namespace whorl::index {

struct Store::Parts {
  explicit Parts(std::unique_ptr<RocksDatabase> opened)
      : database(std::move(opened)),
        records(*database),
        answers(*database),
        snapshots(*database),
        images(*database),
        bulk(*database),
        spaces(*database),
        tasks(*database),
        duplicates(*database),
        retention(*database),
        backups(*database) {}

  const std::unique_ptr<RocksDatabase> database;
  RecordTable records;
  AnswerTable answers;
  SnapshotTable snapshots;
  ImageTable images;
  BulkTable bulk;
  SpaceTable spaces;
  TaskTable tasks;
  DuplicateTable duplicates;
  RetentionTable retention;
  BackupTable backups;
};

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(StoreOptions options) {
  WHORL_ASSIGN(auto database, RocksDatabase::open(std::move(options)));
  return std::unique_ptr<Store>(new Store(std::make_unique<Parts>(std::move(database))));
}

RecordTable& Store::records() { return parts_->records; }
const RecordTable& Store::records() const { return parts_->records; }
AnswerTable& Store::answers() { return parts_->answers; }
SnapshotTable& Store::snapshots() { return parts_->snapshots; }
const SnapshotTable& Store::snapshots() const { return parts_->snapshots; }
ImageTable& Store::images() { return parts_->images; }
const ImageTable& Store::images() const { return parts_->images; }
BulkTable& Store::bulk() { return parts_->bulk; }
TaskTable& Store::tasks() { return parts_->tasks; }
DuplicateTable& Store::duplicates() { return parts_->duplicates; }
AuditLog& Store::audit() { return parts_->database->audit(); }
RetentionTable& Store::retention() { return parts_->retention; }
SpaceTable& Store::spaces() { return parts_->spaces; }
const SpaceTable& Store::spaces() const { return parts_->spaces; }

const RocksDatabase& Store::database() const { return *parts_->database; }
bool Store::read_only() const { return parts_->database->read_only(); }

std::optional<KeysReport> Store::keys() const {
  RocksDatabase& database = *parts_->database;
  if (!database.sealer().sealed() || !database.keys()) return {};
  const crypto::Vault vault = database.sealer().vault();
  KeysReport out;
  out.gallery = hex_of(database.sealer().gallery());
  out.epoch = vault.epoch();
  out.wraps = vault.wraps();
  out.root_key = database.keys()->root_file();
  out.root_key_made_by_whorl = database.keys()->root_made_by_whorl();
  if (const auto kept = database.keys()->read(); kept.ok()) {
    for (const auto& key : kept->keys) {
      if (key.epoch < out.epoch) out.earlier_epochs.push_back(key.epoch);
    }
  }
  return out;
}

Status Store::health() const { return parts_->database->health(); }
bool Store::broken() const { return parts_->database->broken(); }
Status Store::reopen() { return parts_->database->reopen(); }
void Store::set_broken(const std::string& reason) { parts_->database->set_broken(reason); }

namespace {

audit::Event event_of(audit::Operation operation, const char* outcome) {
  audit::Event event;
  event.operation = operation;
  event.outcome = outcome;
  return event;
}

}  // namespace

// Two leaves: that it is being done, so that nothing is destroyed without one, and that it is done.
Result<Rotation> Store::rotate_keys(const RotationWatch& watch, const audit::Asked& asked) {
  audit::Event event = event_of(audit::Operation::kRotate, "begun");
  if (!read_only()) WHORL_TRY(audit().note(event, asked));
  WHORL_ASSIGN(const Rotation done, index::rotate_keys(*parts_->database, watch));
  event.outcome = "done";
  event.epoch = done.epoch;
  WHORL_TRY(audit().note(event, asked));
  return done;
}

namespace {

Status copy_database(RocksDatabase& database, const std::filesystem::path& to) {
  WHORL_ASSIGN(const Hold db, database.changing(0));
  [[maybe_unused]] const auto turn = db->turn();
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&db->db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(to.string());
  if (!status.ok()) return error_of(status, "copying the gallery to " + to.string());
  return {};
}

}  // namespace

Status Store::backup(const std::filesystem::path& to, const audit::Asked& asked) {
  RocksDatabase& database = *parts_->database;
  WHORL_ASSIGN(const auto there, database.files().look(to));
  if (there)
    return Error{ErrorKind::kAlreadyExists, to.string() + " is there already: name a folder that is not", "to"};
  if (read_only()) return copy_database(database, to);
  WHORL_ASSIGN(const BackupNote begun, parts_->backups.begin(asked));
  Status copied = copy_database(database, to);
  // The copy is what it is, whether or not that can be noted: the note then says that nobody knows.
  [[maybe_unused]] const Status noted = parts_->backups.end(begun, copied.ok(), asked);
  return copied;
}

Result<std::vector<BackupNote>> Store::backups() const {
  if (read_only()) return std::vector<BackupNote>();
  return parts_->backups.list();
}

Status Store::move_keys(const std::filesystem::path& root_key, const audit::Asked& asked) {
  RocksDatabase& database = *parts_->database;
  if (!database.keys() || read_only()) return database.health();
  WHORL_TRY(audit().note(event_of(audit::Operation::kRoot, "begun"), asked));
  return database.keys()->move_to_root(root_key);
}

Result<ConversionNeed> Store::conversion_need() { return index::conversion_need(*parts_->database); }
Result<std::uint64_t> Store::convert(const ProgressCallback& progress) {
  return convert_records(*parts_->database, progress);
}

std::size_t Store::memory_bytes() { return RocksDatabase::memory_bytes(); }

}  // namespace whorl::index
