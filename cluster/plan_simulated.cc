// What a sized cluster is like: its searches and its failures simulated, and what it were with one thing changed.
#include <functional>

#include "cluster/config.h"
#include "cluster/late_answers.h"
#include "cluster/plan.h"
#include "cluster/plan_costs.h"

namespace whorl::cluster {

QueueSetting queue_of(const Plan& plan) {
  const PlanRequest& r = plan.request;
  QueueSetting out;
  out.parts = static_cast<std::size_t>(plan.parts);
  out.replicas = static_cast<std::size_t>(r.replicas);
  out.searches_per_s = r.searches_per_s;
  out.service_s = plan.part_busy_s;
  out.beside_s = plan.part_alone_s;
  out.late_times = kLateTimes;
  out.late_least_s = std::chrono::duration<double>(kLateAfter).count();
  out.spread = Spread::kLogNormal;
  out.sigma = cost::kSpread;
  out.searches = searches_within_bounds(out.parts);
  out.seed = r.seed;
  return out;
}

namespace {

QueueFigures simulated(const Plan& plan, std::uint64_t away) {
  const PlanRequest& r = plan.request;
  QueueSetting setting = queue_of(plan);
  setting.replicas -= static_cast<std::size_t>(away);
  QueueFigures out = simulate_queue(setting);
  // What comes before and after: the images are read, the parts asked one after another, messages go there and back,
  // and twice where replicas are asked first how far they are.
  const double trips = r.replicas > 1 ? 2 : 1;
  const double besides = plan.cpu_front_s + trips * (1 + r.unmatched) * cost::kRoundTripS;
  for (double* each : {&out.mean_s, &out.p50_s, &out.p99_s}) *each += besides;
  if (out.p999_s) *out.p999_s += besides;
  return out;
}

void hold_against_answer_within(Plan& plan, const QueueFigures& figures, const std::string& when) {
  const double most_s = std::chrono::duration<double>(ClusterConfig().answer_within).count();
  if (figures.p999_s.value_or(figures.p99_s) <= most_s) return;
  const std::string which = figures.p999_s ? "p99.9" : "p99";
  plan.beyond.push_back(which + " of a search" + when + " is above answer_within_ms");
}

void add_variant(Plan& plan, const std::string& what, const PlanRequest& changed) {
  Variant out;
  out.what = what;
  const auto sized = size_plan(changed);
  out.possible = sized.ok();
  if (sized.ok()) {
    out.fits = sized->fits();
    out.parts = sized->parts;
    out.machines = sized->machines();
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
  if (!asked.fast) changed("--fast (loses more mates: docs/index.md)", [](auto& r) { r.fast = true; });
  if (asked.look_factor > kLookWithAvx512) {
    changed("--avx512", [](auto& r) { r.look_factor = kLookWithAvx512; });
  }
  if (asked.unmatched > 0) changed("--unmatched 0: no look at other positions", [](auto& r) { r.unmatched = 0; });
  for (const std::uint64_t replicas : {5U, 7U}) {
    if (replicas <= asked.replicas) continue;
    changed("--replicas " + std::to_string(replicas), [&](auto& r) {
      r.replicas = replicas;
      r.written_by = majority_of(replicas);
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
  plan.search = simulated(plan, 0);
  hold_against_answer_within(plan, plan.search, "");
  if (request.replicas > 1) {
    plan.search_one_away = simulated(plan, 1);
    hold_against_answer_within(plan, *plan.search_one_away, " with one replica of each part away");
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

}  // namespace whorl::cluster
