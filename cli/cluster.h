// Clusters: a front as the service of a node, and the verbs part and cluster. Of a build without them (WHORL_CLUSTER):
// an error that says so, and no such verbs.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/result.h"
#include "engine/node_config.h"
#include "engine/service.h"
#include "index/load_file.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct Chosen;
void add_part(CLI::App& app, Chosen& chosen);
void add_cluster(CLI::App& app, Chosen& chosen);

// Of a gallery that was opened otherwise than by a part: cluster::check_no_move.
Status check_no_move(index::Gallery& gallery);

// Whom a part of these slices ("0-1023", "7") holds; of none of them everybody. Errors: kInvalidInput.
Result<index::LoadOnly> only_of_slices(const std::vector<std::string>& slices);

// `node`: how the front's own gallery is opened, which holds nobody. Errors: those of cluster::read_cluster_config,
// connect_nats and Front::open.
Result<std::shared_ptr<engine::Service>> open_front(const std::filesystem::path& cluster,
                                                    const engine::NodeConfig& node, EventSink events);

}  // namespace whorl::cli
