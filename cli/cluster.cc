// whorl part, whorl cluster: a gallery over several machines (docs/cluster.md).
#include "cli/cluster.h"

#include <boost/json.hpp>
#include <csignal>

#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "cluster/front.h"
#include "cluster/part_server.h"
#include "cluster/remote_part.h"
#include "cluster/replica_world.h"
#include "index/gallery.h"
#include "server/operations/log.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

struct PartOptions : CommonOptions {
  NodeOptions node;
  std::string cluster;
  std::string name;
  bool create = false;
  int answering = 0;
};

struct StatusOptions : CommonOptions {
  NodeOptions node;
  std::string cluster;
};

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

Result<engine::EngineConfig> engine_config(const engine::NodeConfig& node, EventSink events) {
  std::vector<std::string> notices;
  WHORL_ASSIGN(engine::EngineConfig out, engine::engine_config(node, notices));
  for (const std::string& notice : notices) print_notice(notice);
  out.events = std::move(events);
  return out;
}

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
  WHORL_TRY(opened);
  for (const std::string& notice : (*opened)->notices()) print_notice(notice);
  return std::move(opened).value();
}

Result<int> run_part(const PartOptions& options) {
  const sigset_t signals = ending_signals();
  WHORL_ASSIGN(engine::NodeConfig node, options.node.config());
  node.create = node.create || options.create;
  WHORL_ASSIGN(const cluster::ClusterConfig config, cluster::read_cluster_config(options.cluster));
  WHORL_ASSIGN(engine::EngineConfig wanted, engine_config(node, server::log_sink()));
  const cluster::Setting setting = cluster::setting_of(config, wanted.calibrations);
  cluster::ReplicaWorld world;
  WHORL_ASSIGN(const auto engine, open_part(config, options.name, wanted, world));
  WHORL_ASSIGN(const auto bus, cluster::connect_nats(config.broker, "whorl part " + options.name));
  cluster::ReplicaTimes times;
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

// What a replica says of itself, without a front's gallery.
struct ReplicaSays {
  std::string name;
  Result<cluster::PartStatus> status;
  std::optional<cluster::Position> position;  // where its part has several
};

engine::Call within_seconds(int seconds) {
  engine::Call out;
  out.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  return out;
}

Result<ReplicaSays> ask_status(const cluster::ClusterConfig& config, std::size_t place, const std::string& name,
                               const cluster::Setting& setting, ByteView key, cluster::Bus& bus) {
  WHORL_ASSIGN(auto keys, cluster::Keys::make(key, name));
  cluster::RemotePart part(config, name, name, setting, std::move(keys), bus);
  ReplicaSays out{name, part.ask(within_seconds(3), cluster::TellStatus{}), {}};
  if (config.replicas[place].size() == 1) return out;
  WHORL_ASSIGN(const auto log, cluster::log_of(config, name, setting, key, bus));
  const auto position = log->ask(within_seconds(3), cluster::TellPosition{});
  if (position.ok()) out.position = *position;
  return out;
}

// "leads, 120 of 120 changes made".
std::string told(const cluster::Position& at, const std::string& name) {
  std::string out = !at.member ? "catches up" : at.leader == name ? "leads" : "follows " + at.leader;
  if (at.member && at.leader.empty()) out = "hears no leader";
  out += ", " + std::to_string(at.applied) + " of " + std::to_string(at.last_index) + " changes made";
  return at.trouble.empty() ? out : out + "; " + at.trouble;
}

std::uint64_t encounters_in(const cluster::PartStatus& status) {
  std::uint64_t out = 0;
  for (const auto& gallery : status.galleries) out += gallery.encounters;
  return out;
}

// Into the array, or as a line.
void tell_of(const ReplicaSays& of, const std::string& part, json::array* into) {
  const auto& status = of.status;
  const std::string says = !status.ok()              ? status.error().message
                           : status->changes_refused ? "takes no changes: " + status->changes_refused->message
                                                     : "answers";
  const std::uint64_t encounters = status.ok() ? encounters_in(*status) : 0;
  const std::string log = of.position ? told(*of.position, of.name) : "";
  if (into != nullptr) {
    json::object row{{"name", of.name}, {"answers", status.ok()}, {"encounters", encounters}, {"says", says}};
    if (of.position) row.insert({{"part", part}, {"log", log}});
    into->push_back(std::move(row));
    return;
  }
  print(of.name + ": " + printable(says) + (status.ok() ? ", " + std::to_string(encounters) + " encounters" : "") +
        (log.empty() ? "" : "; " + printable(log)) + "\n");
}

Result<int> run_status(const StatusOptions& options) {
  ending_signals();
  WHORL_ASSIGN(const engine::NodeConfig node, options.node.config());
  WHORL_ASSIGN(const cluster::ClusterConfig config, cluster::read_cluster_config(options.cluster));
  engine::NodeConfig somewhere = node;
  if (somewhere.gallery.empty()) somewhere.gallery = ".";  // never opened
  WHORL_ASSIGN(const engine::EngineConfig wanted, engine_config(somewhere, {}));
  WHORL_ASSIGN(const auto key, cluster::Keys::read(config.key));
  WHORL_ASSIGN(const auto bus, cluster::connect_nats(config.broker, "whorl cluster status"));
  const cluster::Setting setting = cluster::setting_of(config, wanted.calibrations);
  json::array parts;
  int missing = 0;
  int all = 0;
  for (std::size_t place = 0; place < config.parts.size(); ++place) {
    for (const std::string& name : config.replicas[place]) {
      WHORL_ASSIGN(const ReplicaSays said, ask_status(config, place, name, setting, key.view(), *bus));
      ++all;
      if (!said.status.ok()) ++missing;
      tell_of(said, config.parts[place], options.json ? &parts : nullptr);
    }
  }
  if (options.json) print_json({{"cluster", config.name}, {"parts", parts}, {"missing", missing}});
  if (missing == 0) return 0;
  return unavailable(std::to_string(missing) + " of " + std::to_string(all) + " do not answer");
}

void add_cluster_option(CLI::App& verb, std::string& into) {
  verb.add_option("--cluster", into, "The cluster's file, the same for every front and part (docs/cluster.md)")
      ->required();
}

}  // namespace

Result<std::shared_ptr<engine::Service>> open_front(const std::filesystem::path& cluster,
                                                    const engine::NodeConfig& node, EventSink events) {
  std::signal(SIGPIPE, SIG_IGN);
  WHORL_ASSIGN(const cluster::ClusterConfig config, cluster::read_cluster_config(cluster));
  WHORL_ASSIGN(engine::EngineConfig own, engine_config(node, std::move(events)));
  WHORL_ASSIGN(auto bus, cluster::connect_nats(config.broker, "whorl front"));
  WHORL_ASSIGN(auto front, cluster::Front::open(config, std::move(own), std::move(bus)));
  for (const auto& part : front->parts()) {
    if (part.missing) print_notice(part.missing->message);
  }
  return std::shared_ptr<engine::Service>(std::move(front));
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

void add_cluster(CLI::App& app, Chosen& chosen) {
  CLI::App* group = add_group(app, "cluster", "How the parts of a cluster do");
  auto options = std::make_shared<StatusOptions>();
  CLI::App* verb = add_verb(*group, "status", "Ask every part; the exit status is 0 when all answer",
                            "  whorl cluster status --cluster cluster.toml", *options);
  add_gallery_options(*verb, options->node);
  verb->get_option("--gallery-dir")->required(false);
  add_cluster_option(*verb, options->cluster);
  on_chosen(verb, chosen, options, run_status);
}

}  // namespace whorl::cli
