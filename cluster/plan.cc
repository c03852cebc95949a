#include "cluster/plan.h"

#include <algorithm>
#include <cmath>

#include "cluster/config.h"
#include "cluster/part_load.h"
#include "cluster/plan_costs.h"
#include "cluster/slices.h"

namespace whorl::cluster {
namespace {

constexpr double kSecondsOfMonth = 365.25 * 86'400 / 12;
constexpr std::uint64_t kMostPeople = 1'000'000'000;
constexpr double kMostSearches = 1e6;

Error out_of_bounds(const char* flag, const std::string& bounds) { return invalid_input("is " + bounds, flag); }

Status check_counts(const PlanRequest& r) {
  if (r.people < 1 || r.people > kMostPeople) return out_of_bounds("--people", "1 to 1,000,000,000");
  if (r.fingers < 1 || r.fingers > 10) return out_of_bounds("--fingers", "1 to 10");
  if (r.face_numbers < 0 || r.face_numbers > 4096) return out_of_bounds("--face-numbers", "0 to 4096");
  if (r.search_fingers < 1 || r.search_fingers > r.fingers) {
    return out_of_bounds("--search-fingers", "1 to as many as people have (--fingers)");
  }
  if (r.replicas < 1 || r.replicas > kMostReplicas) {
    return out_of_bounds("--replicas", "1 to " + std::to_string(kMostReplicas));
  }
  if (r.written_by > r.replicas || 2 * r.written_by <= r.replicas) {
    return out_of_bounds("--written-by", "more than half of --replicas, and no more than there are");
  }
  return {};
}

bool within(double value, double least, double most) { return std::isfinite(value) && value >= least && value <= most; }

Status check_rates(const PlanRequest& r) {
  constexpr double kSmall = 1e-6;
  if (!within(r.searches_per_s, kSmall, kMostSearches)) {
    return out_of_bounds("--searches-per-second", "above 0, at most 1,000,000");
  }
  if (!within(r.changes_per_s, 0, kMostSearches)) return out_of_bounds("--changes-per-second", "0 to 1,000,000");
  if (!within(r.unmatched, 0, 1)) return out_of_bounds("--unmatched", "a share, 0 to 1");
  if (!within(r.look_factor, kSmall, 1)) return out_of_bounds("--avx512", "a share of a look's time");
  if (!within(r.most_use, kSmall, kMostPlannedUse)) return out_of_bounds("--most-use", "a share above 0, at most 0.95");
  if (!within(r.most_use_memory, kSmall, 1)) return out_of_bounds("--most-use-memory", "a share above 0, at most 1");
  const PlannedMachine& m = r.machine;
  constexpr double kLarge = 1e9;
  if (m.cores < 1 || m.cores > 4096) return out_of_bounds("--cores", "1 to 4096");
  if (!within(m.memory_gib, kSmall, kLarge)) return out_of_bounds("--memory", "GiB above 0");
  if (!within(m.disk_gib, kSmall, kLarge)) return out_of_bounds("--disk", "GiB above 0");
  if (!within(m.network_gbit_per_s, kSmall, kLarge)) return out_of_bounds("--network", "Gbit/s above 0");
  if (!within(m.memory_gb_per_s, kSmall, kLarge)) return out_of_bounds("--memory-reads", "GB/s above 0");
  if (!within(m.price, 0, kLarge)) return out_of_bounds("--price", "0 or more");
  return {};
}

std::string rounded(double value) { return std::to_string(static_cast<long long>(std::llround(value))); }

Error never_enough(const PlanRequest& request, const Means& means) {
  const PartLoad least(request, kSlices);
  const double times = (least.*means.use)();
  std::string what = "no number of parts is enough: of " + std::string(means.what) +
                     " a part of one slice still takes " + rounded(100 * times) + " % of what a machine may give";
  if (means.searches > 0) {
    what += "; each replica takes " + rounded(least.most_searches()) + " searches a second" +
            (request.replicas > 1 ? " with one away" : "") +
            ". Give more --replicas, machines of more --cores or --network, or --fast";
  } else {
    what += ". Give larger machines (--memory, --disk)";
  }
  return invalid_input(what, means.searches > 0 ? "--replicas" : "--memory");
}

// What a front does for one search: reads the images, asks every part, and merges what they answer.
double front_cpu_s(const PlanRequest& r, double parts) {
  const double threads = r.replicas > 1 ? static_cast<double>(r.replicas) + 2 : 0;
  const double each = (cost::kAskPartS / 2) + (threads * cost::kThreadS);
  return (r.search_fingers * (cost::kExtractS + cost::kPrepareS)) + (parts * each * (1 + r.unmatched));
}

// Messages of one search.
double messages_of_search(const PlanRequest& r, double parts) {
  const double positions = r.replicas > 1 ? 2 * static_cast<double>(r.replicas) : 0;
  return parts * (2 + positions) * (1 + r.unmatched);
}

// How many brokers a message passes: of three, two of three messages go from one to another besides.
double passes(std::uint64_t brokers) { return 2 - 1 / static_cast<double>(brokers); }

std::uint64_t at_least_one(double count) {
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(count)));
}

