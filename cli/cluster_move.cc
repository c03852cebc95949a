// whorl cluster add, drain, move: people move from parts to others while the cluster goes on (docs/cluster.md).
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <ctime>

#include "cli/cluster.h"
#include "cli/cluster_asked.h"
#include "cli/print.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kOrderWithin{20};
constexpr std::chrono::seconds kLookWithin{5};

struct MoveOptions : StatusOptions {
  std::string name;  // of the part that is added or drained, or to which slices move
  std::vector<std::string> slices;
  bool detach = false;
  bool give_up = false;
};

using Plan = std::vector<cluster::PlannedMove>;
using Planning = std::function<Result<Plan>(const std::vector<cluster::PartHolds>&)>;

std::size_t count(const Plan& plan) {
  std::size_t out = 0;
  for (const auto& move : plan) out += move.slices.size();
  return out;
}

json::array as_json(const Plan& plan) {
  json::array out;
  for (const auto& move : plan) {
    out.push_back({{"from", move.from}, {"to", move.to}, {"slices", cluster::told(move.slices)}});
  }
  return out;
}

// Whether a signal to end came within a second.
bool told_to_end(const sigset_t& signals) {
  const timespec second{1, 0};
  return ::sigtimedwait(&signals, nullptr, &second) > 0;
}

// What still moves.
struct Left {
  std::size_t slices = 0;
  std::string doing;
  std::string trouble;  // also of parts that do not answer
};

Left left_of(const std::vector<cluster::PartMoves>& parts) {
  Left out;
  for (const auto& part : parts) {
    if (part.missing) {
      out.trouble = "part " + part.name + " does not answer: " + part.missing->message;
      continue;
    }
    out.slices += part.book.under_way().size();
    if (!part.says.doing.empty()) out.doing += (out.doing.empty() ? "" : "; ") + part.name + " " + part.says.doing;
    if (!part.says.trouble.empty()) out.trouble = "part " + part.name + ": " + part.says.trouble;
  }
  return out;
}

// "about 40 s left", once some have moved.
std::string estimate(std::size_t all, std::size_t left, double seconds) {
  if (left >= all || seconds <= 0) return "";
  const double each = seconds / static_cast<double>(all - left);
  return ", about " + std::to_string(static_cast<long>(each * static_cast<double>(left)) + 1) + " s left";
}

// Until nothing moves any more. Errors: kUnavailable: ended before.
Result<double> watch(cluster::ClusterMoves& moves, std::size_t all, const MoveOptions& options) {
  const sigset_t signals = ending_signals();
  const bool shown = options.progress || (!options.json && ::isatty(STDERR_FILENO) == 1);
  const auto began = std::chrono::steady_clock::now();
  std::string told;
  for (;;) {
    const Left left = left_of(moves.look(kLookWithin));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (left.slices == 0 && left.trouble.empty()) return seconds;
    if (shown) {
      print_notice(std::to_string(left.slices) + " of " + std::to_string(all) + " slices to go" +
                   estimate(all, left.slices, seconds) + (left.doing.empty() ? "" : "; part " + left.doing));
    }
    if (!left.trouble.empty() && left.trouble != told) print_notice("it does not go on: " + left.trouble);
    told = left.trouble;
    if (!told_to_end(signals)) continue;
    return unavailable(std::to_string(left.slices) +
                       " slices still move; the parts go on by themselves (whorl cluster status), unless it is given "
                       "up (whorl cluster move --give-up)");
  }
}

