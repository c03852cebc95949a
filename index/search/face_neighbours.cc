#include "index/search/face_neighbours.h"

#include <algorithm>
#include <set>

namespace whorl::index {
namespace {

// An index is asked for so many rows, and as many more as are erased: the wanted are among them, whatever its codes
// lose (docs/index.md).
constexpr std::size_t kNearest = 400;
constexpr std::size_t kNearestOfPersons = 2;

}  // namespace

void FaceNeighbours::scan(const Shard& shard, std::size_t begin, std::size_t end, std::vector<Vote>& found) const {
  const auto floor = static_cast<float>(best_.floor());
  shard.scan_faces(begin, end, face_, [&](auto encounters, auto cosines) {
    for (std::size_t k = 0; k < encounters.size(); ++k) {
      if (cosines[k] < floor || !scope_.holds(shard, encounters[k])) continue;
      found.push_back({static_cast<double>(cosines[k]), {shard.person(encounters[k]), encounters[k], &shard}});
    }
  });
}

bool FaceNeighbours::is_indexed(const Shard& shard) const {
  return FaceIndex::is_used() && shard.face_index() != nullptr && scope_.all_of(shard);
}

bool FaceNeighbours::ask_index(const Shard& shard, std::vector<Vote>& found) const {
  const std::size_t wanted = std::max(kNearest, kNearestOfPersons * persons_) + shard.dead_samples();
  std::vector<std::uint32_t> rows = shard.face_index()->nearest(face_, wanted);
  std::sort(rows.begin(), rows.end());
  std::set<std::uint32_t> persons;
  shard.look_at_faces(rows, face_, [&](auto encounters, auto cosines) {
    for (std::size_t k = 0; k < encounters.size(); ++k) {
      if (!scope_.holds(shard, encounters[k])) continue;
      const std::uint32_t person = shard.person(encounters[k]);
      persons.insert(person);
      found.push_back({static_cast<double>(cosines[k]), {person, encounters[k], &shard}});
    }
  });
  return persons.size() >= persons_ || rows.size() < wanted;
}

Status FaceNeighbours::look(const RangeEncounters& range) {
  const Shard& shard = *range.shard;
  std::vector<Vote> found;
  if (!is_indexed(shard)) {
    scan(shard, range.range.begin, range.range.end, found);
  } else if (range.range.begin == 0 && !ask_index(shard, found)) {
    // Somebody who is enrolled often has taken the others' places.
    found.clear();
    scan(shard, 0, shard.size(), found);
  }
  best_.add(std::move(found));
  return {};
}

}  // namespace whorl::index
