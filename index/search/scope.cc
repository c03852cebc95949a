#include "index/search/scope.h"

#include <algorithm>

#include "base/catalogue.h"
#include "index/search/search_types.h"

namespace whorl::index {

bool Scope::holds(const Shard& shard, std::size_t index) const {
  if (!shard.visible_at(index, snapshot->version)) return false;
  if (filtered != nullptr && !filtered->encounters.contains(shard.digest(index))) return false;
  if (!gallery) return snapshot->is_active(shard, index);
  const auto galleries = shard.galleries(index);
  return std::any_of(galleries.begin(), galleries.end(),
                     [&](std::uint16_t local) { return shard.global_gallery(local) == *gallery; });
}

bool Scope::all_of(const Shard& shard) const {
  if (filtered != nullptr) return false;
  if (gallery) return shard.all_in(*gallery);
  return snapshot->inactive == 0 || shard.all_active();
}

Result<Scope> make_scope(std::shared_ptr<const Snapshot> snapshot, const std::string& gallery_id,
                         const Filtered* filtered) {
  Scope scope;
  scope.filtered = filtered;
  scope.snapshot = std::move(snapshot);
  if (gallery_id == kAllGalleries) {
    scope.counts = filtered != nullptr ? filtered->counts : scope.snapshot->all;
    return scope;
  }
  const auto it = scope.snapshot->names->find(gallery_id);
  if (it != scope.snapshot->names->end()) scope.counts = scope.snapshot->galleries[it->second];
  const bool has_inactive = scope.snapshot->counts_of(kInactiveMark + gallery_id).encounters > 0;
  if (scope.counts.encounters == 0 && !has_inactive && gallery_id != kDefaultGallery) {
    return failure(ErrorCode::kUnknownGallery, "gallery_id", with<"gallery">(gallery_id));
  }
  if (filtered != nullptr) scope.counts = filtered->counts;
  constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  scope.gallery = it == scope.snapshot->names->end() ? kNobody : it->second;
  return scope;
}

std::vector<Range> ranges_of(const Snapshot& snapshot) {
  constexpr std::uint32_t kEncounters = 4096;
  std::vector<Range> out;
  for (std::size_t shard = 0; shard < snapshot.shards.size(); ++shard) {
    const auto n = static_cast<std::uint32_t>(snapshot.shards[shard].encounters);
    std::uint32_t begin = 0;
    do {
      out.push_back({shard, begin, std::min(begin + kEncounters, n)});
      begin += kEncounters;
    } while (begin < n);
  }
  return out;
}

}  // namespace whorl::index
