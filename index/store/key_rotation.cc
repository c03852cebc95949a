#include "index/store/key_rotation.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/catalogue.h"
#include "index/record/kept_answer.h"
#include "index/store/duplicate_table.h"
#include "index/store/rocks_database.h"
#include "index/store/sealed_encounter.h"
#include "index/store/snapshot_table.h"
#include "index/store/task_table.h"

namespace whorl::index {
namespace {

constexpr std::size_t kRowsOfBatch = 1000;

// The families with wrapped keys in them; records, images and chunks are under keys that lie in these.
constexpr Family kWrapping[] = {Family::kIndex, Family::kManifest, Family::kMarks, Family::kRecords};

Bytes copy_of(const rocksdb::Slice& bytes) { return {view(bytes).begin(), view(bytes).end()}; }

// One pass over a family; with `rewrap` false it looks alone.
class Pass {
 public:
  Pass(RocksDatabase& database, Family family, const crypto::Vault& vault)
      : database_(database), family_(family), vault_(vault) {}

  Result<std::uint64_t> rewrap(const RotationWatch& watch) {
    std::uint64_t rewrapped = 0;
    for (bool more = true; more;) {
      if (watch) WHORL_TRY(watch("rewrap"));
      const auto alone = database_.sealer().alone();
      WHORL_ASSIGN(const Hold db, database_.changing(0));
      rocksdb::WriteBatch batch;
      WHORL_ASSIGN(more, read_some(*db, [&](ByteView key, ByteView value) -> Status {
                     WHORL_ASSIGN(const auto fresh, rewrapped_row(family_, vault_, key, value));
                     if (!fresh) return {};
                     batch.Put(db->family(family_), slice(key), slice(*fresh));
                     ++rewrapped;
                     return {};
                   }));
      if (batch.Count() > 0) WHORL_TRY(database_.write(db, batch, "wrapping keys anew"));
    }
    return rewrapped;
  }

  // Errors: kInternal when there is a row that is not under the newest key.
  Status check() {
    for (bool more = true; more;) {
      WHORL_ASSIGN(const Hold db, database_.reading());
      WHORL_ASSIGN(more, read_some(*db, [&](ByteView key, ByteView value) -> Status {
                     WHORL_ASSIGN(const auto fresh, rewrapped_row(family_, vault_, key, value));
                     return fresh ? internal_error("a key was left under an earlier one") : Status();
                   }));
    }
    return {};
  }

 private:
  // False at the end of the family, or of what may hold keys in it.
  template <class Look>
  Result<bool> read_some(OpenDatabase& db, const Look& look) {
    [[maybe_unused]] const auto turn = db.turn();
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(family_)));
    it->Seek(slice(after_));
    if (!after_.empty() && it->Valid() && as_text(view(it->key())) == as_text(after_)) it->Next();
    for (std::size_t n = 0; it->Valid() && n < kRowsOfBatch; it->Next(), ++n) {
      if (family_ == Family::kRecords && it->key()[0] != '\x01') return false;
      after_ = copy_of(it->key());
      WHORL_TRY(look(after_, view(it->value())));
    }
    if (!it->status().ok()) return error_of(it->status(), "reading the gallery");
    return it->Valid();
  }

  static Result<std::optional<Bytes>> rewrapped_row(Family family, const crypto::Vault& vault, ByteView key,
                                                    ByteView value);

  RocksDatabase& database_;
  const Family family_;
  const crypto::Vault& vault_;
  Bytes after_;
};

bool is_in_the_clear(std::string_view key) {
  return std::any_of(std::begin(kClearKeys), std::end(kClearKeys),
                     [&](std::string_view clear) { return key == clear; });
}

Result<std::optional<Bytes>> own_key(const crypto::Vault& vault, const Place& place, ByteView value) {
  WHORL_ASSIGN(const std::uint32_t epoch, crypto::epoch_of(value));
  if (epoch == vault.epoch()) return std::optional<Bytes>();
  WHORL_ASSIGN(Bytes fresh, vault.rewrap_value(place.context(), value));
  return std::optional(std::move(fresh));
}

