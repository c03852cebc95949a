// A plan of a cluster and what failures do to it, as text and as JSON. Private to this room.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "cluster/plan.h"

namespace whorl::cli {

// Failures of a plan's cluster, had it so many replicas.
struct PlannedFailures {
  std::uint64_t replicas = 0;
  std::uint64_t written_by = 0;
  cluster::FailureFigures figures;
};

std::string told(const cluster::Plan& plan, const std::vector<PlannedFailures>& failures,
                 const cluster::FailureRates& rates);
boost::json::object as_json(const cluster::Plan& plan, const std::vector<PlannedFailures>& failures,
                            const cluster::FailureRates& rates);

}  // namespace whorl::cli
