#include "index/store/gallery_format.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/catalogue.h"
#include "index/record/record_key.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

// Since then each sample says which extractor version made it.
constexpr std::uint32_t kFirstWithoutExtractor = 4;

Result<std::optional<Bytes>> read_bytes(rocksdb::DB& db, std::string_view key) {
  std::string value;
  const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), slice(as_bytes(key)), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading the gallery's version");
  return std::optional(Bytes(as_bytes(value).begin(), as_bytes(value).end()));
}

Result<std::optional<std::uint32_t>> read_u32(rocksdb::DB& db, std::string_view key) {
  WHORL_ASSIGN(const auto value, read_bytes(db, key));
  if (!value) return std::optional<std::uint32_t>();
  ByteReader in(*value);
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

bool is_readable(std::uint32_t format) { return format >= kOldestGalleryFormat && format <= kGalleryFormat; }

Error other_format(std::uint32_t format) {
  return failure(ErrorCode::kGalleryFormat, with<"format">(format), with<"least">(kOldestGalleryFormat),
                 with<"most">(kGalleryFormat));
}

}  // namespace

Result<GalleryVersions> read_versions(rocksdb::DB& db) {
  WHORL_ASSIGN(const auto format, read_u32(db, kFormatKey));
  if (!format) return corruption("the database holds records but no gallery version");
  GalleryVersions out;
  out.format = *format;
  WHORL_ASSIGN(out.extractor, read_u32(db, kExtractorKey));
  WHORL_ASSIGN(const auto gallery, read_bytes(db, kGalleryIdKey));
  if (gallery) {
    if (gallery->size() != out.gallery.emplace().size()) return corruption("the gallery's own name is malformed");
    std::copy(gallery->begin(), gallery->end(), out.gallery->begin());
  }
  WHORL_ASSIGN(const auto converting, read_bytes(db, kConvertingKey));
  if (!converting) return out;
  ByteReader in(*converting);
  ConversionMark& mark = out.converting.emplace();
  mark.records = in.u64();
  const ByteView key = in.bytes(in.left());
  if (in.failed() || key.empty()) return corruption("the mark of the gallery's conversion is malformed");
  mark.last_key.assign(key.begin(), key.end());
  return out;
}

Result<std::optional<GalleryVersions>> check_versions(rocksdb::DB& db) {
  WHORL_ASSIGN(const bool empty, is_empty(db));
  if (empty) return std::optional<GalleryVersions>();
  WHORL_ASSIGN(GalleryVersions versions, read_versions(db));
  if (!is_readable(versions.format)) return other_format(versions.format);
  const bool sealed = versions.format == kGalleryFormat;
  if (sealed && !versions.gallery) return corruption("the gallery has lost its own name");
  if (versions.format < kFirstWithoutExtractor && !versions.extractor) {
    return corruption("the database holds records but no version of their extractor");
  }
  return std::optional(std::move(versions));
}

Status write_format(rocksdb::DB& db, const crypto::GalleryId& gallery, ByteView ring, bool converting) {
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFormatKey)), slice(ByteWriter().u32(kGalleryFormat).view()));
  batch.Put(slice(as_bytes(kGalleryIdKey)), slice(gallery));
  batch.Put(slice(as_bytes(kRingKey)), slice(ring));
  if (converting) batch.Put(slice(as_bytes(kConvertingKey)), slice(ByteWriter().u64(0).u8(kEncounterKeyPrefix).view()));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status status = db.Write(durable, &batch);
  if (!status.ok()) return error_of(status, "making the gallery");
  return {};
}

Result<std::uint64_t> read_wraps(rocksdb::DB& db, std::uint32_t epoch) {
  WHORL_ASSIGN(const auto value, read_bytes(db, kWrapsKey));
  if (!value) return 0;
  ByteReader in(*value);
  const bool same = in.u32() == epoch;
  const std::uint64_t wraps = in.u64();
  return same && in.finished() ? wraps : 0;
}

Bytes wraps_value(std::uint32_t epoch, std::uint64_t wraps) { return ByteWriter().u32(epoch).u64(wraps).take(); }

Result<Bytes> read_ring(rocksdb::DB& db) {
  WHORL_ASSIGN(auto ring, read_bytes(db, kRingKey));
  if (!ring) return corruption("the gallery has lost its ring of keys");
  return std::move(*ring);
}

Status check_old_format(const StoreOptions& options, const rocksdb::Options& quiet) {
  const std::string folder = options.directory.string();
  std::vector<std::string> names;
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(quiet, folder, &names);
  if (!listed.ok()) return error_of(listed, "opening the gallery " + folder);
  const std::string index = kFamilyNames[static_cast<std::size_t>(Family::kIndex)];
  if (std::find(names.begin(), names.end(), index) != names.end()) return {};
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(quiet, folder, &opened);
  if (!status.ok()) return error_of(status, "opening the gallery " + folder);
  const std::unique_ptr<rocksdb::DB> db(opened);
  WHORL_ASSIGN(const auto format, read_u32(*db, kFormatKey));
  if (!format || is_readable(*format)) return {};
  return other_format(*format);
}

}  // namespace whorl::index
