#include "cluster/failures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <vector>

#include "cluster/seeded_draws.h"

namespace whorl::cluster {
namespace {

constexpr double kYearS = 365.25 * 86'400;
constexpr double kMostEvents = 3e6;
constexpr double kNothing = -1;  // what a disk that was lost has

enum class What : std::uint8_t {
  kReplicaFails,
  kReplicaBack,
  kRowFails,
  kRowBack,
  kBrokerFails,
  kBrokerBack,
  kReconnected
};

struct Event {
  double at;
  std::uint64_t order;  // of two at one time the one that was planned first
  What what;
  std::size_t which;

  bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
};

struct Replica {
  bool running = true;
  bool row_away = false;
  bool filling = false;  // its disk was lost
  // Up to which change it has all, as seconds for which its part took changes; while it answers, all.
  double has = 0;

  [[nodiscard]] bool answers() const { return running && !row_away; }
};

struct PartState {
  std::uint64_t answering = 0;
  double took = 0;  // seconds for which it took changes
  double since = 0;
  bool by_hand = false;  // too few disks are left: its replicas are filled from any of them
};

class Years {
 public:
  explicit Years(const FailureSetting& setting)
      : s_(setting), draws_(setting.seed), replicas_(setting.parts * setting.replicas), parts_(setting.parts) {
    for (PartState& part : parts_) part.answering = s_.replicas;
    brokers_up_ = s_.brokers;
    rows_of_column_ = s_.machines_of_row == 0 ? 0 : (s_.parts + s_.machines_of_row - 1) / s_.machines_of_row;
    out_.seed = s_.seed;
    out_.years = std::min(s_.years, std::max(1e-3, kMostEvents / std::max(1e-9, events_of_year())));
  }

  FailureFigures run() {
    const double end = out_.years * kYearS;
    for (std::size_t i = 0; i < replicas_.size(); ++i) plan_replica(0, i);
    for (std::size_t i = 0; i < rows(); ++i) plan(draw(0, s_.rates.row_away_per_year), What::kRowFails, i);
    for (std::size_t i = 0; i < s_.brokers; ++i) plan(draw(0, s_.rates.broker_ends_per_year), What::kBrokerFails, i);
    while (!events_.empty() && events_.top().at < end) {
      const Event event = events_.top();
      events_.pop();
      count_until(event.at);
      ++out_.events;
      happen(event);
    }
    count_until(end);
    finish();
    return out_;
  }

 private:
  [[nodiscard]] std::size_t rows() const { return rows_of_column_ * s_.replicas; }
  [[nodiscard]] double replica_rate() const {
    return s_.rates.process_ends_per_year + s_.rates.machine_away_per_year + s_.rates.disk_lost_per_year;
  }
  [[nodiscard]] double events_of_year() const {
    return 2 * static_cast<double>(replicas_.size()) * replica_rate() +
           2 * static_cast<double>(rows()) * s_.rates.row_away_per_year +
           3 * static_cast<double>(s_.brokers) * s_.rates.broker_ends_per_year;
  }
  // R - W + 1 of a part have to run for an answer.
  [[nodiscard]] std::uint64_t to_answer() const { return s_.replicas - s_.written_by + 1; }

  void plan(double at, What what, std::size_t which) { events_.push({at, order_++, what, which}); }
  // When something next happens that happens so often a year; never where it does not.
  double draw(double now, double per_year) {
    return per_year > 0 ? now + draws_.exponential(kYearS / per_year) : std::numeric_limits<double>::infinity();
  }
  void plan_replica(double now, std::size_t which) { plan(draw(now, replica_rate()), What::kReplicaFails, which); }

  // -- Time that passes ---------------------------------------------------------------------------------------------

  void count_until(double now) {
    const double passed = now - now_;
    const bool brokers_fail = s_.brokers > 0 && (brokers_up_ == 0 || reconnecting_ > 0);
    if (brokers_fail || silent_ > 0) incomplete_s_ += passed;
    if (brokers_fail && silent_ == 0) brokers_s_ += passed;
    if (!brokers_fail && silent_ == 0 && slow_ > 0) slow_s_ += passed;
    if (brokers_fail || refusing_ > 0) refused_s_ += passed;
    now_ = now;
  }

