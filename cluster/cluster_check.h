// Whether the parts of a cluster hold what they should: who answers, how far each replica's log is, and whether the
// replicas of a part hold the same.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cluster/bus.h"
#include "cluster/config.h"
#include "cluster/messages.h"

namespace whorl::cluster {

struct CheckedReplica {
  std::string name;
  std::optional<Error> missing;      // why it does not answer, or has nothing to compare
  std::optional<Position> position;  // where its part has several, and it answers
  std::vector<index::GalleryDigest> galleries;
};

struct CheckedPart {
  std::string name;
  std::uint64_t index = 0;  // what its replicas hold is as after this entry of their log; of a single one as it is now
  std::vector<CheckedReplica> replicas;
  // A sentence for whatever is not as it should be; empty: all is well.
  std::vector<std::string> wrong;
  // Of each gallery what most of its replicas hold.
  std::map<std::string, index::GalleryDigest> galleries;
};

// Asks all parts at once, each replica after one entry of its part's log that is made for this; searches and changes go
// on. Errors: of keys alone; what a part has to say stands with it. Cost: every replica reads its index, about two
// seconds a million encounters.
Result<std::vector<CheckedPart>> check_parts(const ClusterConfig& config, const Setting& setting, ByteView key,
                                             Bus& bus, std::chrono::milliseconds within);

}  // namespace whorl::cluster
