// Which kept samples a probe's sample is compared with. Private to this room.
#pragma once

#include "index/search/search_types.h"

namespace whorl::index {

// `kept`: the position of a sample of the probe's modality.
inline bool comparable(const ProbeSample& probe, std::uint8_t kept) {
  if (!probe.elsewhere) return comparable(probe.position, kept);
  return kept != 0 && kept != probe.position;
}

}  // namespace whorl::index