  // Before and after how many of a part answer changes: the first closes what was counted, the second opens it anew.
  template <class Change>
  void change_part(std::size_t part, const Change& change) {
    PartState& state = parts_[part];
    if (takes(state)) {
      state.took += now_ - state.since;
      settle(part);
    } else {
      --refusing_;
    }
    if (silent(state)) --silent_;
    if (slow(state)) --slow_;
    change();
    state.answering = 0;
    for_each(part, [&](const Replica& replica) { state.answering += replica.answers() ? 1 : 0; });
    state.since = now_;
    // Whoever is back takes what it has not from the others.
    if (takes(state)) {
      settle(part);
    } else {
      ++refusing_;
    }
    if (slow(state)) ++slow_;
    if (silent(state)) {
      ++silent_;
    } else {
      state.by_hand = false;
    }
  }
  [[nodiscard]] bool silent(const PartState& state) const { return state.answering < to_answer(); }
  // One may be away: plan.h sizes machines for that.
  [[nodiscard]] bool slow(const PartState& state) const { return !silent(state) && state.answering + 1 < s_.replicas; }
  [[nodiscard]] bool takes(const PartState& state) const { return state.answering >= s_.written_by; }
  template <class Each>
  void for_each(std::size_t part, const Each& each) {
    for (std::size_t i = part * s_.replicas; i < (part + 1) * s_.replicas; ++i) each(replicas_[i]);
  }
  void settle(std::size_t part) {
    for_each(part, [&](Replica& replica) {
      if (replica.answers()) replica.has = parts_[part].took;
    });
  }

  // -- What happens -------------------------------------------------------------------------------------------------

  void happen(const Event& event) {
    switch (event.what) {
      case What::kReplicaFails: return replica_fails(event.which);
      case What::kReplicaBack: return replica_back(event.which);
      case What::kRowFails: return row(event.which, true);
      case What::kRowBack: return row(event.which, false);
      case What::kBrokerFails:
        --brokers_up_;
        ++reconnecting_;
        plan(now_ + s_.rates.reconnect_s, What::kReconnected, event.which);
        return plan(now_ + draws_.exponential(s_.rates.broker_away_s), What::kBrokerBack, event.which);
      case What::kBrokerBack:
        ++brokers_up_;
        return plan(draw(now_, s_.rates.broker_ends_per_year), What::kBrokerFails, event.which);
      case What::kReconnected: --reconnecting_; return;
    }
  }

  void replica_fails(std::size_t which) {
    const double kind = draws_.uniform() * replica_rate();
    const std::size_t part = which / s_.replicas;
    Replica& replica = replicas_[which];
    double back = now_ + s_.start_s;
    if (kind <= s_.rates.disk_lost_per_year) {
      back = now_ + draws_.exponential(s_.rates.replace_s) + s_.copy_s;
      change_part(part, [&] { replica.running = false; });
      lose_disk(part, replica);
    } else {
      if (kind <= s_.rates.disk_lost_per_year + s_.rates.machine_away_per_year) {
        back += draws_.exponential(s_.rates.machine_away_s);
      }
      change_part(part, [&] { replica.running = false; });
    }
    plan(back, What::kReplicaBack, which);
  }

  // A change that only this disk had is lost; where it was the last one, all since the last backup.
  void lose_disk(std::size_t part, Replica& lost) {
    ++out_.disks_lost;
    const double had = lost.has;
    lost.has = kNothing;
    lost.filling = true;
    double others = kNothing;
    for_each(part, [&](const Replica& replica) { others = std::max(others, replica.has); });
    std::uint64_t left = 0;
    for_each(part, [&](const Replica& replica) { left += replica.has >= 0 ? 1 : 0; });
    if (left < to_answer() && !parts_[part].by_hand) {
      ++out_.parts_stuck;
      parts_[part].by_hand = true;
    }
    if (others >= had) return;
    ++out_.losses;
    if (others < 0) {
      ++out_.parts_emptied;
      const double age = draws_.uniform() * s_.rates.backup_every_s;
      lost_s_ += std::min(age, had);
    } else {
      lost_s_ += had - others;
    }
    // What is gone is counted once: whoever has most now has all that is left.
    for_each(part, [&](Replica& replica) {
      if (replica.has == others && others >= 0) replica.has = parts_[part].took;
    });
  }

