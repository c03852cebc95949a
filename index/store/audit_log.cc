#include "index/store/audit_log.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "audit/checkpoint_file.h"
#include "base/version.h"
#include "base/world.h"
#include "index/store/audit_reader.h"
#include "index/store/staged_file.h"
#include "index/store/task_table.h"

namespace whorl::index {
namespace {

constexpr std::string_view kSignerName = "audit/key";
constexpr std::string_view kMonthPrefix = "audit/";
constexpr std::uint64_t kSecond_ms = 1000;
constexpr std::uint64_t kMostOfPrune = 65'536;  // leaves in one batch
constexpr std::uint64_t kHour_ms = 3'600'000;
// So many leaves are signed at once, however little time has passed.
constexpr std::uint64_t kLeavesOfCheckpoint = 1000;
// Of callers that are written together.
constexpr std::size_t kMostOfGroup = 64;
constexpr std::size_t kMostBytesOfGroup = std::size_t{16} << 20;

std::string month_of(std::uint64_t ms) {
  const auto time =
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
  return rfc3339(std::chrono::time_point_cast<std::chrono::system_clock::duration>(time)).substr(0, 7);
}

// Puts what a batch holds behind what another holds. Range deletions, which no batch may hold (delete_keys.h), are
// refused.
class Appending final : public rocksdb::WriteBatch::Handler {
 public:
  Appending(rocksdb::WriteBatch& to, const OpenDatabase& db) : to_(to), db_(db) {}
  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    return to_.Put(db_.by_number(family), key, value);
  }
  rocksdb::Status DeleteCF(std::uint32_t family, const rocksdb::Slice& key) override {
    return to_.Delete(db_.by_number(family), key);
  }

 private:
  rocksdb::WriteBatch& to_;
  const OpenDatabase& db_;
};

// A word for the log; what is none is not told.
std::string word(const std::string& text) { return audit::is_word(text) ? text : "other"; }

// A digest of records by itself would let somebody who guesses them find out.
Sha256 keyed(const crypto::NameDigest& digest, const Sha256& set) {
  const audit::Tag first = digest.of("set 1", as_text(set));
  const audit::Tag second = digest.of("set 2", as_text(set));
  Sha256 out{};
  std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), out.begin()));
  return out;
}

// All but its number and time.
audit::Leaf leaf_of(const audit::Event& event, const audit::Asked& asked, const crypto::NameDigest& digest) {
  audit::Leaf leaf;
  leaf.operation = event.operation;
  leaf.outcome = word(event.outcome);
  leaf.auth = word(asked.auth);
  leaf.role = word(asked.role);
  leaf.purpose = word(asked.purpose);
  leaf.peer = event.peer;
  leaf.who = digest.of("who", asked.issuer + '\0' + asked.subject);
  if (!asked.request_id.empty()) leaf.request = digest.of("request", asked.request_id);
  leaf.subject = event.subject;
  for (const std::string& gallery : event.galleries) leaf.galleries.push_back(digest.of("gallery", gallery));
  leaf.count = event.count;
  leaf.epoch = event.epoch;
  leaf.first = event.first;
  leaf.images = event.images;
  leaf.persons = event.persons;
  leaf.threshold_mdb = event.threshold_mdb;
  if (event.set) leaf.digest = keyed(digest, *event.set);
  if (event.operation == audit::Operation::kBegin || event.operation == audit::Operation::kRestore) {
    leaf.software = "whorl " + std::string(kVersion);
  }
  return leaf;
}

Result<crypto::TreeHash> root_at(const OpenDatabase& db, std::uint64_t size) {
  AuditReader reader(db);
  crypto::TileNodes nodes(reader, size);
  return crypto::tree_root(nodes, size);
}

}  // namespace

