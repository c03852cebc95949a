// whorl cluster status, whorl cluster check: how the parts of a cluster do, asked from outside (docs/cluster.md).
#include <boost/json.hpp>
#include <map>
#include <thread>

#include "cli/cluster.h"
#include "cli/cluster_asked.h"
#include "cli/print.h"
#include "cluster/cluster_check.h"
#include "cluster/nats_bus.h"
#include "cluster/remote_part.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

struct CheckOptions : StatusOptions {
  int within_s = 60;
};

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

// What each part holds and gives, into the object or as lines.
void tell_slices(const SlicesSeen& seen, json::object* into) {
  json::array rows;
  for (const auto& part : seen.parts) {
    if (part.missing) continue;
    const auto giving = part.book.under_way();
    const std::size_t holds = part.book.held().count();
    if (into != nullptr) {
      json::object row{{"part", part.name},
                       {"holds", holds},
                       {"gives", giving.size()},
                       {"comes", part.book.all(cluster::SliceIs::kComing).size()}};
      if (!giving.empty()) row["doing"] = part.says.doing;
      rows.push_back(std::move(row));
      continue;
    }
    print("part " + part.name + ": " + std::to_string(holds) + " slices");
    if (!giving.empty()) {
      print("; gives " + std::to_string(giving.size()) + " away (" + printable(part.book.other(giving.front())) + ")" +
            (part.says.doing.empty() ? "" : ", " + printable(part.says.doing)));
    }
    print("\n");
  }
  for (const std::string& wrong : seen.wrong) {
    if (into == nullptr) print("WRONG: " + printable(wrong) + "\n");
  }
  if (into == nullptr) return;
  (*into)["slices"] = std::move(rows);
  json::array wrong;
  for (const std::string& each : seen.wrong) wrong.emplace_back(each);
  (*into)["wrong"] = std::move(wrong);
}

Result<int> run_status(const StatusOptions& options) {
  WHORL_ASSIGN(const AskedCluster asked, open_asked(options, "whorl cluster status"));
  json::array parts;
  int missing = 0;
  int all = 0;
  for (std::size_t place = 0; place < asked.config.parts.size(); ++place) {
    for (const std::string& name : asked.config.replicas[place]) {
      WHORL_ASSIGN(const ReplicaSays said,
                   ask_status(asked.config, place, name, asked.setting, asked.key.view(), *asked.bus));
      ++all;
      if (!said.status.ok()) ++missing;
      tell_of(said, asked.config.parts[place], options.json ? &parts : nullptr);
    }
  }
  WHORL_ASSIGN(auto moves, moves_of(asked));
  const SlicesSeen seen = look_at_slices(moves);
  json::object whole{{"cluster", asked.config.name}, {"parts", parts}, {"missing", missing}};
  tell_slices(seen, options.json ? &whole : nullptr);
  if (options.json) print_json(whole);
  if (missing == 0 && seen.wrong.empty()) return 0;
  if (missing == 0) return unavailable("the slices are not as they should be: " + seen.wrong.front());
  return unavailable(std::to_string(missing) + " of " + std::to_string(all) + " do not answer");
}

// A person's line of a part, and of each of its replicas.
void print_part(const cluster::CheckedPart& part) {
  print("part " + part.name + (part.index > 0 ? ", after change " + std::to_string(part.index) : "") + "\n");
  for (const auto& replica : part.replicas) {
    const std::string log = replica.position ? told(*replica.position, replica.name) : "";
    print("  " + replica.name + ": " + printable(replica.missing ? replica.missing->message : "compared") +
          (log.empty() ? "" : "; " + printable(log)) + "\n");
  }
  for (const auto& [name, held] : part.galleries) {
    print("  gallery " + name + ": " + std::to_string(held.persons) + " persons, " + std::to_string(held.encounters) +
          " encounters, " + hex_of(held.digest).substr(0, 16) + "\n");
  }
  for (const std::string& wrong : part.wrong) print("  WRONG: " + printable(wrong) + "\n");
}

json::object as_json(const index::GalleryDigest& held) {
  return {{"gallery", held.gallery_id},
          {"persons", held.persons},
          {"encounters", held.encounters},
          {"digest", hex_of(held.digest)}};
}

json::object as_json(const cluster::CheckedPart& part) {
  json::array replicas;
  for (const auto& replica : part.replicas) {
    json::object row{{"name", replica.name}, {"answers", !replica.missing}};
    if (replica.missing) row["says"] = replica.missing->message;
    if (replica.position) {
      row["leads"] = replica.position->leader == replica.name;
      row["counts"] = replica.position->member;
      row["in_log"] = replica.position->last_index;
      row["made"] = replica.position->applied;
    }
    json::array galleries;
    for (const auto& held : replica.galleries) galleries.push_back(as_json(held));
    row["galleries"] = std::move(galleries);
    replicas.push_back(std::move(row));
  }
  json::array galleries;
  for (const auto& [name, held] : part.galleries) galleries.push_back(as_json(held));
  json::array wrong;
  for (const std::string& each : part.wrong) wrong.emplace_back(each);
  return {{"part", part.name},
          {"after_change", part.index},
          {"replicas", replicas},
          {"galleries", galleries},
          {"wrong", wrong}};
}

