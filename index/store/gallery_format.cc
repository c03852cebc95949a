#include "index/store/gallery_format.h"

#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/catalogue.h"
#include "index/record/record.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

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

Status write_version(rocksdb::DB& db) {
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFormatKey)), slice(ByteWriter().u32(kGalleryFormat).view()));
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status status = db.Write(durable, &batch);
  if (!status.ok()) return error_of(status, "making the gallery");
  return {};
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

Status check_versions(rocksdb::DB& db) {
  WHORL_ASSIGN(const bool empty, is_empty(db));
  if (empty) return write_version(db);
  WHORL_ASSIGN(const GalleryVersions versions, read_versions(db));
  if (!is_readable(versions.format)) return other_format(versions.format);
  if (versions.format == kGalleryFormat || versions.extractor) return {};
  return corruption("the database holds records but no version of their extractor");
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
