// whorl cluster plan: how many machines a cluster of so many people and searches takes, on paper (docs/cluster.md).
#include <boost/json.hpp>

#include "cli/cluster_asked.h"
#include "cli/cluster_plan_told.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cluster/config.h"
#include "cluster/plan.h"

namespace whorl::cli {
namespace {

constexpr double kMostYears = 100'000;

struct PlanOptions : CommonOptions {
  cluster::PlanRequest request;
  cluster::FailureRates rates;
  bool avx512 = false;
  std::uint64_t written_by = 0;
  double years = 1000;
};

std::vector<PlannedFailures> failures_of(const cluster::Plan& plan, const PlanOptions& options) {
  std::vector<PlannedFailures> out;
  const auto add = [&](std::uint64_t replicas, std::uint64_t written_by) {
    for (const auto& there : out) {
      if (there.replicas == replicas && there.written_by == written_by) return;
    }
    const auto setting = cluster::failures_of(plan, replicas, written_by, options.rates, options.years);
    out.push_back({replicas, written_by, cluster::simulate_failures(setting)});
  };
  add(1, 1);
  add(3, 2);
  add(plan.request.replicas, plan.request.written_by);
  return out;
}

Result<int> run_plan(const PlanOptions& options) {
  cluster::PlanRequest request = options.request;
  if (options.avx512) request.look_factor = cluster::kLookWithAvx512;
  request.written_by = options.written_by > 0 ? options.written_by : cluster::majority_of(request.replicas);
  WHORL_ASSIGN(const cluster::Plan plan, cluster::make_plan(request));
  const auto failures = failures_of(plan, options);
  if (options.json) {
    print_json(as_json(plan, failures, options.rates));
  } else {
    print(told(plan, failures, options.rates));
  }
  return plan.fits() ? kExitOk : exit_code(ErrorKind::kExhausted);
}

void add_load_options(CLI::App& verb, cluster::PlanRequest& r) {
  verb.add_option("--people", r.people, "Persons, each with one encounter")->required();
  verb.add_option("--searches-per-second", r.searches_per_s, "In the mean, when most are made")->required();
  verb.add_option("--fingers", r.fingers, "Fingers of each person");
  verb.add_option("--face-numbers", r.face_numbers, "Numbers in the face template of each; 0: no faces");
  verb.add_option("--search-fingers", r.search_fingers, "Fingers of known position in each search");
  verb.add_option("--unmatched", r.unmatched, "Share of searches that find nobody, which look at other positions too");
  verb.add_option("--changes-per-second", r.changes_per_s, "Enrolments");
  verb.add_flag("--fast", r.fast, "Searches of accuracyLevel fast");
}

void add_machine_options(CLI::App& verb, PlanOptions& options) {
  auto& r = options.request;
  verb.add_option("--cores", r.machine.cores, "Of a machine");
  verb.add_option("--memory", r.machine.memory_gib, "GiB of a machine");
  verb.add_option("--disk", r.machine.disk_gib, "GiB of a machine");
  verb.add_option("--network", r.machine.network_gbit_per_s, "Gbit/s of a machine");
  verb.add_option("--memory-reads", r.machine.memory_gb_per_s, "GB/s that its cores read from memory together");
  verb.add_flag("--avx512", options.avx512, "Its processor has AVX-512 with VPOPCNTDQ: a look takes half as long");
  verb.add_option("--most-use", r.most_use, "Of cores, networks and reading with one replica away, as a share");
  verb.add_option("--most-use-memory", r.most_use_memory, "Of memory and disk, as a share");
  verb.add_option("--price", r.machine.price, "Of a machine a month, in any currency; 0: no costs");
}

void add_failure_options(CLI::App& verb, PlanOptions& options) {
  auto& rates = options.rates;
  const CLI::Range often(0.0, 1000.0);
  const CLI::Range seconds(0.001, 1e8);
  verb.add_option("--process-ends", rates.process_ends_per_year, "Of a replica, a year")->check(often);
  verb.add_option("--machine-away", rates.machine_away_per_year, "Of a machine, times a year")->check(often);
  verb.add_option("--machine-away-s", rates.machine_away_s, "Seconds, in the mean")->check(seconds);
  verb.add_option("--disk-lost", rates.disk_lost_per_year, "Of a disk, times a year")->check(often);
  verb.add_option("--replace-s", rates.replace_s, "Seconds until another disk is there, in the mean")->check(seconds);
  verb.add_option("--row-away", rates.row_away_per_year, "Of a row of 20 machines, times a year")->check(often);
  verb.add_option("--row-away-s", rates.row_away_s, "Seconds, in the mean")->check(seconds);
  verb.add_option("--broker-ends", rates.broker_ends_per_year, "Of each of three, times a year")->check(often);
  verb.add_option("--years", options.years, "That failures are simulated for; fewer where there are many machines")
      ->check(CLI::Range(0.001, kMostYears));
}

}  // namespace

void add_cluster_plan(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* verb = add_verb(
      group, "plan", "Say how many machines a cluster takes, how long its searches take and what failures do to it",
      "  whorl cluster plan --people 20000000 --searches-per-second 50\n"
      "  whorl cluster plan --people 100000000 --searches-per-second 1000 --fingers 2 --json\n"
      "\n"
      "On paper: constants that were measured on one machine of two cores, added up. The exit status is 8 where a\n"
      "cluster does not go that far.",
      *options);
  add_load_options(*verb, options->request);
  verb->add_option("--replicas", options->request.replicas, "R: of each part, each on a machine of its own");
  verb->add_option("--written-by", options->written_by, "W: that acknowledge a change; 0: half of them and one");
  add_machine_options(*verb, *options);
  add_failure_options(*verb, *options);
  verb->add_option("--seed", options->request.seed, "Of both simulations");
  on_chosen(verb, chosen, options, run_plan);
}

}  // namespace whorl::cli
