#include "cli/cluster_plan_told.h"

#include <algorithm>
#include <cmath>

#include "base/grouped.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cluster/plan_costs.h"

namespace whorl::cli {
namespace {

namespace cost = cluster::cost;

std::string whole(double value) { return grouped(static_cast<std::uint64_t>(std::llround(value))); }
// A few digits that mean something, whatever the size.
std::string digits(double value) {
  if (value == 0) return "0";
  constexpr double kPlain = 100;
  constexpr int kDigits = 3;
  if (value >= kPlain) return whole(value);
  const int decimals = std::clamp(kDigits - 1 - static_cast<int>(std::floor(std::log10(value))), 0, 12);
  return fixed(value, decimals);
}
std::string percent(double share) { return digits(100 * share) + " %"; }
std::string ms(double seconds) { return digits(1000 * seconds) + " ms"; }
std::string line(const std::string& name, const std::string& value) { return "  " + at_left(name, 26) + value + "\n"; }
std::string mega(double bytes) { return digits(bytes / 1e6) + " MB/s"; }

std::string quantiles(const cluster::QueueFigures& figures) {
  return ms(figures.p50_s) + ", " + ms(figures.p99_s) + ", " + (figures.p999_s ? ms(*figures.p999_s) : "—");
}

std::string told_request(const cluster::PlanRequest& r) {
  std::string out = "a cluster of " + grouped(r.people) + " people with " + std::to_string(r.fingers) + " finger" +
                    (r.fingers == 1 ? "" : "s") + (r.face_numbers > 0 ? " and a face" : "") + " each, " +
                    digits(r.searches_per_s) + " searches a second for " + std::to_string(r.search_fingers) +
                    " finger" + (r.search_fingers == 1 ? "" : "s") + (r.fast ? " (fast)" : "") + ", " +
                    percent(r.unmatched) + " of them of people who are not there, " + digits(r.changes_per_s) +
                    " enrolments a second; R = " + std::to_string(r.replicas) +
                    ", W = " + std::to_string(r.written_by) + "\n";
  const auto& m = r.machine;
  out += "machines of " + std::to_string(m.cores) + " cores" + (r.look_factor < 1 ? " (AVX-512)" : " (AVX2)") + ", " +
         digits(m.memory_gib) + " GiB of memory (" + digits(m.memory_gb_per_s) + " GB/s), " + digits(m.disk_gib) +
         " GiB of disk, " + digits(m.network_gbit_per_s) + " Gbit/s; cores used to " + percent(r.most_use) +
         (r.replicas > 1 ? " with one replica away" : "") + ", memory to " + percent(r.most_use_memory) + "\n";
  return out;
}

std::string told_sizes(const cluster::Plan& plan) {
  std::string out;
  if (!plan.fits()) {
    out += "\nTHIS VERSION OF WHORL DOES NOT GO THAT FAR (the figures below are what it would take):\n";
    for (const std::string& why : plan.beyond) out += "  " + why + "\n";
  }
  out += "\nmachines\n";
  out += line("parts", grouped(plan.parts) + " of " + grouped(plan.people_of_part) + " people at most, decided by " +
                           plan.parts_for.front().what);
  std::string others;
  for (const auto& each : plan.parts_for) {
    others += (others.empty() ? "" : ", ") + each.what + " " + grouped(each.parts);
  }
  out += line("parts asked for by", others);
  out += line("machines", grouped(plan.machines()) + ": " + grouped(plan.part_machines) + " of parts, " +
                              grouped(plan.fronts) + " fronts (one of them to spare), " + grouped(plan.brokers) +
                              " brokers; " + whole(static_cast<double>(plan.machines()) * plan.request.machine.cores) +
                              " cores");
  out += line("each replica", gibibytes(plan.memory_bytes) + " of memory, " + gibibytes(plan.disk_bytes) +
                                  " of disk, opens in " + digits(plan.open_s) + " s, filled from another in " +
                                  digits(plan.copy_s / 60) + " min");
  if (plan.month > 0) {
    out += line("price", digits(plan.month) + " a month, " + digits(plan.million_searches) + " a million searches");
  }
  return out;
}

std::string told_search(const cluster::Plan& plan) {
  const double used = plan.cpu_s * plan.request.searches_per_s;
  std::string out = "\na search\n";
  out += line("processor", digits(plan.cpu_s) + " s of a core, so " + whole(used) + " cores at work");
  out += line("of it", "looks at everybody " + digits(plan.look_s) + " s, second looks " + digits(plan.second_look_s) +
                           " s, comparisons " + digits(plan.compare_s) + " s, other positions " +
                           digits(plan.elsewhere_s) + " s, front " + digits(plan.cpu_front_s) + " s, brokers " +
                           digits(plan.cpu_brokers_s) + " s");
  out += line("a part, nobody else there", ms(plan.part_busy_s + plan.part_alone_s));
  out += line("p50, p99, p99.9", quantiles(plan.search) + " (" + grouped(plan.search.searches) +
                                     " searches simulated, seed " + std::to_string(plan.request.seed) + ")");
  if (plan.search_one_away) {
    out += line("", quantiles(*plan.search_one_away) + " with one replica of each part away");
  }
  if (plan.request.replicas > 1) {
    out +=
        line("another replica asked", "for " + percent(plan.search.asked_again) + " of answers, the first being late");
  }
  out += line("network, in and out", "a part's machine " + mega(plan.part_link) + ", a front " + mega(plan.front_link) +
                                         ", a broker " + mega(plan.broker_link) + " and " + whole(plan.messages) +
                                         " messages a second in all");
  return out;
}

std::string told_uses(const cluster::Plan& plan) {
  std::string out = "\nwhat is full first (share of the limit; how much more fits)\n";
  for (const auto& use : plan.uses) {
    std::string more;
    if (use.people > 0) more += "people x " + digits(cluster::people_until(use));
    if (use.searches > 0) more += (more.empty() ? "" : ", ") + ("searches x " + digits(cluster::searches_until(use)));
    out += "  " + at_left(use.what, 48) + at_left(percent(use.share), 13) + more + "\n";
  }
  out += "\nwith one thing changed\n";
  for (const auto& variant : plan.variants) {
    out += "  " + at_left(variant.what, 52);
    if (!variant.possible) {
      out += "no number of parts is enough\n";
      continue;
    }
    out += grouped(variant.parts) + " parts, " + grouped(variant.machines) + " machines, " + digits(variant.cpu_s) +
           " s a search" + (variant.fits ? "" : "; does not fit") + "\n";
  }
  return out;
}

std::string told_failures(const std::vector<PlannedFailures>& failures, const cluster::FailureRates& rates) {
  std::string out = "\nfailures (stated rates: a process ends " + digits(rates.process_ends_per_year) +
                    " times a year, a machine is away " + digits(rates.machine_away_per_year) + ", a disk is lost " +
                    digits(rates.disk_lost_per_year) + ", a row of 20 is away " + digits(rates.row_away_per_year) +
                    ", a broker ends " + digits(rates.broker_ends_per_year) + "; as many parts with each R)\n";
  for (const auto& each : failures) {
    const auto& f = each.figures;
    out += "  R = " + std::to_string(each.replicas) + ", W = " + std::to_string(each.written_by) + ", " +
           digits(f.years) + " years, seed " + std::to_string(f.seed) + ":\n";
    out += line("  searches incomplete",
                percent(f.incomplete) + " of the time (by the brokers alone " + percent(f.incomplete_brokers) + ")");
    if (each.replicas > 1) {
      out +=
          line("  searches slow", percent(f.slow) + " of the time: more replicas away than the cluster was sized for");
    }
    out += line("  some change refused", percent(f.refused) + " of the time");
    out += line("  acknowledged and lost", digits(f.changes_lost_a_year) + " changes a year in " +
                                               digits(static_cast<double>(f.losses) / f.years) +
                                               " losses (95 %: " + digits(f.losses_low) + " to " +
                                               digits(f.losses_high) + "); " + grouped(f.disks_lost) + " disks lost, " +
                                               grouped(f.parts_stuck) + " times fewer of a part than have to agree, " +
                                               grouped(f.parts_emptied) + " times none of it but a backup");
  }
  return out;
}

std::string told_costs() {
  std::string out =
      "\nwhat it stands on\n  measured, on two cores, and extrapolated to these machines and this size:\n";
  for (const auto known : {cost::Known::kMeasured, cost::Known::kStated}) {
    if (known == cost::Known::kStated) out += "  stated, measured nowhere:\n";
    for (const auto& row : cost::rows()) {
      if (row.known != known) continue;
      const std::string value = row.value > 0 ? digits(row.value) + (*row.unit == '\0' ? "" : " ") + row.unit : "";
      out += "    " + std::string(row.what) + (value.empty() ? "" : ": " + value) +
             (*row.from == '\0' ? "" : std::string("; ") + row.from) + "\n";
    }
  }
  return out + "No cluster of this size was ever run. docs/cluster.md says what is not modelled.\n";
}

}  // namespace

std::string told(const cluster::Plan& plan, const std::vector<PlannedFailures>& failures,
                 const cluster::FailureRates& rates) {
  return told_request(plan.request) + told_sizes(plan) + told_search(plan) + told_uses(plan) +
         told_failures(failures, rates) + told_costs();
}

}  // namespace whorl::cli
