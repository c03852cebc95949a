// Which kept fingers a probe's finger is compared with. Private to this room.
#pragma once

#include "index/search/search_types.h"
#include "index/shard/shard.h"

namespace whorl::index {

inline bool comparable(const ProbeFinger& probe, FingerPosition kept) {
  if (!probe.elsewhere) return comparable(probe.position, kept);
  return kept != FingerPosition::kUnknown && kept != probe.position;
}

}  // namespace whorl::index
