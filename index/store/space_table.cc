#include "index/store/space_table.h"

#include <rocksdb/write_batch.h>

#include <string>

#include "index/record/record.h"
#include "index/store/gallery_format.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

// Faces had theirs before there were others.
std::string key_of(Modality modality) {
  constexpr std::string_view kSpaceKey =
      "\x01"
      "space ";
  if (modality == Modality::kFace) return std::string(kFacesKey);
  return std::string(kSpaceKey) + std::string(row_of(modality).name);
}

Place place_of(std::string_view key) { return {"setting", Family::kRecords, as_bytes(key)}; }

}  // namespace

Result<std::optional<Bytes>> SpaceTable::get(Modality modality) const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  std::string value;
  const std::string key = key_of(modality);
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), slice(as_bytes(key)), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading which samples the gallery holds");
  WHORL_ASSIGN(Bytes space, Sealer::open(keys, place_of(key), as_bytes(value)));
  return std::optional(std::move(space));
}

Status SpaceTable::put(Modality modality, ByteView space) {
  WHORL_ASSIGN(const Hold db, database_.changing(space.size()));
  const auto held = database_.sealer().until_written();
  const std::string key = key_of(modality);
  WHORL_ASSIGN(const Bytes sealed, database_.sealer().seal(place_of(key), space));
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(key)), slice(sealed));
  WHORL_TRY(database_.write(db, batch, "writing which samples the gallery holds"));
  return {};
}

}  // namespace whorl::index
