#include "index/store/image_table.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "index/record/record_key.h"
#include "index/store/audit_log.h"
#include "index/store/delete_keys.h"
#include "index/store/gallery_format.h"
#include "index/store/rocks_database.h"
#include "index/store/sealed_encounter.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kSettingVersion = 1;
// A note that a record's images were erased: this and the record's key, among the marks, whose other keys are texts or
// begin with kAnswerKeyPrefix.
constexpr std::uint8_t kErasedPrefix = 0x03;
// So many records have their table files rewritten one by one; more, and all are.
constexpr std::size_t kMostRanges = 64;

Bytes erased_key(ByteView row) { return ByteWriter().u8(kErasedPrefix).bytes(row).take(); }

Place setting_place() { return {"setting", Family::kRecords, as_bytes(kImagesKey)}; }
Place image_place(ByteView key) { return {"image", Family::kImages, key}; }

Error malformed_setting() { return corruption("the gallery's setting of images is malformed"); }

}  // namespace

Result<bool> ImageTable::keeps() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  std::string value;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), slice(as_bytes(kImagesKey)), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) return error_of(status, "reading whether the gallery keeps images");
  WHORL_ASSIGN(const Bytes opened, Sealer::open(keys, setting_place(), as_bytes(value)));
  ByteReader in(opened);
  const int version = in.u8();
  if (in.failed()) return malformed_setting();
  if (version != kSettingVersion) {
    return invalid_input("the gallery keeps images in a way that this build does not know: open it with a newer build");
  }
  const int keep = in.u8();
  if (!in.finished() || keep > 1) return malformed_setting();
  if (keep == 1 && !db->has(Family::kImages)) return corruption("the gallery keeps images but has no place for them");
  return keep == 1;
}

Status ImageTable::set_keeps(bool keep) {
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  const auto held = database_.sealer().until_written();
  WHORL_ASSIGN(const Bytes sealed,
               database_.sealer().seal(setting_place(), ByteWriter().u8(kSettingVersion).u8(keep ? 1 : 0).view()));
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kImagesKey)), slice(sealed));
  audit::Event event;
  event.operation = audit::Operation::kSetting;
  event.outcome = keep ? "images kept" : "images not kept";
  WHORL_TRY(database_.audit().commit(db, batch, std::span(&event, 1), {}, "noting whether the gallery keeps images"));
  return {};
}

Result<KeptImage> ImageTable::get(const std::string& person_id, const std::string& encounter_id,
                                  const ImageReference& named) const {
  const std::string name =
      "gallery record " + person_id + "/" + encounter_id + ": kept image " + std::to_string(named.number) + ": ";
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  if (!db->has(Family::kImages)) return corruption(name + "the gallery has no images");
  const Bytes row = database_.sealer().record_row(encounter_key(person_id, encounter_id));
  const Bytes key = image_key(row, named.number);
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = (*db)->Get(options, db->family(Family::kImages), slice(key), &value);
  if (status.IsNotFound()) return corruption(name + "is missing");
  if (status.IsCorruption()) return corruption(name + status.ToString());
  if (!status.ok()) return error_of(status, "reading a kept image");
  auto image = opened_image(*db, row, key, view(value), named);
  if (!image.ok()) return corruption(name + image.error().message);
  return image;
}

Result<KeptImage> ImageTable::opened_image(const OpenDatabase& db, ByteView row, ByteView key, ByteView stored,
                                           const ImageReference& named) const {
  const auto keys = database_.sealer().keys();
  if (!keys) return parse_image(key, stored, named);
  std::string entry;
  const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), db.family(Family::kIndex), slice(row), &entry);
  if (!status.ok()) return corruption("its encounter has no index entry");
  WHORL_ASSIGN(const OpenedEntry of_entry, open_entry(keys, row, as_bytes(entry)));
  return opened(of_entry, key, stored, named);
}

Result<KeptImage> ImageTable::opened(const OpenedEntry& entry, ByteView key, ByteView stored,
                                     const ImageReference& named) {
  if (!entry.images) return corruption("its encounter has no key of images");
  WHORL_ASSIGN(const Bytes plain, entry.images->open(named.number, image_place(key).context(), stored));
  return parse_image(key, plain, named);
}

Status ImageTable::put(rocksdb::WriteBatch& batch, const OpenDatabase& db, ByteView row, crypto::SealingKey& key,
                       std::span<const ImageToKeep> images) {
  for (const ImageToKeep& image : images) {
    const Bytes at = image_key(row, image.as.number);
    WHORL_ASSIGN(const Bytes sealed, key.seal(image.as.number, image_place(at).context(), image_value(at, image)));
    batch.Put(db.family(Family::kImages), slice(at), slice(sealed));
  }
  return {};
}

Status ImageTable::move(rocksdb::WriteBatch& batch, const OpenDatabase& db, const Destination& to, ByteView old_key,
                        ByteView old_value) {
  constexpr std::size_t kNumberBytes = 4;
  const std::uint32_t number = ByteReader(old_key.last(std::min(old_key.size(), kNumberBytes))).u32();
  const Bytes at = image_key(to.row, number);
  WHORL_ASSIGN(const Bytes value, moved_image(old_key, at, old_value));
  WHORL_ASSIGN(const Bytes sealed, to.key.seal(number, image_place(at).context(), value));
  batch.Put(db.family(Family::kImages), slice(at), slice(sealed));
  return {};
}

Status ImageTable::erase(rocksdb::WriteBatch& batch, const OpenDatabase& db, ByteView row) {
  if (!db.has(Family::kImages)) return {};
  const ImageKeys keys = image_keys(row);
  WHORL_TRY(delete_keys(batch, db.db(), db.family(Family::kImages), keys.begin, keys.end));
  batch.Put(db.family(Family::kMarks), slice(erased_key(row)), rocksdb::Slice());
  return {};
}

Result<std::vector<Bytes>> ImageTable::erased(const OpenDatabase& db) {
  std::vector<Bytes> out;
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options, db.family(Family::kMarks)));
  const Bytes prefix = {kErasedPrefix};
  for (it->Seek(slice(prefix)); it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    const ByteView key = view(it->key()).subspan(prefix.size());
    out.emplace_back(key.begin(), key.end());
  }
  if (!it->status().ok()) return error_of(it->status(), "reading whose images were erased");
  return out;
}

Status ImageTable::rewrite(RocksDatabase& database, const Hold& db, std::span<const Bytes> erased) {
  constexpr const char* kDoing = "purging erased images";
  if (erased.empty() || !db->has(Family::kImages)) return {};
  if (erased.size() > kMostRanges) return database.rewrite(db, Family::kImages, {}, kDoing);
  for (const Bytes& row : erased) {
    ImageKeys keys = image_keys(row);
    WHORL_TRY(database.rewrite(db, Family::kImages, {std::move(keys.begin), std::move(keys.end)}, kDoing));
  }
  return {};
}

void ImageTable::forget_erased(rocksdb::WriteBatch& batch, const OpenDatabase& db, std::span<const Bytes> erased) {
  for (const Bytes& row : erased) batch.Delete(db.family(Family::kMarks), slice(erased_key(row)));
}

}  // namespace whorl::index