  void replica_back(std::size_t which) {
    const std::size_t part = which / s_.replicas;
    Replica& replica = replicas_[which];
    if (replica.filling && !may_fill(part)) return plan(now_ + s_.copy_s, What::kReplicaBack, which);
    if (replica.filling) {
      replica.has = std::max(0.0, most_had(part));
      replica.filling = false;
    }
    change_part(part, [&] { replica.running = true; });
    plan_replica(now_, which);
  }
  // From members enough of which answer; from a backup where no disk of the part is left.
  bool may_fill(std::size_t part) { return parts_[part].answering >= to_answer() || parts_[part].by_hand; }
  // From a backup it has all that is left of anything.
  double most_had(std::size_t part) {
    double out = kNothing;
    for_each(part, [&](const Replica& replica) { out = std::max(out, replica.has); });
    return out;
  }

  void row(std::size_t which, bool away) {
    const std::size_t column = which / rows_of_column_;
    const std::size_t first = which % rows_of_column_ * s_.machines_of_row;
    for (std::size_t part = first; part < std::min<std::size_t>(first + s_.machines_of_row, s_.parts); ++part) {
      change_part(part, [&] { replicas_[part * s_.replicas + column].row_away = away; });
    }
    const double next = away ? now_ + draws_.exponential(s_.rates.row_away_s) : draw(now_, s_.rates.row_away_per_year);
    plan(next, away ? What::kRowBack : What::kRowFails, which);
  }

  void finish() {
    const double all = out_.years * kYearS;
    out_.incomplete = incomplete_s_ / all;
    out_.incomplete_brokers = brokers_s_ / all;
    out_.slow = slow_s_ / all;
    out_.refused = refused_s_ / all;
    out_.changes_lost_a_year = lost_s_ * s_.changes_per_s / static_cast<double>(s_.parts) / out_.years;
    const auto k = static_cast<double>(out_.losses);
    constexpr double kRuleOfThree = 3;
    if (out_.losses == 0) {
      out_.losses_high = kRuleOfThree / out_.years;
      return;
    }
    // Byar's approximation of the exact interval of a Poisson count.
    constexpr double kZ = 1.959964;
    const auto cube = [](double x) { return x * x * x; };
    out_.losses_low = k * cube(1 - 1 / (9 * k) - kZ / (3 * std::sqrt(k))) / out_.years;
    out_.losses_high = (k + 1) * cube(1 - 1 / (9 * (k + 1)) + kZ / (3 * std::sqrt(k + 1))) / out_.years;
  }

  const FailureSetting& s_;
  SeededDraws draws_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t order_ = 0;
  std::vector<Replica> replicas_;
  std::vector<PartState> parts_;
  std::size_t rows_of_column_ = 0;
  std::uint64_t brokers_up_ = 0;
  std::uint64_t reconnecting_ = 0;
  std::uint64_t silent_ = 0;    // parts of which too few answer
  std::uint64_t slow_ = 0;      // parts of which enough answer, and too few to carry all searches
  std::uint64_t refusing_ = 0;  // parts that take no changes
  double now_ = 0;
  double incomplete_s_ = 0;
  double brokers_s_ = 0;
  double slow_s_ = 0;
  double refused_s_ = 0;
  double lost_s_ = 0;
  FailureFigures out_;
};

}  // namespace

FailureFigures simulate_failures(const FailureSetting& setting) { return Years(setting).run(); }

}  // namespace whorl::cluster