// Where the log ends.
struct AuditLog::State {
  std::weak_ptr<OpenDatabase> of;
  crypto::GrowingTiles tiles;
  std::uint64_t last_ms = 0;
  std::uint64_t first = 0;  // leaf that is kept
  std::uint64_t signed_size = 0;
  std::uint64_t signed_ms = 0;
  std::string note;
  std::string month;
  std::optional<crypto::NameDigest> digest;  // of that month
};

struct AuditLog::Waiting {
  const Hold& hold;
  rocksdb::WriteBatch& batch;
  std::span<const audit::Event> events;
  const audit::Asked& asked;
  const std::string& doing;
  std::uint64_t first = 0;
  crypto::TreeHash hash = {};  // of the first leaf
  bool done = false;
  Status status = {};
};

struct AuditLog::Growth {
  std::vector<std::pair<Bytes, Bytes>> leaves;
  std::vector<std::pair<Bytes, Bytes>> tiles;
  std::optional<std::pair<Bytes, Bytes>> checkpoint;
  std::optional<Bytes> drop_checkpoint;

  void into(rocksdb::WriteBatch& batch, const OpenDatabase& db) const {
    for (const auto& [key, value] : leaves) batch.Put(db.family(Family::kAudit), slice(key), slice(value));
    for (const auto& [key, value] : tiles) batch.Put(db.family(Family::kTiles), slice(key), slice(value));
    if (checkpoint) batch.Put(db.family(Family::kCheckpoints), slice(checkpoint->first), slice(checkpoint->second));
    if (drop_checkpoint) batch.Delete(db.family(Family::kCheckpoints), slice(*drop_checkpoint));
  }
};

class AuditLog::Turn {
 public:
  explicit Turn(AuditLog& log) : log_(log) {
    std::unique_lock lock(log_.mutex_);
    ++log_.turns_wanted_;  // those who come in groups let it in between
    log_.turn_.wait(lock, [&] { return !log_.writing_; });
    --log_.turns_wanted_;
    log_.writing_ = true;
  }
  ~Turn() {
    {
      const std::scoped_lock lock(log_.mutex_);
      log_.writing_ = false;
    }
    log_.turn_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  AuditLog& log_;
};

AuditLog::AuditLog(RocksDatabase& database, crypto::KeyRing ring) : database_(database), ring_(std::move(ring)) {}
AuditLog::~AuditLog() = default;

std::uint64_t AuditLog::now_ms() const {
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(database_.options().world->now().time_since_epoch());
  return static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0));
}

// -- opening

Status AuditLog::open(const Hold& hold) {
  const Turn alone(*this);
  const std::string origin = "whorl/audit/" + hex_of(database_.sealer().gallery());
  WHORL_ASSIGN(const std::uint64_t leaves, count_leaves(*hold));
  const bool begun = ring_.find(kSignerName) != nullptr;
  if (begun && leaves == 0) return corruption("the gallery's audit log is gone: restore the gallery from a backup");
  if (!begun && leaves > 0) return corruption("the gallery has lost the key of its audit log");
  if (!begun) {
    WHORL_ASSIGN(const auto key, crypto::PrivateKey::make(crypto::KeyKind::kEd25519));
    WHORL_TRY(ring_.put(kSignerName, crypto::SecretBytes::copy_of(key.secret())));
  }
  WHORL_ASSIGN(auto key, crypto::PrivateKey::of(crypto::KeyKind::kEd25519, ring_.find(kSignerName)->view()));
  WHORL_ASSIGN(signer_, crypto::NoteSigner::of(origin, crypto::NoteKeyKind::kSignature, std::move(key)));
  if (!begun) WHORL_TRY(begin(hold));
  WHORL_TRY(ready(hold));
  WHORL_TRY(check_file(hold, *state_));
  Growth growth;
  WHORL_TRY(sign_if_due(growth, true));
  if (growth.checkpoint) {
    rocksdb::WriteBatch batch;
    growth.into(batch, *hold);
    WHORL_TRY(database_.write(hold, batch, "signing the audit log"));
  }
  tell();
  opened_ = true;
  return {};
}

