#include "index/store/face_space_key.h"

#include <rocksdb/write_batch.h>

#include "index/record/record.h"
#include "index/store/gallery_format.h"
#include "index/store/rocks_database.h"

namespace whorl::index {

Result<std::optional<Bytes>> FaceSpaceKey::get() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  std::string value;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), slice(as_bytes(kFacesKey)), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return error_of(status, "reading the gallery's face network");
  return std::optional(Bytes(as_bytes(value).begin(), as_bytes(value).end()));
}

Status FaceSpaceKey::put(ByteView space) {
  WHORL_ASSIGN(const Hold db, database_.changing(space.size()));
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kFacesKey)), slice(space));
  WHORL_TRY(database_.write(db, batch, "writing the gallery's face network"));
  return {};
}

}  // namespace whorl::index
