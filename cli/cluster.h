// A front of a cluster as the service of a node. Of a build without one (WHORL_CLUSTER): an error that says so.
#pragma once

#include <filesystem>
#include <memory>

#include "base/event.h"
#include "base/result.h"
#include "engine/node_config.h"
#include "engine/service.h"

namespace whorl::cli {

// `node`: how the front's own gallery is opened, which holds nobody. Errors: those of cluster::read_cluster_config,
// connect_nats and Front::open.
Result<std::shared_ptr<engine::Service>> open_front(const std::filesystem::path& cluster,
                                                    const engine::NodeConfig& node, EventSink events);

}  // namespace whorl::cli
