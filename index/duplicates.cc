// Whom a deduplication goes through, and what it found.
#include <algorithm>

#include "base/catalogue.h"
#include "index/gallery_impl.h"
#include "index/search/scope.h"

namespace whorl::index {

Result<std::vector<std::string>> Gallery::persons_after(const std::string& gallery_id, const std::string& after,
                                                        const std::function<bool()>& expired) const {
  constexpr std::size_t kAskEvery = 4096;
  WHORL_ASSIGN(const Scope scope, make_scope(parts_->live.snapshot(), gallery_id));
  std::vector<std::string_view> found;
  std::size_t looked = 0;
  for (const Snapshot::View& view : scope.snapshot->shards) {
    for (std::uint32_t i = 0; i < view.encounters; ++i) {
      if (++looked % kAskEvery == 0 && expired && expired()) {
        return failure(ErrorCode::kDeadlinePassed, with<"before">(PhraseCode::kListMade));
      }
      if (!scope.holds(*view.shard, i)) continue;
      const std::string_view id = view.shard->person_id(i);
      if (id > after) found.push_back(id);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return std::vector<std::string>(found.begin(), found.end());
}

Status Gallery::put_duplicates(const std::string& gallery_id, ByteView state, std::span<const KeptDuplicate> found) {
  WHORL_TRY(parts_->ensure_store());
  // Nobody is erased between the look for them and the write.
  const auto all = found.empty() ? std::unique_lock<std::shared_mutex>() : parts_->locks.everybody();
  const Directory& directory = parts_->live.directory();
  std::vector<KeptDuplicate> there;
  for (const KeptDuplicate& pair : found) {
    if (directory.contains(pair.person_id) && directory.contains(pair.other_person_id)) there.push_back(pair);
  }
  return parts_->store->duplicates().put(gallery_id, state, there);
}

Result<std::optional<Bytes>> Gallery::deduplication(const std::string& gallery_id) const {
  return parts_->store->duplicates().state(gallery_id);
}

Result<std::vector<KeptDuplicate>> Gallery::duplicates(const std::string& gallery_id) const {
  return parts_->store->duplicates().all(gallery_id);
}

Status Gallery::drop_duplicates(const std::string& gallery_id) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->duplicates().drop(gallery_id);
}

}  // namespace whorl::index
