#include "index/store/long_hold.h"

#include <utility>

#include "base/result.h"

namespace whorl::index {
namespace {

Error disk_failed() { return unavailable("the gallery's disk has failed"); }

}  // namespace

Result<std::shared_ptr<LongHold>> LongHold::take(Hold db) {
  OpenDatabase& database = *db;
  std::shared_ptr<LongHold> out(new LongHold(std::move(db)));
  if (!database.add(out)) return disk_failed();
  return out;
}

Result<std::shared_ptr<const LongHold::Look>> LongHold::look() const {
  const std::scoped_lock lock(mutex_);
  if (!look_) return disk_failed();
  return look_;
}

bool LongHold::ended() const {
  const std::scoped_lock lock(mutex_);
  return !look_;
}

void LongHold::end() {
  std::shared_ptr<const Look> last;
  const std::scoped_lock lock(mutex_);
  last.swap(look_);  // the snapshot and the hold go after the lock
}

}  // namespace whorl::index
