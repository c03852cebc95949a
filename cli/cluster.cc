// whorl part, and the front of whorl serve --cluster: a gallery over several machines (docs/cluster.md).
#include "cli/cluster.h"

#include <boost/json.hpp>
#include <csignal>

#include "cli/cluster_options.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "cluster/front.h"
#include "cluster/part_folder.h"
#include "cluster/part_server.h"
#include "cluster/replica_world.h"
#include "cluster/slice_book.h"
#include "index/gallery.h"
#include "server/operations/log.h"

namespace whorl::cli {
namespace {

struct PartOptions : CommonOptions {
  NodeOptions node;
  std::string cluster;
  std::string name;
  bool create = false;
  int answering = 0;
};

// Replicas let go of what is due when their log says so.
Result<std::unique_ptr<engine::Engine>> open_part(const cluster::ClusterConfig& config, const std::string& name,
                                                  engine::EngineConfig wanted, World& world) {
  const auto place = config.place_of(name);
  wanted.lets_go_when_told = place && config.replicas[*place].size() > 1;
  auto opened = engine::Engine::open(std::move(wanted), world);
  if (!opened.ok() && opened.error().kind == ErrorKind::kNotFound) {
    Error error = std::move(opened).error();
    error.message += "; check the name, or have one made there (--create)";
    return error;
  }
  if (!opened.ok()) return opened.error();
  for (const std::string& notice : (*opened)->notices()) print_notice(notice);
  return std::move(opened).value();
}

Result<int> run_part(const PartOptions& options) {
  const sigset_t signals = ending_signals();
  WHORL_ASSIGN(engine::NodeConfig node, options.node.config());
  node.create = node.create || options.create;
  WHORL_ASSIGN(const cluster::ClusterConfig config, cluster::read_cluster_config(options.cluster));
  WHORL_ASSIGN(engine::EngineConfig wanted, cluster_engine_config(node, server::log_sink()));
  const cluster::Setting setting = cluster::setting_of(config, wanted.calibrations);
  cluster::ReplicaWorld world;
  WHORL_ASSIGN(const auto engine, open_part(config, options.name, wanted, world));
  WHORL_TRY(cluster::check_door(config.broker));
  WHORL_ASSIGN(const auto bus, cluster::connect_nats(config.broker, "whorl part " + options.name));
  cluster::ReplicaTimes times;
  times.least_kept = config.keep_log;
  times.most_kept = config.keep_log_at_most;
  times.options = cluster::making_options(wanted, engine->own_gallery().keeps_images());
  WHORL_ASSIGN(auto part, cluster::PartServer::start(*engine, *bus, config, options.name, setting, options.answering,
                                                     server::log_sink(), times));
  if (options.json) {
    print_json({{"part", options.name}, {"subject", config.subject_of(options.name)}});
  } else {
    print("part " + options.name + " of cluster " + config.name + " answers (stop with Ctrl-C)\n");
  }
  int signal = 0;
  ::sigwait(&signals, &signal);
  part.reset();
  if (!options.json) print("stopped\n");
  return 0;
}

}  // namespace

// The signals that end a part, held back from every thread that is started from now on.
sigset_t ending_signals() {
  sigset_t out;
  ::sigemptyset(&out);
  ::sigaddset(&out, SIGTERM);
  ::sigaddset(&out, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &out, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return out;
}

Result<engine::EngineConfig> cluster_engine_config(const engine::NodeConfig& node, EventSink events) {
  std::vector<std::string> notices;
  WHORL_ASSIGN(engine::EngineConfig out, engine::engine_config(node, notices));
  for (const std::string& notice : notices) print_notice(notice);
  out.events = std::move(events);
  return out;
}

void add_cluster_option(CLI::App& verb, std::string& into) {
  verb.add_option("--cluster", into, "The cluster's file, the same for every front and part (docs/cluster.md)")
      ->required();
}

Result<std::shared_ptr<engine::Service>> open_front(const std::filesystem::path& cluster,
                                                    const engine::NodeConfig& node, EventSink events) {
  std::signal(SIGPIPE, SIG_IGN);
  WHORL_ASSIGN(const cluster::ClusterConfig config, cluster::read_cluster_config(cluster));
  WHORL_ASSIGN(engine::EngineConfig own, cluster_engine_config(node, std::move(events)));
  WHORL_TRY(cluster::check_door(config.broker));
  WHORL_ASSIGN(auto bus, cluster::connect_nats(config.broker, "whorl front"));
  WHORL_ASSIGN(auto front, cluster::Front::open(config, std::move(own), std::move(bus)));
  for (const auto& part : front->parts()) {
    if (part.missing) print_notice(part.missing->message);
  }
  return std::shared_ptr<engine::Service>(std::move(front));
}

Status check_no_move(index::Gallery& gallery) { return cluster::check_no_move(gallery); }

Result<index::LoadOnly> only_of_slices(const std::vector<std::string>& slices) {
  if (slices.empty()) return index::LoadOnly{};
  WHORL_ASSIGN(const cluster::SliceSet held, cluster::parse_slice_set(slices));
  index::LoadOnly out{"slices", [held](std::string_view person) { return held[cluster::slice_of(person)]; }};
  for (const std::string& range : slices) out.name += " " + range;
  return out;
}

void add_part(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<PartOptions>();
  CLI::App* verb = add_verb(app, "part", "Hold some of a cluster's people and answer its fronts over NATS",
                            "  whorl part --cluster cluster.toml --name a --gallery-dir gallery-a", *options);
  add_gallery_options(*verb, options->node);
  add_quality_option(*verb, options->node);
  add_keep_images_option(*verb, options->node);
  add_face_options(*verb, options->node.node.face);
  add_cluster_option(*verb, options->cluster);
  verb->add_option("--name", options->name, "Which part of the cluster's file this is, or which replica of one")
      ->required();
  verb->add_flag(
      "--create", options->create,
      "Make the gallery where there is none. Without it a folder without a gallery is an error: everybody of "
      "this part would else be unknown");
  verb->add_option("--answering", options->answering, "Threads that answer; 0 for one a core")
      ->check(CLI::Range(0, 1024));
  on_chosen(verb, chosen, options, run_part);
}

}  // namespace whorl::cli
