// Thresholds, proposals and decisions as JSON. Pure; thread-safe.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/threshold_desk.h"

namespace whorl::server {

// A proposal as it came; the basis is yet to be looked up.
struct ReadProposal {
  engine::ThresholdProposal proposal;
  std::string evaluation;  // empty: none
  std::string set;
  int fingers = 1;
};
// Errors: kInvalidInput, the property named, here and below.
Result<ReadProposal> read_proposal(std::string_view body);

struct ReadDecision {
  bool approve = false;
  std::string reason;
};
Result<ReadDecision> read_threshold_decision(std::string_view body);

// An error of the desk in the words of the interface.
Error in_threshold_words(Error error);

boost::json::value change_json(const engine::ThresholdChange& change);
boost::json::value settings_json(const engine::ThresholdSettings& settings);

}  // namespace whorl::server