Result<std::optional<Bytes>> Pass::rewrapped_row(Family family, const crypto::Vault& vault, ByteView key,
                                                 ByteView value) {
  switch (family) {
    case Family::kIndex: return rewrapped_entry(vault, key, value);
    case Family::kManifest: return rewrapped_manifest_entry(vault, key, value);
    case Family::kMarks:
      if (key.front() == kAnswerKeyPrefix) return own_key(vault, {"answer", family, key}, value);
      if (key.front() == kSealedMarkPrefix) return own_key(vault, {"mark", family, key}, value);
      if (key.front() >= kTaskHeadPrefix && key.front() <= kTaskBodyPrefix) {
        return TaskTable::rewrapped(vault, key, value);
      }
      if (key.front() == kDuplicatePrefix) return own_key(vault, {"duplicate", family, key}, value);
      if (key.front() == kDeduplicationPrefix) return own_key(vault, {"deduplication", family, key}, value);
      return std::optional<Bytes>();  // notes without a value
    default: break;
  }
  if (is_in_the_clear(as_text(key))) return std::optional<Bytes>();
  return own_key(vault, {as_text(key) == kRingKey ? "ring" : "setting", family, key}, value);
}

// The vault with a newest key that was made just now, or by a rotation that was not finished.
Result<crypto::Vault> with_new_key(RocksDatabase& database, const RotationWatch& watch) {
  const GalleryKeys& keys = *database.keys();
  const crypto::Vault now = database.sealer().vault();
  WHORL_ASSIGN(auto of_gallery, keys.read());
  auto& kept = of_gallery.keys;
  if (kept.size() > 1 && kept.back().epoch == now.epoch()) return now;
  if (watch) WHORL_TRY(watch("make"));
  if (kept.back().epoch == now.epoch()) {
    WHORL_ASSIGN(auto fresh, crypto::make_gallery_key(keys.root(), database.sealer().gallery(), now.epoch() + 1));
    WHORL_TRY(keys.put(database.sealer().gallery(), fresh));
    kept.push_back(std::move(fresh));
  }
  if (watch) WHORL_TRY(watch("use"));
  WHORL_ASSIGN(crypto::Vault vault, crypto::Vault::open(keys.root(), database.sealer().gallery(), kept));
  const auto alone = database.sealer().alone();  // whoever sealed under the earlier key has written it
  database.sealer().replace(vault);
  return vault;
}

Status destroy_earlier(RocksDatabase& database, const crypto::Vault& vault, const RotationWatch& watch) {
  const GalleryKeys& keys = *database.keys();
  WHORL_ASSIGN(auto of_gallery, keys.read());
  auto& kept = of_gallery.keys;
  for (const auto& key : kept) {
    if (key.epoch == vault.epoch()) continue;
    if (watch) WHORL_TRY(watch("destroy"));
    WHORL_TRY(keys.destroy(key.epoch));
  }
  WHORL_TRY(keys.clear_leftovers());
  const auto alone = database.sealer().alone();
  kept.back().wraps = vault.wraps();
  WHORL_ASSIGN(crypto::Vault left,
               crypto::Vault::open(keys.root(), database.sealer().gallery(), std::span(&kept.back(), 1)));
  database.sealer().replace(std::move(left));
  return {};
}

}  // namespace

Result<Rotation> rotate_keys(RocksDatabase& database, const RotationWatch& watch) {
  if (!database.sealer().sealed() || !database.keys()) {
    return failure(ErrorCode::kGalleryReadOnly, with<"format">(database.format_found()));
  }
  WHORL_ASSIGN(const crypto::Vault vault, with_new_key(database, watch));
  Rotation out;
  out.epoch = vault.epoch();
  for (const Family family : kWrapping) {
    WHORL_ASSIGN(const std::uint64_t rewrapped, Pass(database, family, vault).rewrap(watch));
    out.rewrapped += rewrapped;
  }
  if (watch) WHORL_TRY(watch("check"));
  for (const Family family : kWrapping) WHORL_TRY(Pass(database, family, vault).check());
  WHORL_ASSIGN(const Hold db, database.changing(0));
  WHORL_TRY(database.flush(db));
  for (const Family family : {Family::kIndex, Family::kManifest, Family::kMarks}) {
    WHORL_TRY(database.rewrite(db, family, {}, "rewriting what was wrapped anew"));
  }
  WHORL_TRY(destroy_earlier(database, vault, watch));
  return out;
}

}  // namespace whorl::index