Status AuditLog::begin(const Hold& hold) {
  std::uint64_t encounters = 0;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  {
    [[maybe_unused]] const auto turn = hold->turn();
    const std::unique_ptr<rocksdb::Iterator> it((*hold)->NewIterator(options, hold->family(Family::kIndex)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) ++encounters;
    if (!it->status().ok()) return error_of(it->status(), "counting the gallery's encounters");
  }
  state_ = std::make_unique<State>();
  state_->of = hold;
  rocksdb::WriteBatch batch;
  const std::uint64_t now = now_ms();
  state_->last_ms = now;
  crypto::SecretBytes key(32);
  WHORL_TRY(crypto::system_random().fill(key.writable()));
  WHORL_TRY(ring_.put(std::string(kMonthPrefix) + month_of(now), std::move(key)));
  WHORL_TRY(put_ring(hold, &batch));
  audit::Event event;
  event.operation = audit::Operation::kBegin;
  event.outcome = "begun";
  event.count = encounters;
  Growth growth;
  WHORL_TRY(ready_month(hold, now));
  WHORL_TRY(grow(std::span(&event, 1), {}, growth));
  WHORL_TRY(sign_if_due(growth, true));
  growth.into(batch, *hold);
  Status written = database_.write(hold, batch, "beginning the audit log");
  state_.reset();
  return written;
}

Status AuditLog::put_ring(const Hold& hold, rocksdb::WriteBatch* into) {
  WHORL_ASSIGN(const Bytes sealed, database_.sealer().seal(ring_place(), ring_.encoded().view()));
  rocksdb::WriteBatch own;
  (into != nullptr ? *into : own).Put(slice(as_bytes(kRingKey)), slice(sealed));
  return into != nullptr ? Status() : database_.write(hold, own, "making the audit log's key of a month");
}

Status AuditLog::load(const Hold& hold, State& out) const {
  [[maybe_unused]] const auto turn = hold->turn();
  out.of = hold;
  WHORL_ASSIGN(const std::uint64_t size, count_leaves(*hold));
  if (size == 0 || size < acknowledged_) return corruption("the audit log has lost its last leaves");
  WHORL_ASSIGN(out.first, first_leaf(*hold));
  std::vector<crypto::TreeHash> last;
  for (std::uint64_t n = size - size % crypto::kTileWidth; n < size; ++n) {
    WHORL_ASSIGN(const Bytes leaf, read_leaf(*hold, n));
    last.push_back(crypto::leaf_hash(leaf));
  }
  AuditReader reader(*hold);
  WHORL_ASSIGN(out.tiles, crypto::GrowingTiles::resume(size, reader, std::move(last)));
  WHORL_ASSIGN(const Bytes bytes, read_leaf(*hold, size - 1));
  WHORL_ASSIGN(const audit::Leaf leaf, audit::parse_leaf(bytes));
  if (leaf.n != size - 1) return corruption("the audit log's last leaf has another number");
  out.last_ms = leaf.time_ms;
  WHORL_ASSIGN(const std::vector<std::string> notes, read_checkpoints(*hold));
  if (notes.empty()) return corruption("the audit log has lost its checkpoints");
  out.note = notes.back();
  WHORL_ASSIGN(const auto opened, crypto::open_checkpoint(out.note, signer_->verifier(), {}));
  out.signed_size = opened.checkpoint.size;
  if (out.signed_size > size) return corruption("the audit log has lost leaves that it had signed");
  if (out.signed_size > 0) {
    WHORL_ASSIGN(const Bytes signed_bytes, read_leaf(*hold, out.signed_size - 1));
    WHORL_ASSIGN(const audit::Leaf last_signed, audit::parse_leaf(signed_bytes));
    out.signed_ms = last_signed.time_ms;  // no row says it: within a second or so of when it was signed
  }
  WHORL_ASSIGN(const crypto::TreeHash root, root_at(*hold, out.signed_size));
  if (root != opened.checkpoint.root) return corruption("the audit log is not what it had signed");
  return {};
}

Status AuditLog::ready(const Hold& hold) {
  if (state_ && state_->of.lock() == hold) return {};
  auto fresh = std::make_unique<State>();
  WHORL_TRY(load(hold, *fresh));
  state_ = std::move(fresh);
  return {};
}

Status AuditLog::check_file(const Hold& hold, const State& state) const {
  const auto& file = database_.options().audit_checkpoints;
  if (!file) return {};
  WHORL_ASSIGN(const auto last, audit::last_checkpoint(*file, signer_->verifier()));
  if (!last) return {};
  std::string cause;
  if (last->size > state.tiles.size()) {
    cause = "it has " + std::to_string(state.tiles.size()) + " leaves, and had " + std::to_string(last->size);
  } else {
    WHORL_ASSIGN(const crypto::TreeHash root, root_at(*hold, last->size));
    if (root != last->root) cause = "its first " + std::to_string(last->size) + " leaves are others";
  }
  if (cause.empty()) return {};
  return corruption("the gallery's audit log is not that which " + file->string() + " tells of: " + cause +
                    ". An earlier copy of the gallery lies here, or another one; find out who put it here. If it was "
                    "you, name another file of checkpoints");
}

// -- growing

Status AuditLog::ready_month(const Hold& hold, std::uint64_t now) {
  const std::string month = month_of(now);
  if (state_->month == month && state_->digest) return {};
  const std::string name = std::string(kMonthPrefix) + month;
  [[maybe_unused]] const auto turn = hold->turn();  // before the mutex, as whoever prunes takes the two
  const std::scoped_lock lock(told_mutex_);
  if (ring_.find(name) == nullptr) {
    crypto::SecretBytes key(32);
    WHORL_TRY(crypto::system_random().fill(key.writable()));
    WHORL_TRY(ring_.put(name, std::move(key)));
    Status kept = put_ring(hold, nullptr);
    if (!kept.ok()) {
      ring_.erase(name);
      return kept;
    }
  }
  state_->month = month;
  state_->digest.emplace(*ring_.find(name));
  return {};
}

Status AuditLog::grow(std::span<const audit::Event> events, const audit::Asked& asked, Growth& growth) {
  State& state = *state_;
  for (const audit::Event& event : events) {
    audit::Leaf leaf = leaf_of(event, asked, *state.digest);
    leaf.n = state.tiles.size();
    leaf.time_ms = state.last_ms;
    WHORL_ASSIGN(Bytes bytes, audit::encoded(leaf));
    WHORL_ASSIGN(const auto filled, state.tiles.append(crypto::leaf_hash(bytes)));
    for (const crypto::FullTile& tile : filled) growth.tiles.emplace_back(tile_row(tile.name), tile.bytes);
    growth.leaves.emplace_back(leaf_row(leaf.n), std::move(bytes));
  }
  return {};
}

Status AuditLog::sign_if_due(Growth& growth, bool now) {
  State& state = *state_;
  const std::uint64_t unsigned_leaves = state.tiles.size() - state.signed_size;
  if (unsigned_leaves == 0) return {};
  const std::uint64_t time = now_ms();
  const bool waited = time >= state.signed_ms + kSecond_ms || time < state.signed_ms;
  if (!now && !waited && unsigned_leaves < kLeavesOfCheckpoint) return {};
  crypto::Checkpoint checkpoint;
  checkpoint.origin = signer_->verifier().name();
  checkpoint.size = state.tiles.size();
  checkpoint.root = state.tiles.root();
  WHORL_ASSIGN(const crypto::SignedNote note, crypto::sign_checkpoint(checkpoint, *signer_));
  state.note = note.note();
  growth.checkpoint.emplace(checkpoint_row(checkpoint.size),
                            Bytes(as_bytes(state.note).begin(), as_bytes(state.note).end()));
  // One an hour is kept for ever.
  if (state.signed_ms / kHour_ms == time / kHour_ms) growth.drop_checkpoint = checkpoint_row(state.signed_size);
  state.signed_size = checkpoint.size;
  state.signed_ms = time;
  return {};
}

Status AuditLog::write_group(const Hold& hold, std::span<Waiting* const> group) {
  WHORL_TRY(ready(hold));
  const std::uint64_t now = std::max(now_ms(), state_->last_ms);
  WHORL_TRY(ready_month(hold, now));
  rocksdb::WriteBatch& batch = group.front()->batch;
  for (Waiting* one : group) {
    if (one != group.front()) {
      Appending appending(batch, *hold);
      const rocksdb::Status appended = one->batch.Iterate(&appending);
      if (!appended.ok()) return error_of(appended, one->doing);
    }
  }
  state_->last_ms = now;
  Growth growth;
  for (Waiting* one : group) {
    one->first = state_->tiles.size();
    const std::size_t grown = growth.leaves.size();
    WHORL_TRY(grow(one->events, one->asked, growth));
    one->hash = crypto::leaf_hash(growth.leaves[grown].second);
  }
  WHORL_TRY(sign_if_due(growth, false));
  growth.into(batch, *hold);
  WHORL_TRY(database_.write(hold, batch, group.front()->doing));
  acknowledged_ = state_->tiles.size();
  tell();
  return {};
}

Result<std::uint64_t> AuditLog::commit(const Hold& hold, rocksdb::WriteBatch& batch,
                                       std::span<const audit::Event> events, const audit::Asked& asked,
                                       const std::string& doing) {
  WHORL_TRY(TaskTable::note_effect(batch, database_.sealer(), *hold, asked));
  Waiting mine{hold, batch, events, asked, doing};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&mine);
  turn_.wait(lock, [&] { return mine.done || (!writing_ && turns_wanted_ == 0 && waiting_.front() == &mine); });
  if (!mine.done) {
    std::vector<Waiting*> group;
    for (std::size_t bytes = 0; !waiting_.empty() && waiting_.front()->hold == hold && group.size() < kMostOfGroup;) {
      bytes += waiting_.front()->batch.GetDataSize();
      if (!group.empty() && bytes > kMostBytesOfGroup) break;
      group.push_back(waiting_.front());
      waiting_.pop_front();
    }
    writing_ = true;
    lock.unlock();
    const Status status = write_group(hold, group);
    if (!status.ok()) state_.reset();
    lock.lock();
    writing_ = false;
    for (Waiting* one : group) {
      one->status = status;
      one->done = true;
    }
    turn_.notify_all();
  }
  if (!mine.status.ok()) return mine.status.error();
  if (asked.noted != nullptr) *asked.noted = {mine.first, mine.hash};
  return mine.first;
}

