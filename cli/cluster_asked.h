// A cluster as its verbs ask it from outside, without a front's gallery. Private to this room.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/cluster_options.h"
#include "cli/node_options.h"
#include "cli/verb.h"
#include "cluster/bus.h"
#include "cluster/cluster_moves.h"
#include "cluster/config.h"
#include "crypto/secret_bytes.h"

namespace whorl::cli {

struct StatusOptions : CommonOptions {
  NodeOptions node;
  std::string cluster;
};

// What its processes agree on, and the way to them.
struct AskedCluster {
  cluster::ClusterConfig config;
  cluster::Setting setting{};
  crypto::SecretBytes key;
  std::unique_ptr<cluster::Bus> bus;
};

// `who`: the broker's name for this process. Holds SIGINT and SIGTERM back. Errors: of the file, its key and the
// broker.
Result<AskedCluster> open_asked(const StatusOptions& options, const char* who);
Result<cluster::ClusterMoves> moves_of(const AskedCluster& asked);

// What parts hold, asked again where what they say does not fit together: they are not asked at one moment.
struct SlicesSeen {
  std::vector<cluster::PartMoves> parts;
  std::vector<std::string> wrong;
};
SlicesSeen look_at_slices(cluster::ClusterMoves& moves);

// Of a node for what its calibrations are: no gallery is opened, so none has to be named.
void add_status_options(CLI::App& verb, StatusOptions& options);
void add_cluster_moves(CLI::App& group, Chosen& chosen);
void add_cluster_plan(CLI::App& group, Chosen& chosen);

}  // namespace whorl::cli
