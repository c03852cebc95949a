// Which slices are to go where: for a part that is added, one that is drained, and some that somebody names. Pure
// values; thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/slice_book.h"
#include "cluster/slices.h"

namespace whorl::cluster {

// What a part holds and may give: slices that are in no move.
struct PartHolds {
  std::string name;
  SliceBook book;
};

// Slices that go from one part to another.
struct PlannedMove {
  std::string from;
  std::string to;
  std::vector<std::uint16_t> slices;

  friend bool operator==(const PlannedMove&, const PlannedMove&) = default;
};

// Errors of all: kInvalidInput: there is no such part, or none to give or to take; slices are in a move already.
//
// These, whoever holds them, to one part; those that it holds stay.
Result<std::vector<PlannedMove>> plan_move(const std::vector<PartHolds>& parts, const SliceSet& slices,
                                           const std::string& to);
// All that a part holds to the others, those first that hold least.
Result<std::vector<PlannedMove>> plan_drain(const std::vector<PartHolds>& parts, const std::string& from);
// To a part as many as make its share that of the others, from those that hold most.
Result<std::vector<PlannedMove>> plan_add(const std::vector<PartHolds>& parts, const std::string& to);

// "0-127, 130".
std::string told(const std::vector<std::uint16_t>& slices);

}  // namespace whorl::cluster
