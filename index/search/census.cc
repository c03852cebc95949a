#include "index/search/census.h"

#include "index/search/comparable.h"

namespace whorl::index {
namespace {

// How a probe's samples of one modality compare with an encounter's: not at all, or with how much to say.
struct Comparability {
  bool comparable = false;
  bool decisive = false;
};

Comparability comparability(std::span<const std::uint8_t> positions, std::span<const ProbeSample> probe) {
  Comparability out;
  for (const std::uint8_t position : positions) {
    for (const ProbeSample& p : probe) {
      if (!comparable(p, position)) continue;
      out.comparable = true;
      out.decisive = out.decisive || p.decisive;
    }
  }
  return out;
}

}  // namespace

Census::Census(const Scope& scope, std::span<const Seeker> seekers)
    : scope_(scope),
      modalities_(modalities_of(seekers)),
      searched_(scope.snapshot->ordinals),
      comparable_(scope.snapshot->ordinals) {
  for (const Modality modality : modalities_) probe_[modality] = samples_of(seekers, modality);
}

RangeEncounters Census::look(const Range& range) const {
  const Shard& shard = *scope_.snapshot->shards[range.shard].shard;
  RangeEncounters out{&shard, range, {}, {}, {}};
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    if (!scope_.holds(shard, i)) continue;
    out.searched.push_back(shard.person(i));
    bool decisive = false;
    for (const Modality modality : modalities_) {
      const Comparability found = comparability(shard.positions(i, modality), probe_[modality]);
      if (found.comparable) out.comparable[modality].push_back(i);
      decisive = decisive || found.decisive;
    }
    if (decisive) out.decisive.push_back(shard.person(i));
  }
  return out;
}

void Census::add(const RangeEncounters& found) {
  encounters_ += found.searched.size();
  searched_.mark_all(found.searched);
  comparable_.mark_all(found.decisive);
}

}  // namespace whorl::index
