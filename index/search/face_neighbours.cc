#include "index/search/face_neighbours.h"

namespace whorl::index {

Status FaceNeighbours::look(const RangeEncounters& range) {
  const Shard& shard = *range.shard;
  const auto floor = static_cast<float>(best_.floor());
  std::vector<Vote> found;
  shard.scan_faces(range.range.begin, range.range.end, face_, [&](auto encounters, auto cosines) {
    for (std::size_t k = 0; k < encounters.size(); ++k) {
      if (cosines[k] < floor || !scope_.holds(shard, encounters[k])) continue;
      found.push_back({static_cast<double>(cosines[k]), {shard.person(encounters[k]), encounters[k], &shard}});
    }
  });
  best_.add(std::move(found));
  return {};
}

}  // namespace whorl::index