void add_fronts_and_brokers(Plan& plan, const PartLoad& load) {
  const PlanRequest& r = plan.request;
  const auto parts = static_cast<double>(plan.parts);
  const double cores = r.machine.cores * r.most_use;
  plan.cpu_front_s = front_cpu_s(r, parts);
  const double positions = r.replicas > 1 ? static_cast<double>(r.replicas) * load.position_bytes() : 0;
  const double asked = parts * (1 + r.unmatched) * (load.message_bytes() + positions);
  const double front_bytes = r.searches_per_s * asked + r.changes_per_s * load.change_bytes();
  const double fronts = std::max(r.searches_per_s * plan.cpu_front_s / cores, front_bytes / load.link_limit());
  // One more than the load takes: one may be away.
  plan.fronts = at_least_one(fronts) + 1;
  plan.front_link = front_bytes / static_cast<double>(plan.fronts);

  // All goes in and out.
  const double all_bytes =
      2 * (front_bytes + r.changes_per_s * load.change_bytes() * static_cast<double>(r.replicas - 1));
  plan.messages = r.searches_per_s * messages_of_search(r, parts);
  plan.brokers = cost::kBrokers;
  plan.cpu_brokers_s = messages_of_search(r, parts) * passes(plan.brokers) * cost::kBrokerMessageS;
  plan.broker_link = all_bytes * passes(plan.brokers) / static_cast<double>(plan.brokers);
}

void add_costs(Plan& plan, const PartLoad& load) {
  const auto parts = static_cast<double>(plan.parts);
  plan.people_of_part = load.people();
  plan.memory_bytes = load.capacity().memory_while_merging_bytes;
  plan.disk_bytes = load.capacity().disk_while_merging_bytes;
  plan.open_s = load.capacity().open_s;
  const double taken = static_cast<double>(load.capacity().fingers) * cost::kTakeFingerS;
  const double sent = static_cast<double>(load.capacity().disk_bytes) / load.link_limit();
  plan.copy_s = std::max(taken, sent);
  plan.cpu_part_s = load.search_cpu_s();
  plan.part_busy_s = plan.cpu_part_s / plan.request.machine.cores;
  plan.part_alone_s = load.alone_s() * (1 - 1.0 / plan.request.machine.cores);
  plan.compare_s = load.work().compare_s * parts;
  plan.look_s = load.work().look_s * parts;
  plan.second_look_s = load.work().second_look_s * parts;
  plan.elsewhere_s = load.elsewhere_s() * parts;
  plan.part_link = load.link_bytes();
  plan.part_machines = plan.parts * plan.request.replicas;
  plan.cpu_s = plan.cpu_part_s * parts + plan.cpu_front_s + plan.cpu_brokers_s;
}

void add_uses(Plan& plan, const PartLoad& load) {
  const PlanRequest& r = plan.request;
  for (const Means& means : means_of_parts()) {
    const char* away = means.searches > 0 && r.replicas > 1 ? ", with one replica away" : "";
    plan.uses.push_back({"part: " + std::string(means.what) + away, (load.*means.use)(), means.people, means.searches});
  }
  // Of fronts and brokers one may be away as well: what all of them do, of what the others may give.
  const double cores = r.machine.cores * r.most_use;
  const auto fronts = static_cast<double>(plan.fronts - 1);
  const auto brokers = static_cast<double>(plan.brokers - 1);
  const double front_bytes = plan.front_link * static_cast<double>(plan.fronts);
  const double fewer = passes(plan.brokers - 1) / passes(plan.brokers);
  const double broker_s = plan.cpu_brokers_s * fewer;
  const double broker_bytes = plan.broker_link * static_cast<double>(plan.brokers) * fewer;
  const auto add = [&](const std::string& what, double share) {
    plan.uses.push_back({what + ", with one away", share, 0, 1});
  };
  add("fronts: cores", r.searches_per_s * plan.cpu_front_s / (fronts * cores));
  add("fronts: network", front_bytes / (fronts * load.link_limit()));
  add("brokers: cores", r.searches_per_s * broker_s / (brokers * cores));
  add("brokers: network", broker_bytes / (brokers * load.link_limit()));
  plan.uses.push_back(
      {"parts of a cluster (" + std::to_string(kMostParts) + ")", static_cast<double>(plan.parts) / kMostParts, 0, 0});
  plan.uses.push_back({"bytes of an enrolment's message", load.change_bytes() / cost::kMessageLimitBytes, 0, 0});
  std::stable_sort(plan.uses.begin(), plan.uses.end(), [](const Use& a, const Use& b) { return a.share > b.share; });
}

void hold_against_limits(Plan& plan) {
  if (plan.parts > kMostParts) {
    plan.beyond.push_back(std::to_string(plan.parts) + " parts; a cluster has " + std::to_string(kMostParts) +
                          " at most");
  }
  for (const Use& use : plan.uses) {
    const bool is_parts = use.what.starts_with("parts of");
    if (use.share > 1 && !is_parts)
      plan.beyond.push_back(use.what + ": " + rounded(100 * use.share) + " % of the limit");
  }
}

}  // namespace

Result<Plan> size_plan(const PlanRequest& request) {
  WHORL_TRY(check_counts(request));
  WHORL_TRY(check_rates(request));
  Plan plan;
  plan.request = request;
  plan.parts = 1;
  for (const Means& means : means_of_parts()) {
    const auto parts = fewest_parts(request, means);
    if (!parts) return never_enough(request, means);
    plan.parts_for.push_back({means.what, *parts});
    plan.parts = std::max(plan.parts, *parts);
  }
  std::stable_sort(plan.parts_for.begin(), plan.parts_for.end(),
                   [](const PartsFor& a, const PartsFor& b) { return a.parts > b.parts; });
  const PartLoad load(plan.request, plan.parts);
  add_fronts_and_brokers(plan, load);
  add_costs(plan, load);
  add_uses(plan, load);
  hold_against_limits(plan);
  plan.month = static_cast<double>(plan.machines()) * request.machine.price;
  plan.million_searches = plan.month / (request.searches_per_s * kSecondsOfMonth) * 1e6;
  return plan;
}

double people_until(const Use& use) { return use.people > 0 && use.share > 0 ? 1 / use.share : 0; }
double searches_until(const Use& use) { return use.searches > 0 && use.share > 0 ? 1 / use.share : 0; }

}  // namespace whorl::cluster