Result<int> carry_out(const MoveOptions& options, const Planning& planning) {
  WHORL_ASSIGN(const AskedCluster asked, open_asked(options, "whorl cluster"));
  WHORL_ASSIGN(auto moves, moves_of(asked));
  const SlicesSeen seen = look_at_slices(moves);
  WHORL_ASSIGN(const auto holds, cluster::ClusterMoves::holds(seen.parts));
  WHORL_ASSIGN(const Plan plan, planning(holds));
  WHORL_TRY(moves.order(plan, kOrderWithin));
  const std::size_t all = count(plan);
  for (const auto& move : plan) {
    if (!options.json) {
      print(std::to_string(move.slices.size()) + " slices from " + move.from + " to " + move.to + "\n");
    }
  }
  json::object out{{"cluster", asked.config.name}, {"moves", as_json(plan)}, {"slices", all}};
  double seconds = 0;
  if (all > 0 && !options.detach) {
    WHORL_ASSIGN(seconds, watch(moves, all, options));
    out["seconds"] = seconds;
  }
  out["done"] = all == 0 || !options.detach;
  if (options.json) print_json(out);
  if (!options.json) {
    print(all == 0         ? "nothing has to move\n"
          : options.detach ? "begun (whorl cluster status)\n"
                           : "moved in " + std::to_string(static_cast<long>(seconds) + 1) + " s\n");
  }
  return 0;
}

Result<int> run_add(const MoveOptions& options) {
  return carry_out(options, [&](const auto& parts) { return cluster::plan_add(parts, options.name); });
}

Result<int> run_drain(const MoveOptions& options) {
  return carry_out(options, [&](const auto& parts) { return cluster::plan_drain(parts, options.name); });
}

Result<int> give_up(const MoveOptions& options) {
  WHORL_ASSIGN(const AskedCluster asked, open_asked(options, "whorl cluster move"));
  WHORL_ASSIGN(auto moves, moves_of(asked));
  const std::size_t before = left_of(moves.look(kLookWithin)).slices;
  WHORL_TRY(moves.give_up(kOrderWithin));
  if (options.json) {
    print_json({{"cluster", asked.config.name}, {"given_up", before}});
  } else {
    print(std::to_string(before) + " slices move no more, but those that had left already\n");
  }
  return 0;
}

Result<int> run_move(const MoveOptions& options) {
  if (options.give_up) return give_up(options);
  if (options.slices.empty() || options.name.empty()) {
    return invalid_input("which slices, and to which part: --slices 0-127 --to b, or --give-up", "--slices");
  }
  WHORL_ASSIGN(const cluster::SliceSet wanted, cluster::parse_slice_set(options.slices));
  return carry_out(options, [&](const auto& parts) { return cluster::plan_move(parts, wanted, options.name); });
}

CLI::App* add_one(CLI::App& group, const std::string& name, const std::string& what, const std::string& example,
                  MoveOptions& options) {
  CLI::App* verb = add_verb(group, name, what, example, options);
  add_status_options(*verb, options);
  add_progress_option(*verb, options);
  verb->add_flag("--detach", options.detach, "Do not wait: the parts go on by themselves");
  return verb;
}

}  // namespace

void add_cluster_moves(CLI::App& group, Chosen& chosen) {
  auto adding = std::make_shared<MoveOptions>();
  CLI::App* add = add_one(group, "add", "Give a part its share of all slices, from those that hold most",
                          "  whorl cluster add --cluster cluster.toml --name e --progress", *adding);
  add->add_option("--name", adding->name, "The part, which runs and stands in the cluster's file")->required();
  on_chosen(add, chosen, adding, run_add);

  auto draining = std::make_shared<MoveOptions>();
  CLI::App* drain = add_one(group, "drain", "Give all that a part holds to the others; then it may be stopped for good",
                            "  whorl cluster drain --cluster cluster.toml --name a --progress", *draining);
  drain->add_option("--name", draining->name, "The part")->required();
  on_chosen(drain, chosen, draining, run_drain);

  auto moving = std::make_shared<MoveOptions>();
  CLI::App* move = add_one(group, "move", "Move slices, and the people in them, to a part; or end moves under way",
                           "  whorl cluster move --cluster cluster.toml --slices 0-127 --to b\n"
                           "  whorl cluster move --cluster cluster.toml --give-up",
                           *moving);
  move->add_option("--slices", moving->slices, "\"7\" or \"0-127\"; may be given several times");
  move->add_option("--to", moving->name, "The part that gets them");
  move->add_flag("--give-up", moving->give_up, "No slice moves any more but those that have left their part already");
  never_with(*move, "--give-up", {"--slices", "--to", "--detach"});
  on_chosen(move, chosen, moving, run_move);
}

}  // namespace whorl::cli
