#include "index/search/census.h"

#include "index/search/comparable.h"

namespace whorl::index {
namespace {

// How a probe's fingers compare with an encounter's: not at all, or with how much to say.
struct Comparability {
  bool comparable = false;
  bool decisive = false;
};

Comparability comparability(std::span<const FingerPosition> positions, std::span<const ProbeFinger> probe) {
  Comparability out;
  for (const FingerPosition position : positions) {
    for (const ProbeFinger& p : probe) {
      if (!comparable(p, position)) continue;
      out.comparable = true;
      out.decisive = out.decisive || p.decisive;
    }
  }
  return out;
}

}  // namespace

RangeEncounters Census::look(const Range& range) const {
  const Shard& shard = *scope_.snapshot->shards[range.shard].shard;
  RangeEncounters out{&shard, range, {}, {}, {}, {}};
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    if (!scope_.holds(shard, i)) continue;
    out.searched.push_back(shard.person(i));
    const Comparability fingers = comparability(shard.positions(i), request_.probe);
    const bool face = face_ && !shard.face(i).empty();
    if (fingers.decisive || (face && request_.face->decisive)) out.decisive.push_back(shard.person(i));
    if (fingers.comparable) {
      out.with_fingers.push_back(i);
    } else if (face) {
      out.with_face.push_back(i);
    }
  }
  return out;
}

void Census::add(const RangeEncounters& found) {
  searched_.mark_all(found.searched);
  comparable_.mark_all(found.decisive);
}

}  // namespace whorl::index
