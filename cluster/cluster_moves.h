// The moves of a cluster's slices as they are ordered, watched and given up from outside.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cluster/bus.h"
#include "cluster/config.h"
#include "cluster/move_plan.h"
#include "cluster/part_group.h"

namespace whorl::cluster {

// A part as it says that it is.
struct PartMoves {
  std::string name;
  std::optional<Error> missing;
  SliceBook book;
  PartSlices says;
  std::uint64_t encounters = 0;
};

// Belongs to one thread. Borrows the bus.
class ClusterMoves {
 public:
  // Errors: of keys.
  static Result<ClusterMoves> open(const ClusterConfig& config, const Setting& setting, ByteView key, Bus& bus);

  // Asks all parts now.
  std::vector<PartMoves> look(std::chrono::milliseconds within);
  // Of parts that all answer. Errors: kUnavailable: names one that does not.
  static Result<std::vector<PartHolds>> holds(const std::vector<PartMoves>& parts);
  // Each part that gives something puts it down, and goes on with it by itself. Errors: of the first that does not;
  // those before it have begun.
  Status order(const std::vector<PlannedMove>& moves, std::chrono::milliseconds within);
  // No slice moves any more but those that have left already. Errors: of the first part that does not answer.
  Status give_up(std::chrono::milliseconds within);

 private:
  std::vector<std::string> names_;
  std::vector<std::shared_ptr<PartGroup>> parts_;
};

// What is not as it should be in who holds what, a sentence each.
std::vector<std::string> wrong_slices(const std::vector<PartMoves>& parts);

}  // namespace whorl::cluster