Status AuditLog::write_files(const Hold& hold, std::vector<rocksdb::IngestExternalFileArg> files,
                             const audit::Event& event, const audit::Asked& asked, const std::string& doing) {
  WHORL_TRY(ready(hold));
  const std::uint64_t now = std::max(now_ms(), state_->last_ms);
  WHORL_TRY(ready_month(hold, now));
  state_->last_ms = now;
  Growth growth;
  WHORL_TRY(grow(std::span(&event, 1), asked, growth));
  [[maybe_unused]] const auto turn = hold->turn();
  std::vector<std::unique_ptr<StagedFile>> own;
  for (const auto& [family, rows] :
       {std::pair(Family::kAudit, &growth.leaves), std::pair(Family::kTiles, &growth.tiles)}) {
    if (rows->empty()) continue;
    StagedFile& file = *own.emplace_back(std::make_unique<StagedFile>(database_, *hold, family));
    for (const auto& [key, value] : *rows) file.put(key, value);
    const rocksdb::Status finished = file.finish();
    if (!finished.ok()) return error_of(finished, doing);
    files.push_back(file.argument(*hold));
  }
  WHORL_TRY(database_.finished(hold, (*hold)->IngestExternalFiles(files), doing));
  acknowledged_ = state_->tiles.size();
  tell();
  return {};
}

