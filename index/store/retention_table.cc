#include "index/store/retention_table.h"

#include <rocksdb/write_batch.h>

#include <span>
#include <string>

#include "index/store/audit_log.h"
#include "index/store/gallery_format.h"
#include "index/store/rocks_database.h"

namespace whorl::index {
namespace {

constexpr std::uint8_t kSettingVersion = 1;

Place setting_place() { return {"setting", Family::kRecords, as_bytes(kRetentionKey)}; }

}  // namespace

Result<std::uint64_t> RetentionTable::keep_days() const {
  WHORL_ASSIGN(const Hold db, database_.reading());
  [[maybe_unused]] const auto turn = db->turn();
  const auto keys = database_.sealer().keys();
  std::string value;
  const rocksdb::Status status = (*db)->Get(rocksdb::ReadOptions(), slice(as_bytes(kRetentionKey)), &value);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) return error_of(status, "reading for how long the gallery keeps encounters");
  WHORL_ASSIGN(const Bytes opened, Sealer::open(keys, setting_place(), as_bytes(value)));
  ByteReader in(opened);
  const int version = in.u8();
  const std::uint64_t days = in.u64();
  if (version != kSettingVersion && !in.failed()) {
    return invalid_input(
        "the gallery keeps encounters by rules that this build does not know: open it with a newer build");
  }
  if (!in.finished()) return corruption("the setting of how long encounters are kept is malformed");
  return days;
}

Status RetentionTable::set_keep_days(std::uint64_t days, const audit::Asked& asked) {
  WHORL_ASSIGN(const Hold db, database_.changing(0));
  const auto held = database_.sealer().until_written();
  WHORL_ASSIGN(const Bytes sealed,
               database_.sealer().seal(setting_place(), ByteWriter().u8(kSettingVersion).u64(days).view()));
  rocksdb::WriteBatch batch;
  batch.Put(slice(as_bytes(kRetentionKey)), slice(sealed));
  audit::Event event;
  event.operation = audit::Operation::kSetting;
  event.outcome = "retention days";
  event.count = days;
  WHORL_TRY(database_.audit().commit(db, batch, std::span(&event, 1), asked, "noting how long encounters are kept"));
  return {};
}

}  // namespace whorl::index
