// A plan of a cluster as JSON.
#include <boost/json.hpp>

#include "cli/cluster_plan_told.h"
#include "cluster/plan_costs.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
namespace cost = cluster::cost;

json::object queue_json(const cluster::QueueFigures& figures) {
  return {{"searches_simulated", figures.searches},
          {"mean_s", figures.mean_s},
          {"p50_s", figures.p50_s},
          {"p99_s", figures.p99_s},
          {"p999_s", figures.p999_s ? json::value(*figures.p999_s) : json::value(nullptr)},
          {"asked_again", figures.asked_again}};
}

json::object request_json(const cluster::PlanRequest& r) {
  const auto& m = r.machine;
  return {{"people", r.people},
          {"fingers", r.fingers},
          {"face_numbers", r.face_numbers},
          {"searches_per_s", r.searches_per_s},
          {"search_fingers", r.search_fingers},
          {"fast", r.fast},
          {"unmatched", r.unmatched},
          {"look_factor", r.look_factor},
          {"changes_per_s", r.changes_per_s},
          {"replicas", r.replicas},
          {"written_by", r.written_by},
          {"most_use", r.most_use},
          {"most_use_memory", r.most_use_memory},
          {"machine", json::object{{"cores", m.cores},
                                   {"memory_gib", m.memory_gib},
                                   {"disk_gib", m.disk_gib},
                                   {"network_gbit_per_s", m.network_gbit_per_s},
                                   {"memory_gb_per_s", m.memory_gb_per_s},
                                   {"price", m.price}}}};
}

void add_lists(json::object& out, const cluster::Plan& plan) {
  json::array parts;
  for (const auto& each : plan.parts_for) parts.push_back({{"what", each.what}, {"parts", each.parts}});
  json::array uses;
  for (const auto& use : plan.uses) {
    uses.push_back({{"what", use.what},
                    {"share", use.share},
                    {"people_times", cluster::people_until(use)},
                    {"searches_times", cluster::searches_until(use)}});
  }
  json::array variants;
  for (const auto& each : plan.variants) {
    variants.push_back({{"what", each.what},
                        {"possible", each.possible},
                        {"fits", each.fits},
                        {"parts", each.parts},
                        {"machines", each.machines},
                        {"cpu_s", each.cpu_s}});
  }
  json::array costs;
  for (const auto& row : cost::rows()) {
    costs.push_back({{"what", row.what},
                     {"value", row.value},
                     {"unit", row.unit},
                     {"stated", row.known == cost::Known::kStated},
                     {"from", row.from}});
  }
  out["parts_for"] = std::move(parts);
  out["beyond"] = json::array(plan.beyond.begin(), plan.beyond.end());
  out["uses"] = std::move(uses);
  out["variants"] = std::move(variants);
  out["constants"] = std::move(costs);
}

json::object failures_json(const PlannedFailures& each) {
  const auto& f = each.figures;
  return {{"replicas", each.replicas},
          {"written_by", each.written_by},
          {"seed", f.seed},
          {"years", f.years},
          {"incomplete", f.incomplete},
          {"incomplete_brokers", f.incomplete_brokers},
          {"slow", f.slow},
          {"refused", f.refused},
          {"disks_lost", f.disks_lost},
          {"losses", f.losses},
          {"parts_stuck", f.parts_stuck},
          {"parts_emptied", f.parts_emptied},
          {"changes_lost_a_year", f.changes_lost_a_year},
          {"losses_a_year_low", f.losses_low},
          {"losses_a_year_high", f.losses_high}};
}

json::object rates_json(const cluster::FailureRates& rates) {
  return {{"process_ends_per_year", rates.process_ends_per_year},
          {"machine_away_per_year", rates.machine_away_per_year},
          {"machine_away_s", rates.machine_away_s},
          {"disk_lost_per_year", rates.disk_lost_per_year},
          {"replace_s", rates.replace_s},
          {"row_away_per_year", rates.row_away_per_year},
          {"row_away_s", rates.row_away_s},
          {"broker_ends_per_year", rates.broker_ends_per_year},
          {"broker_away_s", rates.broker_away_s},
          {"reconnect_s", rates.reconnect_s},
          {"backup_every_s", rates.backup_every_s}};
}

}  // namespace

json::object as_json(const cluster::Plan& plan, const std::vector<PlannedFailures>& failures,
                     const cluster::FailureRates& rates) {
  json::object out{{"request", request_json(plan.request)},
                   {"seed", plan.request.seed},
                   {"fits", plan.fits()},
                   {"parts", plan.parts},
                   {"people_of_part", plan.people_of_part},
                   {"part_machines", plan.part_machines},
                   {"fronts", plan.fronts},
                   {"brokers", plan.brokers},
                   {"memory_bytes", plan.memory_bytes},
                   {"disk_bytes", plan.disk_bytes},
                   {"open_s", plan.open_s},
                   {"copy_s", plan.copy_s},
                   {"cpu_s", plan.cpu_s},
                   {"cpu_part_s", plan.cpu_part_s},
                   {"cpu_front_s", plan.cpu_front_s},
                   {"cpu_brokers_s", plan.cpu_brokers_s},
                   {"look_s", plan.look_s},
                   {"second_look_s", plan.second_look_s},
                   {"compare_s", plan.compare_s},
                   {"elsewhere_s", plan.elsewhere_s},
                   {"part_busy_s", plan.part_busy_s},
                   {"part_alone_s", plan.part_alone_s},
                   {"part_link_bytes_per_s", plan.part_link},
                   {"front_link_bytes_per_s", plan.front_link},
                   {"broker_link_bytes_per_s", plan.broker_link},
                   {"messages_per_s", plan.messages},
                   {"search", queue_json(plan.search)},
                   {"month", plan.month},
                   {"million_searches", plan.million_searches}};
  out["search_one_away"] = nullptr;
  if (plan.search_one_away) out["search_one_away"] = queue_json(*plan.search_one_away);
  add_lists(out, plan);
  json::array rows;
  for (const auto& each : failures) rows.push_back(failures_json(each));
  out["failure_rates"] = rates_json(rates);
  out["failures"] = std::move(rows);
  return out;
}

}  // namespace whorl::cli