// Persons, in how many parts; whoever lies in no part that answers is not among them.
std::map<std::string, std::pair<std::uint64_t, std::size_t>> sums(const std::vector<cluster::CheckedPart>& parts) {
  std::map<std::string, std::pair<std::uint64_t, std::size_t>> out;
  for (const auto& part : parts) {
    for (const auto& [name, held] : part.galleries) {
      out[name].first += held.persons;
      ++out[name].second;
    }
  }
  return out;
}

Result<int> run_check(const CheckOptions& options) {
  constexpr int kExitWrong = 1;
  WHORL_ASSIGN(const AskedCluster asked, open_asked(options, "whorl cluster check"));
  WHORL_ASSIGN(const auto parts, cluster::check_parts(asked.config, asked.setting, asked.key.view(), *asked.bus,
                                                      std::chrono::seconds(options.within_s)));
  const Status door = cluster::check_door(asked.config.broker);
  std::size_t wrong = door.ok() ? 0 : 1;
  if (!door.ok() && !options.json) print("WRONG: " + printable(door.error().message) + "\n");
  WHORL_ASSIGN(auto moves, moves_of(asked));
  const SlicesSeen seen = look_at_slices(moves);
  wrong += seen.wrong.size();
  json::object whole{{"cluster", asked.config.name}};
  tell_slices(seen, options.json ? &whole : nullptr);
  json::array rows;
  for (const auto& part : parts) {
    wrong += part.wrong.size();
    if (options.json) {
      rows.push_back(as_json(part));
    } else {
      print_part(part);
    }
  }
  json::array galleries;
  for (const auto& [name, sum] : sums(parts)) {
    galleries.push_back({{"gallery", name}, {"persons", sum.first}, {"parts", sum.second}});
    if (options.json) continue;
    print("gallery " + name + ": " + std::to_string(sum.first) + " persons in " + std::to_string(sum.second) +
          " parts\n");
  }
  if (options.json) {
    json::value wrong_slices = std::move(whole["wrong"]);
    whole["wrong_slices"] = std::move(wrong_slices);
    whole["parts"] = std::move(rows);
    whole["galleries"] = std::move(galleries);
    whole["door_is_shut"] = door.ok();
    whole["wrong"] = wrong;
    print_json(whole);
  } else {
    print(wrong == 0 ? "all is as it should be\n" : std::to_string(wrong) + " things are not as they should be\n");
  }
  return wrong == 0 ? 0 : kExitWrong;
}

void add_cluster_check(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* verb = add_verb(group, "check",
                            "Compare what the replicas of each part hold; the exit status is 1 when one is missing or "
                            "holds something else",
                            "  whorl cluster check --cluster cluster.toml --json", *options);
  add_status_options(*verb, *options);
  verb->add_option("--within", options->within_s, "Seconds to wait for the parts; each reads its whole index")
      ->check(CLI::Range(1, 3600));
  on_chosen(verb, chosen, options, run_check);
}

}  // namespace

Result<AskedCluster> open_asked(const StatusOptions& options, const char* who) {
  ending_signals();
  WHORL_ASSIGN(engine::NodeConfig somewhere, options.node.config());
  if (somewhere.gallery.empty()) somewhere.gallery = ".";  // never opened
  WHORL_ASSIGN(const engine::EngineConfig wanted, cluster_engine_config(somewhere, {}));
  WHORL_ASSIGN(auto config, cluster::read_cluster_config(options.cluster));
  WHORL_ASSIGN(auto key, cluster::Keys::read(config.key));
  WHORL_ASSIGN(auto bus, cluster::connect_nats(config.broker, who));
  const cluster::Setting setting = cluster::setting_of(config, wanted.calibrations);
  return AskedCluster{std::move(config), setting, std::move(key), std::move(bus)};
}

Result<cluster::ClusterMoves> moves_of(const AskedCluster& asked) {
  return cluster::ClusterMoves::open(asked.config, asked.setting, asked.key.view(), *asked.bus);
}

SlicesSeen look_at_slices(cluster::ClusterMoves& moves) {
  SlicesSeen out;
  for (int tries = 0; tries < 3; ++tries) {
    if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    out.parts = moves.look(std::chrono::seconds(3));
    out.wrong = cluster::wrong_slices(out.parts);
    if (out.wrong.empty()) break;
  }
  return out;
}

void add_status_options(CLI::App& verb, StatusOptions& options) {
  add_gallery_options(verb, options.node);
  verb.get_option("--gallery-dir")->required(false);
  add_cluster_option(verb, options.cluster);
}

void add_cluster(CLI::App& app, Chosen& chosen) {
  CLI::App* group = add_group(app, "cluster", "How the parts of a cluster do, and which people they hold");
  auto options = std::make_shared<StatusOptions>();
  CLI::App* verb = add_verb(*group, "status", "Ask every part; the exit status is 0 when all answer",
                            "  whorl cluster status --cluster cluster.toml", *options);
  add_status_options(*verb, *options);
  on_chosen(verb, chosen, options, run_status);
  add_cluster_check(*group, chosen);
  add_cluster_moves(*group, chosen);
  add_cluster_plan(*group, chosen);
}

}  // namespace whorl::cli
