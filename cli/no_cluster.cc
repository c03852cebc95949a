// In place of cluster.cc where there is no client of a broker to build with.
#include "cli/cluster.h"
#include "cli/verb.h"

namespace whorl::cli {

Result<std::shared_ptr<engine::Service>> open_front(const std::filesystem::path&, const engine::NodeConfig&,
                                                    EventSink) {  // NOLINT(performance-unnecessary-value-param)
  return invalid_input("this build of whorl has no clusters: build it with libnats (WHORL_CLUSTER)", "--cluster");
}

Status check_no_move(index::Gallery&) { return {}; }

Result<index::LoadOnly> only_of_slices(const std::vector<std::string>& slices) {
  if (slices.empty()) return index::LoadOnly{};
  return invalid_input("this build of whorl has no clusters: build it with libnats (WHORL_CLUSTER)", "--slices");
}

void add_part(CLI::App&, Chosen&) {}
void add_cluster(CLI::App&, Chosen&) {}

}  // namespace whorl::cli