Status AuditLog::commit_files(const Hold& hold, std::vector<rocksdb::IngestExternalFileArg> files,
                              const audit::Event& event, const audit::Asked& asked, const std::string& doing) {
  const Turn alone(*this);
  Status status = write_files(hold, std::move(files), event, asked, doing);
  if (!status.ok()) state_.reset();
  return status;
}

Result<std::uint64_t> AuditLog::note(const audit::Event& event, const audit::Asked& asked) {
  WHORL_ASSIGN(const Hold hold, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  return commit(hold, batch, std::span(&event, 1), asked, "writing the audit log");
}

// -- pruning

Result<std::uint64_t> AuditLog::bundle_of(const OpenDatabase& db, std::uint64_t first, std::uint64_t before_ms) const {
  std::uint64_t low = first / crypto::kTileWidth;
  std::uint64_t high = report().signed_leaves / crypto::kTileWidth;  // of those only whole bundles are looked at
  high = std::min(high, low + kMostOfPrune / crypto::kTileWidth);
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    WHORL_ASSIGN(const Bytes bytes, read_leaf(db, (middle + 1) * crypto::kTileWidth - 1));
    WHORL_ASSIGN(const audit::Leaf last, audit::parse_leaf(bytes));
    if (last.time_ms < before_ms) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<std::uint64_t> AuditLog::prune(std::uint64_t before_ms, const std::function<Result<std::uint64_t>()>& encounters,
                                      const audit::Asked& asked) {
  WHORL_ASSIGN(const Hold hold, database_.changing(0, Change::kRemoves));
  std::uint64_t first = 0;
  std::uint64_t kept = 0;
  {
    [[maybe_unused]] const auto turn = hold->turn();
    WHORL_ASSIGN(first, first_leaf(*hold));
    WHORL_ASSIGN(const std::uint64_t bundle, bundle_of(*hold, first, before_ms));
    kept = bundle * crypto::kTileWidth;
  }
  if (kept <= first) return first;
  const auto held = database_.sealer().until_written();
  rocksdb::WriteBatch batch;
  for (std::uint64_t n = first; n < kept; ++n) batch.Delete(hold->family(Family::kAudit), slice(leaf_row(n)));
  audit::Event event;
  event.operation = audit::Operation::kPrune;
  event.outcome = "pruned";
  event.first = kept;
  WHORL_ASSIGN(event.count, encounters());
  WHORL_TRY(commit(hold, batch, std::span(&event, 1), asked, "pruning the audit log"));
  const Turn alone(*this);
  WHORL_TRY(ready(hold));
  state_->first = kept;
  tell();
  WHORL_TRY(drop_months(hold));
  return kept;
}

Status AuditLog::drop_months(const Hold& hold) {
  WHORL_ASSIGN(const Bytes bytes, read_leaf(*hold, state_->first));
  WHORL_ASSIGN(const audit::Leaf leaf, audit::parse_leaf(bytes));
  const std::string month = std::string(kMonthPrefix) + month_of(leaf.time_ms);
  [[maybe_unused]] const auto turn = hold->turn();
  const std::scoped_lock lock(told_mutex_);
  std::vector<std::string> old;
  ring_.each([&](std::string_view name, const crypto::SecretBytes&) {
    if (name.starts_with(kMonthPrefix) && name != kSignerName && name < month) old.emplace_back(name);
  });
  if (old.empty()) return {};
  for (const std::string& name : old) ring_.erase(name);
  return put_ring(hold, nullptr);
}

// -- signing

Status AuditLog::sign(bool only_when_due) {
  WHORL_ASSIGN(const Hold hold, database_.changing(0, Change::kRemoves));
  const auto held = database_.sealer().until_written();
  const Turn alone(*this);
  WHORL_TRY(ready(hold));
  Growth growth;
  WHORL_TRY(sign_if_due(growth, !only_when_due));
  if (growth.checkpoint) {
    rocksdb::WriteBatch batch;
    growth.into(batch, *hold);
    Status written = database_.write(hold, batch, "signing the audit log");
    if (!written.ok()) {
      state_.reset();
      return written;
    }
  }
  tell();
  return {};
}

Status AuditLog::append_to_file() {
  const auto& file = database_.options().audit_checkpoints;
  if (!file) return {};
  std::string note;
  {
    const std::scoped_lock lock(told_mutex_);
    if (note_ == in_file_) return {};
    note = note_;
  }
  WHORL_TRY(audit::append_note(*file, note));
  const std::scoped_lock lock(told_mutex_);
  in_file_ = note;
  return {};
}

Status AuditLog::tend() {
  const AuditReport now = report();
  if (now.leaves > now.signed_leaves) WHORL_TRY(sign(true));
  return append_to_file();
}

void AuditLog::close() {
  if (!opened_) return;  // what did not fit signs nothing, and tells nobody that it is the log
  // Whoever opens the gallery next signs what is not signed.
  if (sign(false).ok()) static_cast<void>(append_to_file().ok());
}

// -- telling

void AuditLog::tell() {
  const std::scoped_lock lock(told_mutex_);
  told_.leaves = state_->tiles.size();
  told_.signed_leaves = state_->signed_size;
  told_.signed_ms = state_->signed_ms;
  told_.first = state_->first;
  if (told_.key.empty()) told_.key = signer_->verifier().text();
  note_ = state_->note;
}

AuditReport AuditLog::report() const {
  const std::scoped_lock lock(told_mutex_);
  return told_;
}

Result<audit::LogHead> AuditLog::head() {
  const AuditReport now = report();
  if (now.leaves > now.signed_leaves) WHORL_TRY(sign(false));
  audit::LogHead out;
  {
    const std::scoped_lock lock(told_mutex_);
    out.note = note_;
    out.size = told_.signed_leaves;
    out.key = told_.key;
    out.first = told_.first;
  }
  WHORL_ASSIGN(const Hold hold, database_.reading());
  [[maybe_unused]] const auto turn = hold->turn();
  WHORL_ASSIGN(out.notes, read_checkpoints(*hold));
  // Of what came after this moment nothing is told.
  std::erase_if(out.notes, [&](const std::string& note) {
    const auto opened = crypto::open_checkpoint(note, signer_->verifier(), {});
    return opened.ok() && opened->checkpoint.size > out.size;
  });
  return out;
}

Result<Bytes> AuditLog::tile(const crypto::TileName& name) const {
  if (crypto::tile_width(name.level, name.number, report().signed_leaves) < name.width) {
    return not_found("there is no tile of this path");
  }
  WHORL_ASSIGN(const Hold hold, database_.reading());
  [[maybe_unused]] const auto turn = hold->turn();
  return AuditReader(*hold).tile(name);
}

Result<Bytes> AuditLog::entries(const crypto::TileName& name) const {
  if (crypto::tile_width(0, name.number, report().signed_leaves) < name.width) {
    return not_found("there is no bundle of entries of this path");
  }
  WHORL_ASSIGN(const Hold hold, database_.reading());
  [[maybe_unused]] const auto turn = hold->turn();
  return AuditReader(*hold).entries(name);
}

Result<audit::Tag> AuditLog::tag(const std::string& month, std::string_view what, std::string_view name) const {
  const std::scoped_lock lock(told_mutex_);
  const crypto::SecretBytes* const key = ring_.find(std::string(kMonthPrefix) + month);
  if (key == nullptr) return not_found("the audit log has no key of the month " + month, "month");
  return crypto::NameDigest(*key).of(what, name);
}

}  // namespace whorl::index
