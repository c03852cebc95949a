#include "cluster/plan.h"

#include <algorithm>
#include <cmath>
#include <functional>

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
    what += "; each replica takes " + rounded(least.searches()) +
            " searches a second. Give more --replicas, machines of more --cores or --network, or --fast";
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

  // All goes in and out; of three brokers two of three messages pass from one to another besides.
  const double messages = r.searches_per_s * messages_of_search(r, parts);
  const double all_bytes =
      2 * (front_bytes + r.changes_per_s * load.change_bytes() * static_cast<double>(r.replicas - 1));
  const double spread_over = [](double brokers) {
    return 1 + (brokers - 1) / brokers;
  }(static_cast<double>(cost::kBrokers));
  plan.messages = messages;
  plan.brokers = cost::kBrokers;
  plan.cpu_brokers_s = messages_of_search(r, parts) * spread_over * cost::kBrokerMessageS;
  plan.broker_link = all_bytes * spread_over / static_cast<double>(plan.brokers);
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
    plan.uses.push_back({"part: " + std::string(means.what), (load.*means.use)(), means.people, means.searches});
  }
  const double cores = r.machine.cores * r.most_use;
  const auto fronts = static_cast<double>(plan.fronts);
  const auto brokers = static_cast<double>(plan.brokers);
  plan.uses.push_back({"fronts: cores", r.searches_per_s * plan.cpu_front_s / (fronts * cores), 0, 1});
  plan.uses.push_back({"fronts: network", plan.front_link / load.link_limit(), 0, 1});
  plan.uses.push_back({"brokers: cores", r.searches_per_s * plan.cpu_brokers_s / (brokers * cores), 0, 1});
  plan.uses.push_back({"brokers: network", plan.broker_link / load.link_limit(), 0, 1});
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
  plan.fits = plan.beyond.empty();
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
  const double machines = static_cast<double>(plan.part_machines + plan.fronts + plan.brokers);
  plan.month = machines * request.machine.price;
  plan.million_searches = plan.month / (request.searches_per_s * kSecondsOfMonth) * 1e6;
  return plan;
}

QueueSetting queue_of(const Plan& plan) {
  const PlanRequest& r = plan.request;
  QueueSetting out;
  out.parts = static_cast<std::size_t>(plan.parts);
  out.replicas = static_cast<std::size_t>(r.replicas);
  out.searches_per_s = r.searches_per_s;
  out.service_s = plan.part_busy_s;
  out.beside_s = plan.part_alone_s;
  out.late_times = cost::kLateTimes;
  out.late_least_s = cost::kLateAfterS;
  out.spread = Spread::kLogNormal;
  out.sigma = cost::kSpread;
  out.searches = searches_within_bounds(out.parts);
  out.seed = r.seed;
  return out;
}

namespace {

void simulate(Plan& plan) {
  const PlanRequest& r = plan.request;
  plan.search = simulate_queue(queue_of(plan));
  // What comes before and after: the images are read, the parts asked one after another, messages go there and back,
  // and twice where replicas are asked first how far they are.
  const double trips = r.replicas > 1 ? 2 : 1;
  const double besides = plan.cpu_front_s + trips * (1 + r.unmatched) * cost::kRoundTripS;
  for (double* each : {&plan.search.mean_s, &plan.search.p50_s, &plan.search.p99_s, &plan.search.p999_s}) {
    *each += besides;
  }
}

void add_variant(Plan& plan, const std::string& what, const PlanRequest& changed) {
  Variant out;
  out.what = what;
  const auto sized = size_plan(changed);
  out.possible = sized.ok();
  if (sized.ok()) {
    out.fits = sized->fits;
    out.parts = sized->parts;
    out.machines = sized->part_machines + sized->fronts + sized->brokers;
    out.cpu_s = sized->cpu_s;
  }
  plan.variants.push_back(std::move(out));
}

void add_variants(Plan& plan) {
  const PlanRequest& asked = plan.request;
  const auto changed = [&](const std::string& what, const std::function<void(PlanRequest&)>& change) {
    PlanRequest other = asked;
    change(other);
    add_variant(plan, what, other);
  };
  constexpr double kHalf = 0.5;
  if (!asked.fast) changed("--fast (loses more mates: docs/index.md)", [](auto& r) { r.fast = true; });
  if (asked.look_factor > kHalf) changed("--avx512", [](auto& r) { r.look_factor = kHalf; });
  if (asked.unmatched > 0) changed("--unmatched 0: no look at other positions", [](auto& r) { r.unmatched = 0; });
  for (const std::uint64_t replicas : {5U, 7U}) {
    if (replicas <= asked.replicas) continue;
    changed("--replicas " + std::to_string(replicas), [&](auto& r) {
      r.replicas = replicas;
      r.written_by = replicas / 2 + 1;
    });
  }
  const int twice = 2 * asked.machine.cores;
  changed("--cores " + std::to_string(twice) + " with memory that is read twice as fast", [&](auto& r) {
    r.machine.cores = twice;
    r.machine.memory_gb_per_s *= 2;
  });
  changed("a tenth of the searches", [](auto& r) { r.searches_per_s /= 10; });
}

}  // namespace

Result<Plan> make_plan(const PlanRequest& request) {
  WHORL_ASSIGN(Plan plan, size_plan(request));
  simulate(plan);
  if (plan.search.p999_s > cost::kAnswerWithinS) {
    plan.beyond.push_back("p99.9 of a search is above answer_within_ms");
    plan.fits = false;
  }
  add_variants(plan);
  return plan;
}

FailureSetting failures_of(const Plan& plan, std::uint64_t replicas, std::uint64_t written_by,
                           const FailureRates& rates, double years) {
  FailureSetting out;
  out.parts = plan.parts;
  out.replicas = replicas;
  out.written_by = written_by;
  out.brokers = plan.brokers;
  out.changes_per_s = plan.request.changes_per_s;
  out.start_s = plan.open_s;
  out.copy_s = plan.copy_s;
  out.rates = rates;
  out.years = years;
  out.seed = plan.request.seed;
  return out;
}

double people_until(const Use& use) { return use.people > 0 && use.share > 0 ? 1 / use.share : 0; }
double searches_until(const Use& use) { return use.searches > 0 && use.share > 0 ? 1 / use.share : 0; }

}  // namespace whorl::cluster
