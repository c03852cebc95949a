// Error rates apart for groups of samples (by sex, age, camera ...) at one threshold for all: where a system errs more
// often with some than with others.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/evaluation/intervals.h"
#include "engine/evaluation/rates.h"
#include "engine/evaluation/trial.h"

namespace whorl::evaluation {

struct GroupRates {
  std::string group;  // "" for the samples without one
  std::uint64_t samples = 0;
  Rate fte;
  Rate fnmr;  // mated pairs of the group below the threshold
  Rate fmr;   // non-mated pairs within the group at or above it
};

struct GroupStudy {
  std::string column;              // what the groups are by
  OperatingPoint at;               // of the whole trial
  std::vector<GroupRates> groups;  // by name
};

// A pair counts for a group when both its samples belong to it. `group_of` has one name for each sample. Errors:
// kInvalidInput when they do not go together.
Result<GroupStudy> rates_by_group(std::string column, const Trial& trial, const std::vector<Sample>& samples,
                                  const std::vector<std::string>& group_of, double target_fmr);

std::string groups_text(const GroupStudy& study);
// "column,group,target_fmr,threshold,samples,failures,misses,mated,fnmr_low,fnmr_high,false_matches,non-mated,fmr_low,
// fmr_high".
std::string groups_csv(const std::vector<GroupStudy>& studies);
boost::json::object groups_json(const GroupStudy& study);

}  // namespace whorl::evaluation
